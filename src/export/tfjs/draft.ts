// A graph in the making. It names nodes, keeps equal constants once, and makes vectors of sizes that may include the
// number of samples. It does not know primitives.

import { CompilerBug } from "../../base/compilerBug.ts";
import { addSizes, BATCH, multiplySizes, type Size, sameSize } from "../../ir/size.ts";
import { sameShape } from "../../ir/types.ts";
import { mostAxes } from "../../recognise/limits.ts";
import { type Maker, spreadRuns } from "../../recognise/oneByOne.ts";
import {
  type Attributes,
  type NodeDef,
  numberAttribute,
  protoName,
  shapeProto,
  type TensorDType,
  typeAttribute,
} from "./graphDef.ts";
import type { NodeNames } from "./names.ts";

/** A value of the graph. It broadcasts: an axis of size 1 may replace a longer one, and leading axes may be missing. */
export interface Tensor {
  readonly name: string;
  readonly dtype: TensorDType;
  readonly shape: readonly Size[];
}

/** The numbers of a constant, for the weights manifest. */
export interface Constant {
  readonly name: string;
  readonly dtype: TensorDType;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

export interface GraphDraft extends Maker<Tensor> {
  readonly nodes: readonly NodeDef[];
  readonly constants: readonly Constant[];
  /** Sets the path of a layer, which names all nodes from now on. */
  enter(origin: string): void;
  /** Adds a node with one output, of that type. */
  add(op: string, inputs: readonly Tensor[], attributes: Attributes, type: Omit<Tensor, "name">): Tensor;
  /** Adds a node under a name that was claimed before. */
  addNamed(
    name: string,
    op: string,
    inputs: readonly Tensor[],
    attributes: Attributes,
    type: Omit<Tensor, "name">,
  ): Tensor;
  constant(dtype: TensorDType, shape: readonly number[], values: readonly number[]): Tensor;
  scalar(dtype: TensorDType, value: number): Tensor;
  /** Adds numbers under a name that was claimed before: a weight. */
  weight(constant: Constant): Tensor;
  /** Returns the sizes as i32 `[rank]`. One open size is -1; with more, they are computed from the samples. */
  shapeOf(shape: readonly Size[], guess: boolean): Tensor;
  /** Returns an i32 scalar. */
  size(size: Size): Tensor;
  /** Returns the value with all its axes at full length. */
  whole(x: Tensor, shape: readonly Size[]): Tensor;
}

const arrayOf = (dtype: TensorDType, values: readonly number[]): Constant["values"] =>
  dtype === "float32"
    ? Float32Array.from(values)
    : dtype === "int32"
      ? Int32Array.from(values)
      : Uint8Array.from(values);

const int32 = typeAttribute("int32");

/** Reads the number of samples from the shape of a placeholder. */
function countOf(g: GraphDraft, samples: Tensor | undefined): Tensor {
  if (samples === undefined) throw new CompilerBug("no input counts the samples");
  const out = { T: typeAttribute(samples.dtype), out_type: int32 };
  const shape = g.add("Shape", [samples], out, { dtype: "int32", shape: [samples.shape.length] });
  const at = [0, 1, 1].map((number) => g.constant("int32", [1], [number]));
  const masks = { begin_mask: 0, end_mask: 0, ellipsis_mask: 0, new_axis_mask: 0, shrink_axis_mask: 1 };
  const attributes = Object.entries(masks).map(([name, mask]) => [name, numberAttribute(mask)] as const);
  const types = { T: int32, Index: int32 };
  const scalar = { dtype: "int32", shape: [] } as const;
  return g.add("StridedSlice", [shape, ...at], { ...types, ...Object.fromEntries(attributes) }, scalar);
}

/** Returns a size as an i32 scalar; `count` is the number of samples. */
function sizeOf(g: GraphDraft, size: Size, count: () => Tensor): Tensor {
  if (typeof size === "number") return g.scalar("int32", size);
  const both = (op: string, a: Tensor, b: Tensor): Tensor =>
    g.add(op, [a, b], { T: int32 }, { dtype: "int32", shape: [] });
  const terms = size.terms.map(({ factor, atoms }) =>
    atoms.reduce<Tensor | undefined>(
      (before, atom) => {
        if (atom !== BATCH) throw new CompilerBug("an axis is still symbolic");
        const n = count();
        return before === undefined ? n : both("Mul", before, n);
      },
      factor === 1 && atoms.length > 0 ? undefined : g.scalar("int32", factor),
    ),
  );
  const sum = terms.reduce((a, b) => (a === undefined || b === undefined ? (a ?? b) : both("AddV2", a, b)));
  if (sum === undefined) throw new CompilerBug("a size without terms");
  return sum;
}

/** Spreads a value that broadcasts to a shape. */
function spread(g: GraphDraft, x: Tensor, shape: readonly Size[]): Tensor {
  if (shape.length > mostAxes.broadcast) {
    const aligned = [...new Array<Size>(shape.length - x.shape.length).fill(1), ...x.shape];
    return spreadRuns(g, g.reshape(x, aligned), shape, g.whole);
  }
  const types = { T: typeAttribute(x.dtype), Tidx: int32 };
  return g.add("BroadcastTo", [x, g.shapeOf(shape, false)], types, { dtype: x.dtype, shape });
}

/** Starts a graph; `samples` is the name of a placeholder whose first axis counts them. */
export function graphDraft(names: NodeNames, samples: Tensor | undefined): GraphDraft {
  const nodes: NodeDef[] = [];
  const constants: Constant[] = [];
  const kept = new Map<string, Tensor>();
  let scope = "";
  const keep = (key: string, make: () => Tensor): Tensor => {
    const found = kept.get(key) ?? make();
    kept.set(key, found);
    return found;
  };
  const named = (op: string): string => names.claim(scope === "" ? op : `${scope}/${op}`);
  const self: GraphDraft = {
    nodes,
    constants,
    enter(origin) {
      scope = origin;
    },
    add: (op, inputs, attributes, type) => self.addNamed(named(op), op, inputs, attributes, type),
    addNamed(name, op, inputs, attributes, type) {
      const input = inputs.map((one) => one.name);
      nodes.push({ name, op, ...(input.length === 0 ? {} : { input }), attr: attributes });
      return { name, dtype: type.dtype, shape: type.shape };
    },
    weight(constant) {
      const { name, dtype, shape } = constant;
      constants.push(constant);
      const value = { tensor: { dtype: protoName(dtype), tensorShape: shapeProto(shape) } };
      return self.addNamed(name, "Const", [], { dtype: typeAttribute(dtype), value }, { dtype, shape });
    },
    constant: (dtype, shape, values) =>
      keep([dtype, shape.join(), values.map((x) => (Object.is(x, -0) ? "-0" : x)).join()].join(" "), () =>
        self.weight({ name: named("Const"), dtype, shape, values: arrayOf(dtype, values) }),
      ),
    scalar: (dtype, value) => self.constant(dtype, [], [value]),
    size: (size) => sizeOf(self, size, () => keep("samples", () => countOf(self, samples))),
    shapeOf(shape, guess) {
      const open = shape.filter((size) => typeof size !== "number").length;
      const numbers = shape.map((size) => (typeof size === "number" ? size : -1));
      if (open === 0 || (guess && open === 1)) return self.constant("int32", [shape.length], numbers);
      return keep(`shape ${JSON.stringify(shape)}`, () => {
        const attributes = { N: numberAttribute(shape.length), T: int32, axis: numberAttribute(0) };
        return self.add("Pack", shape.map(self.size), attributes, { dtype: "int32", shape: [shape.length] });
      });
    },
    whole: (x, shape) =>
      sameShape(x.shape, shape) ? x : keep(`${x.name} as ${JSON.stringify(shape)}`, () => spread(self, x, shape)),
    shape: (x) => x.shape,
    reshape(x, shape) {
      if (sameShape(x.shape, shape)) return x;
      const types = { T: typeAttribute(x.dtype), Tshape: int32 };
      return self.add("Reshape", [x, self.shapeOf(shape, true)], types, { dtype: x.dtype, shape });
    },
  };
  return self;
}

/** Returns the shape that values of these shapes have together, as NumPy broadcasts: axes are aligned at the right. */
export function broadcastShape(shapes: readonly (readonly Size[])[]): readonly Size[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, i) => {
    const sizes = shapes.flatMap((shape) => shape[shape.length - rank + i] ?? []);
    return sizes.find((size) => !sameSize(size, 1)) ?? 1;
  });
}

/** Returns one more than the index of the last of `count` elements, one in every `stride` from `start` on. */
export const endOf = (start: number, count: Size, stride: number): Size =>
  addSizes(multiplySizes(addSizes(count, -1), stride), start + 1);
