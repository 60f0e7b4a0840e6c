// The needs of a trainer on TensorFlow.js besides TensorFlow.js itself: the part of its interface that programs call, memory
// that outlives a step, and sums of products whose indices no single operation has. It does not know a backend.

import type { Numbers } from "../core/program.ts";
import { fillUniform } from "../core/threefry.ts";

/** A tensor of TensorFlow.js. */
export interface Tensor {
  readonly shape: number[];
  dataSync(): Numbers;
  dispose(): void;
}
type ElementType = "float32" | "int32" | "bool";
type Unary = (x: Tensor) => Tensor;
type Binary = (a: Tensor | number, b: Tensor | number) => Tensor;
type Reduce = (x: Tensor, axes?: number | number[], keep?: boolean) => Tensor;
type Pair = [number, number];
/** One number, if it is the same along all axes. */
type Pairs = number | Pair;
type Triples = number | [number, number, number];
export type Padding = "valid" | "same";
type FusedActivation = "relu" | "sigmoid";

/**
 * The part of `@tensorflow/tfjs-core` that programs call; that package and `@tensorflow/tfjs-node` have it. Their own types
 * know no tensors but theirs, so tell TypeScript: `tf as unknown as TensorFlow`.
 */
export interface TensorFlow
  extends Readonly<Record<(typeof unaryNames)[number], Unary>>,
    Readonly<Record<(typeof binaryNames)[number], Binary>> {
  tidy<T>(body: () => T): T;
  keep(x: Tensor): Tensor;
  clone(x: Tensor): Tensor;
  memory(): { readonly numTensors: number };
  tensor(values: Numbers | readonly number[], shape: number[], dtype: ElementType): Tensor;
  scalar(value: number, dtype?: ElementType): Tensor;
  fill(shape: number[], value: number, dtype?: ElementType): Tensor;
  zeros(shape: number[], dtype?: ElementType): Tensor;
  oneHot(classes: Tensor, depth: number): Tensor;
  cast(x: Tensor, dtype: ElementType): Tensor;
  where(condition: Tensor, a: Tensor | number, b: Tensor | number): Tensor;
  sum: Reduce;
  max: Reduce;
  min: Reduce;
  mean: Reduce;
  softmax: Unary;
  logSoftmax: Unary;
  readonly losses: { softmaxCrossEntropy(labels: Tensor, logits: Tensor): Tensor };
  batchNorm(x: Tensor, mean: Tensor, variance: Tensor, offset?: Tensor, scale?: Tensor, epsilon?: number): Tensor;
  argMax(x: Tensor, axis: number): Tensor;
  argMin(x: Tensor, axis: number): Tensor;
  reshape(x: Tensor, shape: number[]): Tensor;
  transpose(x: Tensor, permutation: number[]): Tensor;
  broadcastTo(x: Tensor, shape: number[]): Tensor;
  slice(x: Tensor, starts: number[], sizes: number[]): Tensor;
  gather(x: Tensor, indices: Tensor, axis: number): Tensor;
  /** Adds where indices repeat. */
  scatterND(indices: Tensor, updates: Tensor, shape: number[]): Tensor;
  pad(x: Tensor, amounts: Pair[], value?: number): Tensor;
  concat(list: Tensor[], axis?: number): Tensor;
  split(x: Tensor, sizes: number[]): Tensor[];
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  conv1d(x: Tensor, filter: Tensor, stride: number, pad: Padding, format?: "NWC", dilation?: number): Tensor;
  conv2d(x: Tensor, filter: Tensor, strides: Pairs, pad: Padding, format?: "NHWC", dilations?: Pairs): Tensor;
  conv3d(x: Tensor, filter: Tensor, strides: Triples, pad: Padding): Tensor;
  maxPool(x: Tensor, size: Pairs, strides: Pairs, pad: Padding): Tensor;
  avgPool(x: Tensor, size: Pairs, strides: Pairs, pad: Padding): Tensor;
  maxPool3d(x: Tensor, size: Triples, strides: Triples, pad: Padding): Tensor;
  avgPool3d(x: Tensor, size: Triples, strides: Triples, pad: Padding): Tensor;
  /** Calls that include a bias and an activation. */
  readonly fused: {
    matMul(call: {
      a: Tensor;
      b: Tensor;
      transposeA?: boolean;
      transposeB?: boolean;
      bias?: Tensor;
      activation?: FusedActivation;
    }): Tensor;
    conv2d(call: {
      x: Tensor;
      filter: Tensor;
      strides: Pairs;
      pad: Padding;
      dilations?: Pairs;
      bias?: Tensor;
      activation?: FusedActivation;
    }): Tensor;
  };
  getBackend(): string;
  engine(): { runKernel(name: string, inputs: object, attributes: object): unknown };
}
const unaryNames = [
  ...["neg", "square", "sqrt", "rsqrt", "reciprocal", "abs", "relu", "sign", "floor", "ceil", "round"],
  ...["exp", "expm1", "log", "log1p", "tanh", "sigmoid", "softplus", "sin", "cos", "tan", "atan", "erf"],
  ...["isFinite", "logicalNot"],
] as const;
const binaryNames = [
  ...["add", "sub", "mul", "div", "mod", "pow", "maximum", "minimum", "equal", "notEqual", "less", "lessEqual"],
  ...["greater", "greaterEqual", "logicalAnd", "logicalOr", "squaredDifference"],
] as const;

/** Tensors that outlive a step, and views of them for all others. */
export interface TensorMemory {
  read(name: string): Tensor;
  write(name: string, value: Tensor): void;
  /** The slots that are plain numbers. */
  number(name: string): number;
  setNumber(name: string, value: number): void;
  /** Read it anew after each step. Values that you write to it count from the next step on. */
  values(name: string): Float32Array | Int32Array;
  /** Frees the tensors. The views stay, with the last values. */
  dispose(): void;
}

interface SlotType {
  readonly shape: number[];
  readonly dtype: "float32" | "int32";
}

/** A slot: its tensor, a view of it, whether the view is older, and whether somebody may have written to the view. */
function newPlace(tf: TensorFlow, { shape, dtype }: SlotType) {
  const length = shape.reduce((a, b) => a * b, 1);
  const view = dtype === "float32" ? new Float32Array(length) : new Int32Array(length);
  const tensor = tf.keep(tf.tensor(view.slice(), [...shape], dtype));
  return { shape, dtype, view, tensor, stale: false, shown: false };
}

/** Makes memory of slots that start as 0: lists of one number, and tensors. */
export function tensorMemory(
  tf: TensorFlow,
  numbers: Readonly<Record<string, Float32Array | Int32Array>>,
  slots: Readonly<Record<string, SlotType>>,
): TensorMemory {
  const places = new Map(Object.entries(slots).map(([name, type]) => [name, newPlace(tf, type)]));
  const placeOf = (name: string) => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`there is no slot '${name}'`);
    return place;
  };
  const lists = new Map(Object.entries(numbers));
  const numberOf = (name: string) => {
    const list = lists.get(name);
    if (list === undefined) throw new Error(`there is no number '${name}'`);
    return list;
  };
  const valuesOf = (name: string) => {
    const place = placeOf(name);
    if (place.stale) place.view.set(place.tensor.dataSync());
    place.stale = false;
    return place;
  };
  return {
    read(name) {
      const place = placeOf(name);
      if (place.shown) {
        place.tensor.dispose();
        place.tensor = tf.keep(tf.tensor(place.view.slice(), [...place.shape], place.dtype));
        place.shown = false;
      }
      return place.tensor;
    },
    write(name, value) {
      const place = placeOf(name);
      const before = place.tensor;
      place.tensor = tf.keep(value);
      if (before !== value) before.dispose();
      place.stale = true;
      place.shown = false;
    },
    number: (name) => numberOf(name)[0] ?? 0,
    setNumber: (name, value) => void numberOf(name).fill(value),
    values(name) {
      const list = lists.get(name);
      if (list !== undefined) return list;
      const place = valuesOf(name);
      place.shown = true;
      return place.view;
    },
    dispose() {
      for (const name of places.keys()) valuesOf(name).tensor.dispose();
    },
  };
}

/** Draws random numbers of the runtime, the same on every target. */
export function uniformTensor(tf: TensorFlow, shape: number[], seed: number, step: number, stream: number): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  const values = new Float32Array(count);
  fillUniform(values, 0, count, seed, stream, step);
  return tf.tensor(values, shape, "float32");
}

/** Computes a function that TensorFlow.js lacks. */
export function mapHere(tf: TensorFlow, x: Tensor, f: (x: number) => number): Tensor {
  return tf.tensor(Float32Array.from(x.dataSync(), f), [...x.shape], "float32");
}

export const isWasm = (tf: TensorFlow): boolean => tf.getBackend() === "wasm";

/** Calls an operation that has no function of its own: a gradient. */
export const kernelOf = (tf: TensorFlow, name: string, inputs: object, attributes: object): Tensor =>
  tf.engine().runKernel(name, inputs, attributes) as Tensor;
