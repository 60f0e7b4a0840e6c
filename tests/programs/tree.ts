// The generator's own tree of a program. Each step takes the current value and makes the next one, so that any step can be
// dropped or replaced by a part of itself. The printer infers the shapes of data from the steps.

import type { OptionValue } from "../../src/ir/graph.ts";

export type Sign = "+" | "-" | "*" | "/" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or";

/** What is known while nnc compiles: `d / 2 + 1`, `c == 3 and not wide`. Names are parameters, dimensions or constants. */
export type Reckoning =
  | { readonly form: "literal"; readonly value: number | boolean; readonly text: string }
  | { readonly form: "name"; readonly name: string }
  | { readonly form: "not"; readonly of: Reckoning }
  /** `[k, 2 * k]`: sizes, of which -1 is `_`. */
  | { readonly form: "list"; readonly items: readonly Reckoning[] }
  | { readonly form: "binary"; readonly sign: Sign; readonly left: Reckoning; readonly right: Reckoning };

/** One option of a call, as it is written and as it is meant. */
export interface Given {
  readonly option: string;
  /** As written before the colon; given by position where missing. */
  readonly key?: string;
  /** The value alone; where it comes `from` names, these are written instead. */
  readonly text: string;
  readonly value: OptionValue;
  readonly from?: Reckoning;
  /** The layer that a block is given. */
  readonly use?: Use;
}

/** A definition of the registry with options. */
export interface Use {
  /** The name or alias that is written. */
  readonly name: string;
  readonly given: readonly Given[];
  /** `trainable: false`, `name: "stem"`. */
  readonly common: readonly string[];
  /** Written without parentheses. */
  readonly bare?: boolean;
}

export type Operator = "+" | "-" | "*" | "/" | "**" | "@";

/** How several values become one: `(a, b) -> Add()`, `concat(a, b)`, `a + b`. */
export type Join =
  | { readonly form: "layer"; readonly use: Use }
  | { readonly form: "call"; readonly use: Use }
  | { readonly form: "operator"; readonly operator: Operator };

export interface Branch {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** An expression over tensors. */
export type Formula =
  | { readonly form: "current" }
  /** A kept value, an input, a parameter. */
  | { readonly form: "value"; readonly name: string }
  /** `tower.kernel` */
  | { readonly form: "weight"; readonly layer: string; readonly weight: string }
  /** `heads.score`, of a record that a block made */
  | { readonly form: "entry"; readonly of: string; readonly entry: string }
  | { readonly form: "number"; readonly value: number }
  | { readonly form: "setting"; readonly name: string }
  | { readonly form: "minus"; readonly of: Formula }
  | { readonly form: "infix"; readonly operator: Operator; readonly left: Formula; readonly right: Formula }
  /** `relu(a + b)` */
  | { readonly form: "call"; readonly use: Use; readonly of: readonly Formula[] }
  /** `(a + b -> Dense(3) -> relu)` */
  | { readonly form: "pipe"; readonly of: Formula; readonly links: readonly Use[] }
  /** `a[1:, 0]` */
  | { readonly form: "part"; readonly of: Formula; readonly key: string }
  /** `((a, b) -> Attention(value_mask: m))` */
  | {
      readonly form: "apply";
      readonly use: Use;
      readonly of: readonly Formula[];
      readonly named: readonly NamedInput[];
    };

/** An optional input by name; several tensors stand in parentheses. */
export interface NamedInput {
  readonly input: string;
  readonly values: readonly Formula[];
}

/** A use of a block. */
export interface BlockCall {
  readonly block: string;
  readonly given: readonly Given[];
  readonly common: readonly string[];
}

export type Step =
  /** `Dense(3)`, `relu`; `called` writes `relu(_)`. */
  | { readonly kind: "layer"; readonly use: Use; readonly called: boolean }
  | { readonly kind: "declare"; readonly name: string; readonly of: Use | BlockCall }
  /** A named layer, or a parameter that holds a layer. */
  | { readonly kind: "shared"; readonly name: string }
  | {
      readonly kind: "block";
      readonly call: BlockCall;
      /** What goes in beside the current value. */
      readonly others: readonly Formula[];
      /** The name that its record gets; the current value stays. */
      readonly kept?: string;
      /** The entry of its record that becomes the current value. */
      readonly taken?: string;
    }
  /** `apart` writes the values and the layer that joins them on two lines. */
  | { readonly kind: "branch"; readonly join: Join; readonly branches: readonly Branch[]; readonly apart?: boolean }
  | { readonly kind: "repeat"; readonly count: number; readonly from?: Reckoning; readonly steps: readonly Step[] }
  | {
      readonly kind: "if";
      readonly condition: Reckoning;
      readonly whenTrue: readonly Step[];
      readonly whenFalse?: readonly Step[];
    }
  /** A weight of its own, joined with the current value. */
  | {
      readonly kind: "param";
      readonly name: string;
      readonly shape: readonly number[];
      /** As it is written, where sizes have names. */
      readonly axes?: readonly Axis[];
      readonly initializer?: string;
      readonly operator: Operator;
      readonly first: boolean;
    }
  | { readonly kind: "number"; readonly operator: Operator; readonly value: number; readonly first: boolean }
  /** `let name = _`, or of a formula */
  | { readonly kind: "keep"; readonly name: string; readonly formula?: Formula }
  | { readonly kind: "formula"; readonly formula: Formula }
  /** `let (a, b) = top_k(_, k: 2)`: a call with several results. */
  | { readonly kind: "parts"; readonly names: readonly string[]; readonly formula: Formula }
  /** `let (last, all) = _ -> scan(Block1(), init: h)`: a loop over the first axis, with a block of two inputs for the step. */
  | {
      readonly kind: "scan";
      readonly names: readonly string[];
      readonly call: BlockCall;
      readonly init: Formula;
      readonly reverse?: boolean;
    }
  /** Joins the current value with a kept one or an input. */
  | { readonly kind: "join"; readonly name: string; readonly join: Join };

export interface Parameter {
  readonly name: string;
  readonly type: "int" | "float" | "bool" | "choice" | "size" | "layer";
  readonly text: string;
  readonly value: OptionValue;
  readonly from?: Reckoning;
  /** The layer that it holds, where the body applies it. */
  readonly use?: Use;
}

/** Tensors that a block or model returns as a record. */
export interface Entry {
  readonly name: string;
  readonly formula: Formula;
}

/** An axis of a type: its size, the name of a dimension or constant, or `_`. */
export type Axis = string | number;

export interface Block {
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly axes: readonly Axis[] }[];
  readonly parameters: readonly Parameter[];
  readonly steps: readonly Step[];
  /** Its result, where it is not the current value at the end. */
  readonly entries?: readonly Entry[];
  /** The declared type of its result. */
  readonly result?: readonly Axis[];
}

export interface Constant {
  readonly name: string;
  readonly text: string;
  readonly value: OptionValue;
  readonly from?: Reckoning;
}

export interface Input {
  readonly name: string;
  /** Of one sample. */
  readonly shape: readonly number[];
  /** In the model's signature, where it is not the shape: names of dimensions. */
  readonly axes?: readonly Axis[];
  /** How the numbers of the column become those of the field: `pixels / 255`. */
  readonly scaled: string;
  /** The number of its tokens; without it the field has real numbers. */
  readonly tokens?: number;
  /** Whether `scaled` draws its numbers, from no column. */
  readonly noise?: true;
  /** Layers without weights before the field has its shape. */
  readonly steps: readonly Step[];
  readonly typed: boolean;
}

/** A summand of a loss that is an expression: `0.5 * mean(abs(prediction - target))`. */
export interface Term {
  readonly scale: number;
  /** The function that makes one number for each sample of it. */
  readonly reduction: string;
  /** Over outputs and fields; losses are functions in it. */
  readonly formula: Formula;
}

/** An optimizer of the weights below a path. */
export interface Group {
  readonly path: string;
  readonly optimizer: Use;
}

/** A step of a training: `step critic { … }`. Without terms it has the training's loss. */
export interface Stage {
  readonly name: string;
  readonly terms?: readonly Term[];
  readonly optimizer: Use;
  readonly groups?: readonly Group[];
  readonly paths: readonly string[];
}

export interface Training {
  readonly loss: Use;
  /** The number before the loss: `0.5 *`. */
  readonly weight?: number;
  /** The loss as an expression, in the place of `loss`. */
  readonly terms?: readonly Term[];
  readonly optimizer: Use;
  /** Optimizers of some weights; `optimizer` has the rest. */
  readonly groups?: readonly Group[];
  /** The paths of what it trains, if not all. */
  readonly paths?: readonly string[];
  readonly stages?: readonly Stage[];
  readonly metrics: readonly Use[];
  /** Metrics in which samples count by their weights. */
  readonly weighted?: readonly Use[];
  /** How much each class counts, by its index. */
  readonly classWeights?: readonly number[];
  readonly batch: number;
  /** Shorter lengths of an input: by its name, or of all tokens. */
  readonly buckets?: { readonly field?: string; readonly lengths: readonly number[] };
  readonly seed?: number;
  readonly epochs?: number;
}

export interface Target {
  readonly name: string;
  readonly kind: "class" | "numbers";
  readonly scaled: string;
  /** Where it is not the output's. */
  readonly shape?: readonly number[];
  /** Numbers from the column of classes: the model's output is one number. */
  readonly single?: boolean;
  /** What is applied to the numbers last: `-> softmax`. */
  readonly last?: string;
}

/** An output beside the first. Its target, if it has one, has its name. */
export interface Goal {
  readonly name: string;
  readonly formula: Formula;
  readonly target?: Target;
  readonly loss?: Use;
  readonly weight?: number;
  readonly terms?: readonly Term[];
  readonly metrics: readonly Use[];
}

/** A model with its data and training. */
export interface Experiment {
  readonly dataset: string;
  readonly model: string;
  /** Without it, files with pictures of these `pixels` and classes. */
  readonly source?: string;
  readonly pixels: readonly number[];
  readonly classes: number;
  /** `train 80%, validation 20% by order` */
  readonly split?: string;
  readonly parameters: readonly Parameter[];
  readonly inputs: readonly Input[];
  readonly steps: readonly Step[];
  readonly returned: boolean;
  /** An input of classes that the model does not read. */
  readonly idle?: string;
  readonly target: Target;
  readonly goals?: readonly Goal[];
  /** A field of sample weights. */
  readonly importance?: string;
  readonly training: Training;
}

/** A model that nothing trains, with several outputs. */
export interface Untrained {
  readonly model: string;
  readonly parameters: readonly Parameter[];
  readonly inputs: readonly Input[];
  readonly steps: readonly Step[];
  readonly outputs: readonly Entry[];
}

/** The files of a program: one, or definitions in files that it imports. */
export type Files = "one" | "blocks" | "blocks and constants";

export interface Program extends Experiment {
  readonly seed: number;
  readonly constants: readonly Constant[];
  readonly blocks: readonly Block[];
  /** Further experiments over the same blocks and constants. */
  readonly more: readonly Experiment[];
  readonly untrained?: Untrained;
  readonly files: Files;
  /** Comments, empty lines and broken lines, from this seed. */
  readonly layout?: number;
}
