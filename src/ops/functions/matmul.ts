import { CompilerBug } from "../../base/compilerBug.ts";
import type { Address, NamedLoop } from "../../ir/graph.ts";
import { type Size, sameSize } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { dtypeProblem, innerShape, isBatched } from "../shape.ts";

/** `lead` axes belong to both and come first; each side then has at most one axis of its own, besides the summed one. */
interface Product {
  readonly lead: readonly Size[];
  readonly rows: readonly Size[];
  readonly columns: readonly Size[];
  readonly inner: Size;
}

/** Leading axes are those before the last two; the batch always leads. A vector has no axis of its own. */
function productOf(a: TensorType, b: TensorType): Checked<Product> {
  const parts = [a, b].map((type) => {
    const inner = innerShape(type);
    const own = Math.min(2, inner.length);
    return {
      batch: type.shape.slice(0, type.shape.length - inner.length),
      lead: inner.slice(0, inner.length - own),
      own: inner.slice(inner.length - own),
    };
  });
  const [left, right] = parts;
  for (const [input, part] of parts.entries())
    if (part.own.length === 0) return bad({ problem: "rank", input, expected: [1, 2], expectedText: "[..., m, k]" });
  if (left === undefined || right === undefined) return bad({ problem: "inputs", expected: "two", actual: 1 });
  const inner = left.own[left.own.length - 1] ?? 1;
  const against = right.own[0] ?? 1;
  const at = b.shape.length - right.own.length;
  if (!sameSize(inner, against))
    return bad({
      problem: "size",
      input: 1,
      axis: at,
      expected: inner,
      actual: against,
      why: "the last axis of the first",
    });
  const shorter = Math.min(left.lead.length, right.lead.length);
  for (let i = 1; i <= shorter; i++)
    if (!sameSize(left.lead[left.lead.length - i] ?? 1, right.lead[right.lead.length - i] ?? 1))
      return bad({ problem: "differ", input: 1 });
  const batch = isBatched(a) ? left.batch : right.batch;
  const lead = left.lead.length >= right.lead.length ? left.lead : right.lead;
  return ok({ lead: [...batch, ...lead], rows: left.own.slice(0, -1), columns: right.own.slice(1), inner });
}

/** Returns the access of one side: its own leading axes are the last ones of `lead`, and the batch is the first. */
function access(type: TensorType, lead: readonly Size[], own: readonly string[]): readonly Address[] {
  const at = (name: string): Address => ({ offset: 0, strides: { [name]: 1 } });
  const leading = type.shape.length - own.length;
  const batched = isBatched(type);
  const names = Array.from({ length: leading }, (_, i) =>
    batched && i === 0 ? "i0" : `i${lead.length - leading + i}`,
  );
  return [...names, ...own].map(at);
}

export const matmul = defineFunction({
  name: "matmul",
  infix: "@",
  summary:
    "The matrix product over the last axis of a and the last but one of b; the axes before them run along together.",
  inputs: [
    { name: "a", shape: "[..., m, k]" },
    { name: "b", shape: "[..., k, n]" },
  ],
  output: "[..., m, n]",
  options: {},
  positional: [],
  shape(inputs) {
    const [a, b] = inputs;
    if (a === undefined || b === undefined || inputs.length !== 2)
      return bad({ problem: "inputs", expected: "two", actual: inputs.length });
    const type = dtypeProblem(inputs, ["f32"]);
    if (type !== undefined) return bad(type);
    const product = productOf(a, b);
    if ("bad" in product) return product;
    const { lead, rows, columns } = product.ok;
    return ok({ dtype: "f32", shape: [...lead, ...rows, ...columns] });
  },
  expand(g, { inputs: [a, b] }) {
    if (a === undefined || b === undefined) throw new CompilerBug("matmul needs two inputs");
    const product = productOf(a.type, b.type);
    if ("bad" in product) throw new CompilerBug("matmul of shapes that do not fit");
    const { lead, rows, columns, inner } = product.ok;
    const loops: readonly NamedLoop[] = [
      ...lead.map((extent, i) => ({ name: `i${i}`, extent })),
      ...rows.map((extent) => ({ name: "m", extent })),
      ...columns.map((extent) => ({ name: "n", extent })),
      { name: "k", extent: inner },
    ];
    const row = rows.length === 0 ? [] : ["m"];
    const column = columns.length === 0 ? [] : ["n"];
    const output = g.contract({
      loops,
      shape: [...lead, ...rows, ...columns],
      out: [...lead.map((_, i) => `i${i}`), ...row, ...column].map((name) => ({ offset: 0, strides: { [name]: 1 } })),
      lhs: a,
      left: access(a.type, lead, [...row, "k"]),
      rhs: b,
      right: access(b.type, lead, ["k", ...column]),
    });
    return { output };
  },
  examples: [{ nn: "matmul()", type: "f32[4, 3], f32[3, 2] -> f32[4, 2]" }],
  source: "https://keras.io/api/ops/numpy/#matmul-function",
});
