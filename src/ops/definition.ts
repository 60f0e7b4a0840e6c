// An operator is one value of OpDef in one file. Checker, hover, documentation, text form, gradients, targets and tests
// all read it; no other file knows anything about the operator.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord, OptionValue } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import type { Adaptation } from "./adaptation.ts";
import type { DeclaredType, EncoderAnswer, EncoderGiven, SourceColumn } from "./encoding.ts";
import type { MaskRule } from "./maskRule.ts";
import type { OptionsProblem, ScoreMisfit, ShapeMisfit } from "./misfits.ts";
import type { OptionKind } from "./optionKind.ts";
import type { RateRules, RateState } from "./rateRules.ts";
import type { SchemaRequest } from "./schema.ts";
import type { ShapeProblem } from "./shapeProblem.ts";
import type { Infix, Prefix } from "./signs.ts";

export type { DeclaredType, EncodedType, Encoding, SourceColumn } from "./encoding.ts";
export type { MaskCall, MaskMaker, MaskRule } from "./maskRule.ts";
export type { OptionsProblem, ScoreMisfit } from "./misfits.ts";
export type { OptionKind } from "./optionKind.ts";
export type { ShapeProblem } from "./shapeProblem.ts";

export interface OptionDef {
  readonly type: OptionKind;
  /** An option without a default must be given. `undefined` as a value is Keras's None: not set. */
  readonly default?: OptionValue;
  readonly required?: boolean;
  readonly optional?: boolean;
  readonly doc: string;
  /** Other names for it. */
  readonly aliases?: readonly string[];
  /** Options that may not be given together with it. */
  readonly excludes?: readonly string[];
  /** For an initializer: it is of a statistic, which has neither regularizer nor constraint. */
  readonly ofStatistic?: boolean;
  /** For an activation or a layer: it makes the result, last of all, so a loss may take the activation off again. */
  readonly last?: boolean;
}

export interface WeightDef {
  /** Keras's variable name: `kernel`, `bias`, `gamma`. */
  readonly name: string;
  /** Its path in the model, if not that of the layer and its name. */
  readonly path?: string;
  readonly shape: readonly Size[];
  /** An initializer of src/ops/initializers with its options. */
  readonly initializer: InitializerUse;
  /** Places along the last axis, from the first to before the last, that start at 1 instead. */
  readonly ones?: readonly [from: number, to: number];
  /** It starts at the square root of what its initializer gives. */
  readonly root?: true;
  readonly trainable: boolean;
  /** Each use in training replaces it by its value in `state`; `expand` lets gradients through to the value before. */
  readonly assigned?: true;
  /** The axes that count its inputs and outputs, for initializers that scale by these, unless their options say so. */
  readonly fans?: { readonly input_axes: readonly number[]; readonly output_axes: readonly number[] };
  /** `depthwise` of `depthwise_regularizer`, if the options about this weight do not begin with its own name. */
  readonly prefix?: string;
  /** Set by `governed` from the layer's options. */
  readonly regularizer?: InitializerUse;
  readonly constraint?: InitializerUse;
}
export interface InitializerUse {
  readonly name: string;
  readonly options: OptionRecord;
}

export type Checked<T> = { readonly ok: T } | { readonly bad: ShapeProblem };
export const ok = <T>(value: T): Checked<T> => ({ ok: value });
export const bad = <T>(problem: ShapeProblem): Checked<T> => ({ bad: problem });

/** A remark that is no error: `stride drops 1 of 27 rows` (NN105). */
export interface ShapeHint {
  readonly hint: "edge_dropped";
  readonly axis: number;
  readonly dropped: number;
  readonly size: number;
}

/** One input of an operator. */
export interface InputDef {
  readonly name: string;
  /** For people: `[..., n]`. The name of a last input ending in `...` takes any number. */
  readonly shape: string;
  readonly doc?: string;
  /** A call may leave it out. Optional inputs come after the others. */
  readonly optional?: boolean;
  /** Left out, it gets the mask that the input of this name carries, if that one carries one. */
  readonly maskOf?: string;
  /** It takes several tensors, by name as `initial_state: (h, c)`. Only the last inputs through a pipe can be for it. */
  readonly several?: boolean;
}

/** One call as the rules of its operator see it, beside its inputs in order and its options. */
export interface CallContext<T> {
  /** The given inputs by name: none for an optional one that is left out, all for one that takes several. */
  given(input: string): readonly T[];
  /** Returns the definition of a layer that is the value of an option; src/ops/inner.ts makes use of it. */
  layer(name: string): OpDef;
}

export interface ExpandCall extends CallContext<Value> {
  /** All inputs in order, without the optional ones that are left out. */
  readonly inputs: readonly Value[];
  /** Keyed by the names of `weights`. */
  readonly weights: Readonly<Record<string, Value>>;
  readonly options: OptionRecord;
  readonly training: boolean;
  /** For `random` nodes: the run's seed and step (i32 scalars), and the number of this layer's stream. */
  readonly seed: Value;
  readonly step: Value;
  readonly stream: number;
}
export interface Expanded {
  readonly output: Value;
  /** The results after the first, with the types of `more`. */
  readonly more?: readonly Value[];
  /** New values of weights that are `assigned` or that no gradient trains, the moving statistics. Only training reads them. */
  readonly state?: Readonly<Record<string, Value>>;
}

/** What the cell of a recurrent layer sees of a call while it computes steps: no random numbers. */
export interface CellCall extends Pick<ExpandCall, "weights" | "options" | "training" | "layer"> {
  /** The values of `constants`. */
  readonly constants: readonly Value[];
}

/**
 * The rules of a cell: what a recurrent layer computes in each step. As a layer, a cell takes the input of a step and its
 * states, and returns an output and the next states.
 */
export interface CellRules {
  /** The types of the states, for the input of a step. */
  states(step: TensorType, options: OptionRecord, call: Pick<CallContext<unknown>, "layer">): readonly TensorType[];
  /** The number of the state that is also the output; by default the first. */
  output?(step: TensorType, options: OptionRecord, call: Pick<CallContext<unknown>, "layer">): number;
  /** Values that are the same in all steps, made before the first: masks of dropout. */
  constants?(g: Builder, step: TensorType, call: ExpandCall): readonly Value[];
  /** The number of `constants`. */
  constantCount?(options: OptionRecord, call: Pick<ExpandCall, "training" | "layer">): number;
  /** What a step computes of its input alone: for all steps at once, which are a further axis in front, or for one. */
  project?(g: Builder, x: Value, call: CellCall): Value;
  /** One step, of what `project` makes of its input. */
  step(
    g: Builder,
    projected: Value,
    states: readonly Value[],
    call: CellCall,
  ): { readonly output: Value; readonly states: readonly Value[] };
}

export interface OpExample {
  /** A call as a `.nn` file writes it: `Conv2D(4, 3x3, relu)`; several inputs come through `(a, b) ->`. */
  readonly nn: string;
  /**
   * Types without the batch axis, as in a `.nn` file: `f32[8, 8, 3] -> f32[6, 6, 4]`; `, ` separates several inputs.
   * `one f32[3]` is the type of a value that is the same for all samples, as of a `param`.
   */
  readonly type: string;
}

interface Described {
  /** Keras's name: `Conv2D`, `relu`, `categorical_crossentropy`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Its names in other libraries. They mean nothing here; a message tells whoever writes one the name above. */
  readonly elsewhere?: readonly string[];
  readonly summary: string;
  readonly options: Readonly<Record<string, OptionDef>>;
  /** The options that may be given by position, in order. */
  readonly positional: readonly string[];
  /** The origin of the semantics: Keras's page, a paper and equation. */
  readonly source: string;
}

/** The lowest and the highest number of a value. */
export type Bounds = readonly [low: number, high: number];

/** A layer (`Conv2D`) or function (`relu`, `concat`, `add`). Types include the batch axis where the value has one. */
export interface OpDef extends Described {
  readonly tier: "layer" | "function";
  readonly inputs: readonly InputDef[];
  readonly variadic?: boolean;
  /** For people: `[h', w', filters]`; with several results, all of them and when there are. */
  readonly output: string;
  /** True if the output has the input's shape and each element depends only on the input's element at its place. */
  readonly elementwise?: boolean;
  /** True if its name may be given as an activation: it has one input, and every option has a default. */
  readonly activation?: boolean;
  /** Tells what a loss or metric may take its results for, if not for plain numbers. `rank` counts the batch axis. */
  predicts?(options: OptionRecord, rank: number): PredictionForm | undefined;
  /** The sign that computes it between two tensors. A layer has one for messages only: `Add` adds as `+` does. */
  readonly infix?: Infix;
  /** True if brackets after a tensor compute it: `x[:, 0]`. Its option `key` has the text between them. */
  readonly subscript?: true;
  /** The sign that computes it in front of one tensor. */
  readonly prefix?: Prefix;
  /** True if it may compare class indices and tokens, which are no numbers: `digit == 3`. */
  readonly takesIndices?: true;
  /** The numbers between which it is defined and smooth, if not everywhere. Tests feed numbers from there. */
  readonly domain?: readonly [number, number];
  /** Returns between which numbers the result lies where its inputs lie between these; undefined if that does not follow. */
  bounds?(inputs: readonly Bounds[], options: OptionRecord): Bounds | undefined;
  /** Between which numbers its results lie, whatever comes in; undefined if they may be any. */
  range?(options: OptionRecord): Bounds | undefined;
  /**
   * What it does to numbers, where advice on networks asks. `weighs`: weights make its results, which may be any numbers, unless
   * an activation follows in it. `passes`: the same numbers, perhaps in another arrangement. `drops`: it leaves out some of them
   * while training. `normalises`: it takes off the mean, or divides by the spread.
   */
  readonly nature?: "weighs" | "passes" | "drops" | "normalises";
  /** For an activation: the initializers that it needs. */
  readonly suits?: readonly string[];
  /** True if it works along the last axis and passes the others on, as for each pixel of an image. */
  readonly alongLastAxis?: boolean;
  /** Returns the call that brings one shape to another, both without the batch; an undefined size of `to` may be anything. */
  adapts?(from: readonly Size[], to: readonly (Size | undefined)[]): Adaptation | undefined;
  weights?(inputs: readonly TensorType[], options: OptionRecord, call: CallContext<TensorType>): readonly WeightDef[];
  /** Returns the type of the result, or of the first of several. */
  shape(inputs: readonly TensorType[], options: OptionRecord, call: CallContext<TensorType>): Checked<TensorType>;
  /** Returns the types of the results after the first, for inputs that `shape` accepts. */
  more?(inputs: readonly TensorType[], options: OptionRecord, call: CallContext<TensorType>): readonly TensorType[];
  /** Says which mask the result, or the first of several, carries, as in Keras; without a rule it carries none. */
  masks?(options: OptionRecord): MaskRule | undefined;
  hints?(inputs: readonly TensorType[], options: OptionRecord): readonly ShapeHint[];
  /** Returns the number of its rows, if its first input names these: a token or class beyond them has none. */
  rows?(options: OptionRecord): number;
  /** The results, counted from 0, whose whole numbers are counts or places of its own, not classes or tokens of its input. */
  readonly ownNumbers?: readonly number[];
  expand(g: Builder, call: ExpandCall): Expanded;
  /** Returns the penalty on its results that a layer has by its own options. */
  activity?(options: OptionRecord): InitializerUse;
  /** The option that holds the step of a loop, a layer or a block, and the types of that step's inputs. */
  readonly loops?: {
    readonly step: string;
    inputs(options: OptionRecord, call: Pick<CallContext<TensorType>, "given">): Checked<readonly TensorType[]>;
  };
  /** Its rules as the cell of a recurrent layer. */
  readonly cell?: CellRules;
  /** Whether no gradient passes through it, whatever its types are; or the places of the inputs for which that is so. */
  readonly stopsGradient?: boolean | readonly number[];
  /** Whether it mixes rows of a batch, so that their targets have to be mixed alike. */
  readonly mixesRows?: true;
  /** Whether training and inference differ: dropout, batch normalisation. */
  readonly trainingDiffers?: boolean;
  /** While training it moves what is in a picture to other places. */
  readonly moves?: true;
  /** Whether `trainable: false` also makes it compute as in inference while the rest is trained, as in Keras. */
  readonly frozenInfers?: boolean;
  readonly examples: readonly OpExample[];
}

export interface LossDef extends Described {
  readonly tier: "loss";
  readonly problem?: OptionsProblem;
  readonly misfit?: ScoreMisfit;
  /**
   * One value for each sample and remaining axis (the last axis is reduced, as Keras does), or a single one if the loss is
   * about the whole batch; f32. `target` has the dtype of the data: f32, or i32 class indices where `takesClasses`.
   * The option `reduction` makes one number of them (`lossOf` in loss.ts).
   */
  expand(g: Builder, prediction: Value, target: Value, options: OptionRecord): Value;
  /** Returns bool of the shape of `values`: false for those that do not count, as Keras's masks; undefined if all count. */
  counts?(g: Builder, values: Value, target: Value, options: OptionRecord): Value | undefined;
  /** The predictions that it wants when `from_logits` is not set. */
  readonly wants: "anything" | "probabilities" | "classes" | "binary" | "embeddings" | "sequences";
  /** It compares scores, which may be any numbers, though its targets stand for classes. */
  readonly takesScores?: true;
  /** The option that makes it work on the logits before a softmax or sigmoid, which is more stable. */
  readonly logitsOption?: string;
  /** The predictions whose logits it then takes. */
  readonly logitsOf?: PredictionForm;
  readonly takesClasses?: boolean;
  /** It compares the shares of classes in whole rows, of which a row for a class index is one with a single 1. */
  readonly comparesShares?: true;
  /** It takes the logarithm of predictions, which must be above 0. */
  readonly takesLogarithms?: true;
  /** It compares the numbers of a row with each other, along the last axis or `axis`: a single one tells it nothing. */
  readonly comparesRows?: true;
  /** The targets that it is defined for, if it is not for all numbers. */
  readonly targets?: { readonly range?: Bounds; readonly exceptZero?: true };
  /** Messages name this loss if another does not fit such targets: classes, yes and no, or numbers. */
  readonly usualFor?: "classes" | "binary" | "numbers";
  /** For a loss that takes only class indices: the name of the same loss on rows with the share of each class. */
  readonly onShares?: string;
}

/** Slots hold the state. `update` runs once for each batch, `result` on request. All values are f32. */
export interface MetricDef extends Described {
  readonly tier: "metric";
  readonly problem?: OptionsProblem;
  readonly misfit?: ScoreMisfit;
  state(
    prediction: TensorType,
    target: TensorType,
    options: OptionRecord,
  ): readonly { readonly name: string; readonly shape: readonly number[] }[];
  update(g: Builder, call: MetricCall): Readonly<Record<string, Value>>;
  result(g: Builder, state: Readonly<Record<string, Value>>, options: OptionRecord): Value;
  /** Whether a higher value is better, for checkpoints and charts. */
  readonly higherIsBetter: boolean;
  /**
   * The targets that it takes: numbers of the predictions' shape (two classes, as 0 and 1, are such numbers), the class
   * of each row of predictions (as an index or as a row of shares), the index only, or any of these. `unchecked`: those of
   * any shape, unless `misfit` says otherwise. `sequences`: a token for each step, where predictions are tokens, too, or a
   * row of numbers for each step; the lengths may differ. `boxes`: rows of a box, its class and (of a prediction) its score.
   */
  readonly fits: "numbers" | "classes" | "indices" | "anything" | "unchecked" | "sequences" | "boxes";
  /** Messages name this metric if another does not fit such targets. */
  readonly usualFor?: "classes" | "numbers";
  /** For a metric that takes only class indices: the name of the same metric on rows with the share of each class. */
  readonly onShares?: string;
}
export interface MetricCall {
  readonly prediction: Value;
  readonly target: Value;
  /** One weight for each sample; undefined means 1. */
  readonly weight?: Value;
  /** The mask that the prediction carries. Metrics that are means count only the values where it holds, as Keras's do. */
  readonly mask?: Value;
  readonly state: Readonly<Record<string, Value>>;
  readonly options: OptionRecord;
  /** The kind of prediction: probabilities of classes, one sigmoid, logits, or plain numbers. */
  readonly form: PredictionForm;
}
/** Shares of classes, independent probabilities, the logits of either, or plain numbers. */
export type PredictionForm = "softmax" | "sigmoid" | "logits" | "plain";

export interface OptimizerDef extends Described {
  readonly tier: "optimizer";
  readonly problem?: OptionsProblem;
  /** Learning rates outside of these are nearly always slips. */
  readonly usualRates: Bounds;
  /** So large a `weight_decay` is a slip, whatever the rate is; by default 1. */
  readonly largeDecay?: number;
  /** Its slots, vectors of f32, of which one of length 0 is none. */
  slots(options: OptionRecord, variables: readonly Variable[]): readonly OptimizerSlot[];
  /**
   * Computes one step. All weights lie in one flat vector; `variables` are its parts, for rules that need each variable.
   * `step` counts from 0 (f32 scalar), `rate` is the learning rate of this step (f32 scalar).
   */
  update(g: Builder, call: OptimizerCall): { readonly weights: Value; readonly slots: Readonly<Record<string, Value>> };
}
export interface OptimizerCall {
  readonly weights: Value;
  readonly gradient: Value;
  readonly slots: Readonly<Record<string, Value>>;
  readonly step: Value;
  readonly rate: Value;
  readonly options: OptionRecord;
  readonly variables: readonly Variable[];
}

/** A part of the flat vector of weights, by its path. */
export interface Variable {
  readonly name: string;
  readonly start: number;
  readonly shape: readonly number[];
}
export interface OptimizerSlot {
  readonly name: string;
  /** The number that all of its elements start from. */
  readonly initial: number;
  /** As long as the weights, if not given. */
  readonly length?: number;
}

export interface ScheduleDef extends Described {
  readonly tier: "schedule";
  readonly problem?: OptionsProblem;
  /**
   * Computes the rate at `step` (f32 scalar, from 0). `total` returns the steps of the whole training (f32 scalar), `state`
   * has what a rate that follows results keeps.
   */
  expand(g: Builder, step: Value, options: OptionRecord, total: () => Value, state: RateState): Value;
  /** The rules of a rate that follows the results of epochs. */
  readonly follows?: RateRules;
}

export interface InitializerDef extends Described {
  readonly tier: "initializer";
  /** Says why a weight of this shape cannot start from it; undefined if it can. */
  misfit?(shape: readonly Size[], options: OptionRecord): string | undefined;
  /** Weights start from it unless the program names another. */
  readonly isDefault?: boolean;
  /** Whether all weights of one shape start from the same number. */
  readonly isEven?: boolean;
  /** Returns the root of the mean square of its numbers. */
  size?(options: OptionRecord, shape: readonly number[]): number;
  /** The options that it has as a field of noise, unless given, if it draws each number by itself: Keras's in `keras.random`. */
  readonly noise?: OptionRecord;
  /** Returns f32 of `shape`; `random` draws uniform numbers in [0, 1) of that shape, fresh for each `salt`. */
  expand(g: Builder, shape: readonly number[], options: OptionRecord, random: (salt: number) => Value): Value;
}

/** A penalty that is added to the loss. */
export interface RegularizerDef extends Described {
  readonly tier: "regularizer";
  /** By the options that are factors: from these on, the penalty outweighs a loss of about 1. */
  readonly drowns?: Readonly<Record<string, number>>;
  readonly misfit?: ShapeMisfit;
  /** Returns an f32 scalar. */
  expand(g: Builder, x: Value, options: OptionRecord): Value;
}

/** A rule that weights keep: each step of training ends with it. */
export interface ConstraintDef extends Described {
  readonly tier: "constraint";
  readonly misfit?: ShapeMisfit;
  /** Returns the nearest weight that keeps the rule, of the same shape. */
  expand(g: Builder, weight: Value, options: OptionRecord): Value;
}

/** A source of data, with its columns. The runtime reads its bytes. */
export interface SourceDef extends Described {
  readonly tier: "source";
  readonly problem?: OptionsProblem;
  /** Returns the columns that every use has. Those of a file follow in its schema, if `schema` asks for one. */
  columns(options: OptionRecord): readonly SourceColumn[];
  /** Returns what to read before checking, for a source whose columns depend on a file. */
  schema?(options: OptionRecord): SchemaRequest | undefined;
  /** Returns how many examples it has to train on, before any split, where the options tell. */
  examples?(options: OptionRecord): number | undefined;
  /** The column whose values are raw bytes 0 to 255, if any; NN212 looks at it. */
  readonly rawColumn?: string;
  hasTestPart(options: OptionRecord): boolean;
  /** Whether its files may say which examples are to test with: only who reads them knows. */
  readonly mayHoldTestPart?: true;
  /** Whether its rows follow each other, so that shares of a split are parts in a row. */
  readonly contiguous?: true;
  /** Returns how many rows in a row make an example, if the options ask for windows. Such rows follow each other. */
  window?(options: OptionRecord): number | undefined;
}

/**
 * Makes numbers of a column while data is loaded: tokens of a text, classes of words, numbers of another scale. It may learn from the training rows; what
 * it learns is saved with the weights. The runtime has a module of the same name (core/encoders).
 */
export interface EncoderDef extends Described {
  readonly tier: "encoder";
  readonly problem?: OptionsProblem;
  /** More about its meaning, in paragraphs. */
  readonly notes?: readonly string[];
  /** The file of src/runtime/core/encoders; empty for one that does as `like` does. */
  readonly module: string;
  /** What it makes numbers of; by default text. `whole`: the numbers of its column must be whole, up to 2^31. */
  readonly takes?: "numbers" | "whole";
  /** The number of columns that it reads together, `kept_words(original, compressed)`; by default one. */
  readonly columns?: number;
  /** Returns the options with what the declared type says, and the type it makes. */
  encode(options: OptionRecord, declared: DeclaredType | undefined, given: EncoderGiven): EncoderAnswer;
  /** Whether a field of classes without a transform is encoded so. */
  readonly ofClasses?: true;
  /** Returns whether its numbers lie around 0, below and above. */
  centres?(options: OptionRecord): boolean;
  /** Returns by how many rows it moves a column of numbers, if the rows of the source stand in windows. */
  ahead?(options: OptionRecord): number;
  readonly examples: readonly string[];
}

export type Definition =
  | OpDef
  | LossDef
  | MetricDef
  | OptimizerDef
  | ScheduleDef
  | InitializerDef
  | RegularizerDef
  | ConstraintDef
  | EncoderDef
  | SourceDef;

export const defineLayer = (definition: Omit<OpDef, "tier">): OpDef => ({ ...definition, tier: "layer" });
export const defineFunction = (definition: Omit<OpDef, "tier">): OpDef => ({ ...definition, tier: "function" });
export const defineLoss = (definition: Omit<LossDef, "tier">): LossDef => ({ ...definition, tier: "loss" });
export const defineMetric = (definition: Omit<MetricDef, "tier">): MetricDef => ({ ...definition, tier: "metric" });
export const defineOptimizer = (definition: Omit<OptimizerDef, "tier">): OptimizerDef => ({
  ...definition,
  tier: "optimizer",
});
export const defineSchedule = (definition: Omit<ScheduleDef, "tier">): ScheduleDef => ({
  ...definition,
  tier: "schedule",
});
export const defineInitializer = (definition: Omit<InitializerDef, "tier">): InitializerDef => ({
  ...definition,
  tier: "initializer",
});
export const defineEncoder = (definition: Omit<EncoderDef, "tier">): EncoderDef => ({ ...definition, tier: "encoder" });
export const defineSource = (definition: Omit<SourceDef, "tier">): SourceDef => ({ ...definition, tier: "source" });
export const defineRegularizer = (definition: Omit<RegularizerDef, "tier">): RegularizerDef => ({
  ...definition,
  tier: "regularizer",
});
export const defineConstraint = (definition: Omit<ConstraintDef, "tier">): ConstraintDef => ({
  ...definition,
  tier: "constraint",
});
