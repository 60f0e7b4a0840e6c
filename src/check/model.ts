// The checked program, with every name, kind, option and shape resolved. Checking instantiates blocks and decides `if` and
// `repeat`, so it consists of a list of operator calls for each model, of data sets, and of trainings.

import type { Span } from "../base/span.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { OptionRecord, ValueId } from "../ir/graph.ts";
import { batchSize, type Size } from "../ir/size.ts";
import type { DType, TensorType } from "../ir/types.ts";
import type { InitializerUse, WeightDef } from "../ops/definition.ts";

/** The element type of the language. `class` and `token` are i32 in graphs, with values below `count`. */
export type Element =
  | { readonly kind: "f32" }
  | { readonly kind: "i32" }
  | { readonly kind: "bool" }
  | { readonly kind: "class"; readonly count: Size }
  | { readonly kind: "token"; readonly count: Size };

/** A type as people see it: without the batch axis, which `batched` records. */
export interface LangType {
  readonly element: Element;
  readonly shape: readonly Size[];
  readonly batched: boolean;
}

export interface ModelWeight extends WeightDef {
  /** `conv2d/kernel`, `residual_1/batch_normalization/gamma`: unique in the model. */
  readonly path: string;
  readonly span: Span;
}

/** A step of a model. Ids count from 0 in order of computation. Types include the batch axis (`?`) if there is one. */
export type ModelNode = {
  readonly id: ValueId;
  readonly type: TensorType;
  readonly span: Span;
} & (
  | { readonly kind: "input"; readonly name: string }
  /** A number as a tensor: the 2 of `x * 2`. */
  | { readonly kind: "number"; readonly value: number }
  /** A weight as a value: `param`, or `embed.embeddings`. */
  | { readonly kind: "weight"; readonly path: string }
  | {
      readonly kind: "call";
      /** The name of an OpDef. */
      readonly op: string;
      /** The path of this layer: `conv2d`, `residual_1/conv2d`; for a function, `residual_1/relu`. */
      readonly path: string;
      readonly args: readonly ValueId[];
      /** The name of the input that each argument is for, where the arguments are not simply the inputs in order. */
      readonly given?: readonly string[];
      /**
       * The call computes the mask of the result, not the result. The masks of the inputs at these places follow the
       * inputs among the arguments.
       */
      readonly mask?: readonly number[];
      /** The types of its results after the first; `part` nodes name them. */
      readonly more?: readonly TensorType[];
      /** Paths of weights, in the order of the definition's `weights`. */
      readonly weights: readonly string[];
      readonly options: OptionRecord;
      /** Whether the call has `trainable: false`. */
      readonly frozen?: true;
      /** The regularizers of its results. */
      readonly penalties?: readonly InitializerUse[];
      /** The source, for traces and summaries: `Conv2D(32, 3x3, relu)`. */
      readonly text: string;
    }
  /** A further result of the call `of`: `index` 1 is the first after its `type`. */
  | { readonly kind: "part"; readonly of: ValueId; readonly index: number }
  /** In an objective: the output of the model with this name. */
  | { readonly kind: "output"; readonly name: string }
  | LossCall
);

/** In an objective: a loss as an operator. */
export interface LossCall {
  readonly kind: "loss";
  /** The name of a LossDef. */
  readonly loss: string;
  /** The target, then the prediction: Keras's order. */
  readonly args: readonly [target: ValueId, prediction: ValueId];
  readonly options: OptionRecord;
  readonly text: string;
}

/** The values that a node reads. */
export function argumentsOf(node: ModelNode): readonly ValueId[] {
  if (node.kind === "part") return [node.of];
  return node.kind === "call" || node.kind === "loss" ? node.args : [];
}

/** The node with other values in the place of those that it reads. */
export function withArguments(node: ModelNode, replace: (id: ValueId) => ValueId): ModelNode {
  switch (node.kind) {
    case "call":
      return { ...node, args: node.args.map(replace) };
    case "part":
      return { ...node, of: replace(node.of) };
    case "loss":
      return { ...node, args: [replace(node.args[0]), replace(node.args[1])] };
    case "input":
    case "number":
    case "weight":
    case "output":
      return node;
  }
}

/** A use of a block, or one turn of a `repeat`: the nodes from `from` to before `to`, in which other parts may lie. */
export interface ModelPart {
  readonly kind: "block" | "turn";
  /** The name of the block; of a turn, its number and that of all. */
  readonly name: string | readonly [turn: number, of: number];
  /** As written: `Residual(64)`, `repeat 4`. */
  readonly text: string;
  /** `residual_1`: two uses of a shared block have the same. A turn has that of what it is in. */
  readonly path: string;
  readonly span: Span;
  readonly from: ValueId;
  readonly to: ValueId;
}

export interface CheckedModel {
  readonly name: string;
  readonly span: Span;
  readonly doc?: string;
  readonly inputs: readonly { readonly name: string; readonly type: LangType; readonly value: ValueId }[];
  readonly weights: readonly ModelWeight[];
  readonly nodes: readonly ModelNode[];
  /** Each after those inside it. */
  readonly parts: readonly ModelPart[];
  /** The outputs; a single one has the name `output`. */
  readonly outputs: readonly {
    readonly name: string;
    readonly type: LangType;
    readonly value: ValueId;
    /** The mask that it carries, which losses and metrics read. */
    readonly mask?: ValueId;
  }[];
}

interface Field {
  readonly name: string;
  readonly role: "input" | "target" | "weight";
  readonly type: LangType;
  readonly span: Span;
}
/** A field of numbers that are drawn anew for each step, from no column. */
export interface NoiseField extends Field {
  /** An initializer with its options. */
  readonly draw: InitializerUse;
}
/** A column of numbers as a program reads it. */
export interface FieldColumn {
  /** Its name among the program's columns. */
  readonly name: string;
  /** With the batch axis. */
  readonly type: TensorType;
  /** The columns of the source that it is made of: one, or several side by side. */
  readonly from: readonly string[];
  /** The encoder that makes its numbers, of a text or (with `numbers`) of other numbers. */
  readonly encoder?: {
    readonly module: string;
    readonly numbers?: true;
    readonly whole?: true;
    readonly options: OptionRecord;
  };
  /** All columns of numbers but these are in `from`; known once the file is read. */
  readonly except?: readonly string[];
  /** By how many rows of the source it begins after its window. */
  readonly ahead?: number;
}

/** A field that columns hold. */
export interface DataField extends Field {
  /** The columns that it reads; a field of numbers that a transform computes may read several. */
  readonly columns: readonly FieldColumn[];
  /**
   * The transform as nodes over the columns: an `input` node named like each; each further node is a call (`div`), a number, or
   * an input. Empty args lists do not occur.
   */
  readonly nodes: readonly ModelNode[];
  /** The node that is the field's value; a mask of it may come after. */
  readonly value: ValueId;
}
export interface CheckedDataset {
  readonly name: string;
  readonly span: Span;
  readonly source: { readonly name: string; readonly options: OptionRecord; readonly span: Span };
  readonly fields: readonly DataField[];
  readonly noise: readonly NoiseField[];
  /** Shares of the source's training part, in [0, 1], or numbers of rows. An unnamed share is 0; without `split`, train is 1. */
  readonly split: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    readonly order: SplitOrder;
    /** Whether the parts are numbers of rows. */
    readonly rows?: true;
    /** The column of the source by which `hash`, `stratified` and `time` divide. */
    readonly column?: string;
  };
}

/**
 * How rows come into parts: in a seeded order, by their position, by the hash of a column, so that each kind of it is represented,
 * or sorted by it.
 */
export type SplitOrder = "random" | "order" | "hash" | "stratified" | "time";

export interface Use {
  readonly name: string;
  readonly options: OptionRecord;
  readonly span: Span;
}
/** One summand of what a step minimizes. */
export interface LossTerm {
  /** The output that it judges, where each output has a loss of its own: `price`. */
  readonly name?: string;
  /** The way from outputs of the model and fields of the data to the value. */
  readonly nodes: readonly ModelNode[];
  /** A scalar, or values of each sample, whose mean counts. */
  readonly value: ValueId;
  readonly weight: number;
  readonly span: Span;
}
/** Weights that one optimizer trains. */
export interface WeightGroup {
  /** Unique in the training. Undefined if there is no other group. */
  readonly name?: string;
  readonly optimizer: Use;
  /** Paths, in the order of the model. */
  readonly weights: readonly string[];
}
/** One update of weights. The steps of a training follow each other within each batch. */
export interface TrainStep {
  /** `critic`; undefined for the only step of a training that names none. */
  readonly name?: string;
  readonly terms: readonly LossTerm[];
  readonly groups: readonly WeightGroup[];
  readonly span: Span;
}
export interface MetricUse extends Use {
  /** The output and the target that it compares. */
  readonly output: string;
  readonly target: string;
  /** Whether samples count by their weights. */
  readonly weighted: boolean;
  /** The name in reports: `accuracy`, or `sold_accuracy` if the model has several outputs. */
  readonly shown: string;
}
/** How much each sample counts, in losses by name and weighted metrics of all outputs or of one. */
export type Weighting =
  | { readonly kind: "field"; readonly field: string }
  /** A number for each class of a target. */
  | { readonly kind: "classes"; readonly output: string; readonly target: string; readonly weights: readonly number[] };

/** Which result tells the best weights, and when a training ends for want of better ones. */
export interface Stopping {
  /** The name in reports. */
  readonly name: string;
  readonly part: "train" | "validation";
  readonly higherIsBetter: boolean;
  /** The epochs without a better result after which it ends; undefined: never. */
  readonly patience?: number;
  /** A result is better if it differs by more than this. */
  readonly minDelta: number;
  /** The epochs before the first that counts. */
  readonly start: number;
  /** Whether the training ends with the best weights. */
  readonly restore: boolean;
}

export interface CheckedTraining {
  readonly model: string;
  readonly dataset: string;
  readonly span: Span;
  readonly steps: readonly TrainStep[];
  readonly metrics: readonly MetricUse[];
  readonly weighting?: Weighting;
  readonly stopping?: Stopping;
  /** The file of weights that it begins with. */
  readonly begin?: string;
  readonly epochs: number;
  readonly batch: number;
  readonly seed: number;
  /** The shorter forms of its step, the shortest first. */
  readonly buckets?: readonly Bucket[];
}

/** What a training is where some fields are shorter: the step for batches of short rows. It has the same weights. */
export interface Bucket {
  /** The fields that are shorter, and how many steps they have here. */
  readonly lengths: readonly { readonly field: string; readonly steps: number }[];
  readonly model: CheckedModel;
  /** The data set with the first steps of these fields. */
  readonly dataset: CheckedDataset;
  /** What each step of the training minimizes. */
  readonly terms: readonly (readonly LossTerm[])[];
}

/** A fact about a place in the source, for the editor and explanations. */
export type Fact =
  /** A layer call or value: its input and output shapes in the first instantiation. */
  | {
      readonly kind: "shape";
      readonly span: Span;
      readonly inputs: readonly LangType[];
      readonly output: LangType;
      /** Of the use of a block: the value that it results in, in the model that uses it first. */
      readonly value?: ValueId;
      /** The types of its results after the first. */
      readonly more?: readonly LangType[];
      readonly op?: string;
      readonly parameters?: number;
    }
  /** A use of the name at `declared`, or of a definition of the registry (`op`). */
  | {
      readonly kind: "reference";
      readonly span: Span;
      readonly name: string;
      readonly declared?: Span;
      readonly op?: string;
      readonly doc?: string;
    };

/** What is known of a model with errors: the values before and beside them. */
export interface UnfinishedModel {
  readonly name: string;
  readonly nodes: readonly ModelNode[];
  readonly weights: readonly ModelWeight[];
}

export interface CheckedProgram {
  readonly models: readonly CheckedModel[];
  readonly unfinished: readonly UnfinishedModel[];
  readonly datasets: readonly CheckedDataset[];
  readonly trainings: readonly CheckedTraining[];
  readonly needs: readonly Need[];
  readonly facts: readonly Fact[];
}

/** A size or an option that a model lacks: only who compiles the model must give it. The diagnostics have it too. */
export interface Need {
  readonly model: string;
  readonly diagnostic: Diagnostic;
}

export const dtypeOf = (element: Element): DType =>
  element.kind === "class" || element.kind === "token" ? "i32" : element.kind;

/** The type of a batch of such values. */
export const graphType = ({ element, shape }: Pick<LangType, "element" | "shape">): TensorType => ({
  dtype: dtypeOf(element),
  shape: [batchSize, ...shape],
});
