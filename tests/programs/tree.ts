// The generator's own tree of a program. Each step takes the current value and makes the next one, so that any step can be
// dropped or replaced by a part of itself. The printer infers the shapes of data from the steps.

import type { OptionValue } from "../../src/ir/graph.ts";

/** One option of a call, as it is written and as it is meant. */
export interface Given {
  readonly option: string;
  /** As written before the colon; given by position where missing. */
  readonly key?: string;
  readonly text: string;
  readonly value: OptionValue;
  /** The name of a parameter, dimension or constant that holds the value. */
  readonly from?: string;
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

export type Step =
  /** `Dense(3)`, `relu`; `called` writes `relu(_)`. */
  | { readonly kind: "layer"; readonly use: Use; readonly called: boolean }
  | { readonly kind: "declare"; readonly name: string; readonly use: Use }
  | { readonly kind: "shared"; readonly name: string }
  | { readonly kind: "block"; readonly name: string; readonly given: readonly Given[] }
  | { readonly kind: "branch"; readonly join: Join; readonly branches: readonly Branch[] }
  | { readonly kind: "repeat"; readonly count: number; readonly steps: readonly Step[] }
  | {
      readonly kind: "if";
      /** The name of a parameter or constant that is true or false. */
      readonly flag: string;
      readonly negated: boolean;
      readonly whenTrue: readonly Step[];
      readonly whenFalse?: readonly Step[];
    }
  /** A weight of its own, joined with the current value. */
  | {
      readonly kind: "param";
      readonly name: string;
      readonly shape: readonly number[];
      readonly initializer?: string;
      readonly operator: Operator;
      readonly first: boolean;
    }
  | { readonly kind: "number"; readonly operator: Operator; readonly value: number; readonly first: boolean }
  /** `let name = _` */
  | { readonly kind: "keep"; readonly name: string }
  /** Joins the current value with a kept one or an input. */
  | { readonly kind: "join"; readonly name: string; readonly join: Join };

export interface Parameter {
  readonly name: string;
  readonly type: "int" | "float" | "bool" | "choice" | "size" | "layer";
  readonly text: string;
  readonly value: OptionValue;
}

export interface Block {
  readonly name: string;
  readonly input: string;
  /** Names of the axes of the input, or sizes. */
  readonly axes: readonly (string | number)[];
  readonly parameters: readonly Parameter[];
  readonly steps: readonly Step[];
}

export interface Constant {
  readonly name: string;
  readonly text: string;
  readonly value: OptionValue;
}

export interface Input {
  readonly name: string;
  /** Of one sample. */
  readonly shape: readonly number[];
  /** How the numbers of the column become those of the field: `pixels / 255`. */
  readonly scaled: string;
  /** Layers without weights before the field has its shape. */
  readonly steps: readonly Step[];
  readonly typed: boolean;
}

export interface Training {
  readonly loss: Use;
  readonly optimizer: Use;
  readonly metrics: readonly Use[];
  readonly batch: number;
  readonly seed?: number;
  readonly epochs?: number;
}

export interface Program {
  readonly seed: number;
  readonly names: { readonly dataset: string; readonly model: string };
  readonly pixels: readonly number[];
  readonly classes: number;
  readonly constants: readonly Constant[];
  readonly blocks: readonly Block[];
  readonly parameters: readonly Parameter[];
  readonly inputs: readonly Input[];
  readonly steps: readonly Step[];
  readonly returned: boolean;
  readonly target: {
    readonly name: string;
    readonly kind: "class" | "numbers";
    readonly scaled: string;
    /** What is applied to the numbers last: `-> softmax`. */
    readonly last?: string;
  };
  readonly training: Training;
}
