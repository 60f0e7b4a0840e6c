// The reference for sums of products over affine index maps. It runs all loops, one point at a time.

import type { Access } from "../ir/graph.ts";
import { rowMajorStrides } from "../ir/types.ts";
import { type Sums, zeros } from "./tensor.ts";

interface Operand {
  readonly shape: readonly number[];
  readonly access: Access;
}

/** An index that may leave its axis, and its step along each loop. Its value is known after loop `decided`. */
interface Check {
  readonly size: number;
  readonly offset: number;
  readonly steps: readonly number[];
  readonly decided: number;
}

/** Where a walk over an operand's elements starts, and how far each loop steps. */
interface Walk {
  readonly start: number;
  readonly steps: readonly number[];
}

const stepsOf = (strides: Readonly<Record<string, number>>, names: readonly string[]): readonly number[] =>
  names.map((name) => strides[name] ?? 0);

function walkOf({ shape, access }: Operand, names: readonly string[]): Walk {
  const rows = rowMajorStrides(shape);
  let start = 0;
  const steps = names.map(() => 0);
  for (const [axis, affine] of access.entries()) {
    const row = rows[axis] ?? 1;
    start += affine.offset * row;
    for (const [i, step] of stepsOf(affine.strides, names).entries()) steps[i] = (steps[i] ?? 0) + step * row;
  }
  return { start, steps };
}

/** The indices that leave their axis at some point of the loops. */
function checksOf(
  operands: readonly Operand[],
  names: readonly string[],
  extents: readonly number[],
): readonly Check[] {
  const checks: Check[] = [];
  for (const { shape, access } of operands)
    for (const [axis, { offset, strides }] of access.entries()) {
      const steps = stepsOf(strides, names);
      const reach = steps.map((step, i) => step * ((extents[i] ?? 1) - 1));
      const lowest = offset + reach.reduce((sum, x) => sum + Math.min(x, 0), 0);
      const highest = offset + reach.reduce((sum, x) => sum + Math.max(x, 0), 0);
      const size = shape[axis] ?? 1;
      const decided = steps.findLastIndex((step) => step !== 0);
      if (lowest < 0 || highest >= size) checks.push({ size, offset, steps, decided });
    }
  return checks;
}

const inRange = (index: number, size: number): boolean => index >= 0 && index < size;

/** The same points of the loops, from the last to the first. */
const backwards = (access: Access, names: readonly string[], extents: readonly number[]): Access =>
  access.map(({ offset, strides }) => ({
    offset: names.reduce((sum, name, i) => sum + (strides[name] ?? 0) * ((extents[i] ?? 1) - 1), offset),
    strides: Object.fromEntries(Object.entries(strides).map(([name, stride]) => [name, -stride])),
  }));

/** `out[out] += lhs[left] · rhs[right]`; see the primitive `contract` in ir/graph.ts. Row-major values. */
export function evaluateContract(contract: {
  readonly extents: readonly number[];
  readonly names: readonly string[];
  readonly out: Operand;
  readonly lhs: Operand & { readonly values: Float64Array };
  readonly rhs: Operand & { readonly values: Float64Array };
  readonly onto: Float64Array | undefined;
  readonly sums?: Sums | undefined;
}): Float64Array {
  const { extents, names, out, lhs, rhs, onto, sums = "f64" } = contract;
  const length = out.shape.reduce((a, b) => a * b, 1);
  const result = zeros(length, sums);
  const times =
    sums === "f64" || sums === "f32"
      ? (a: number, b: number): number => a * b
      : (a: number, b: number): number => Math.fround(a * b);
  const written = new Uint8Array(onto === undefined ? 0 : length);
  const depth = extents.length;
  if (extents.includes(0)) return Float64Array.from(onto ?? result);

  const operands: readonly Operand[] = [out, lhs, rhs].map(({ shape, access }) => ({
    shape,
    access: sums === "f32 backwards" ? backwards(access, names, extents) : access,
  }));
  const [o, l, r] = operands.map((operand) => walkOf(operand, names)) as [Walk, Walk, Walk];
  const checks = checksOf(operands, names, extents);
  if (checks.some((check) => check.decided < 0 && !inRange(check.offset, check.size)))
    return Float64Array.from(onto ?? result);
  const indices = Int32Array.from(checks, (check) => check.offset);
  const touching = extents.map((_, level) => [...checks.keys()].filter((c) => (checks[c]?.steps[level] ?? 0) !== 0));

  const run = (level: number, at: number, left: number, right: number): void => {
    if (level === depth) {
      result[at] = (result[at] ?? 0) + times(lhs.values[left] ?? 0, rhs.values[right] ?? 0);
      if (onto !== undefined) written[at] = 1;
      return;
    }
    const count = extents[level] ?? 1;
    const here = touching[level] ?? [];
    const [so, sl, sr] = [o.steps[level] ?? 0, l.steps[level] ?? 0, r.steps[level] ?? 0];
    if (level === depth - 1 && here.length === 0 && onto === undefined) {
      for (let i = 0; i < count; i++)
        result[at + i * so] =
          (result[at + i * so] ?? 0) + times(lhs.values[left + i * sl] ?? 0, rhs.values[right + i * sr] ?? 0);
      return;
    }
    for (let i = 0; i < count; i++) {
      let inside = true;
      for (const c of here) {
        const check = checks[c];
        if (check?.decided === level && !inRange(indices[c] ?? 0, check.size)) inside = false;
      }
      if (inside) run(level + 1, at + i * so, left + i * sl, right + i * sr);
      for (const c of here) indices[c] = (indices[c] ?? 0) + (checks[c]?.steps[level] ?? 0);
    }
    for (const c of here) indices[c] = (indices[c] ?? 0) - count * (checks[c]?.steps[level] ?? 0);
  };
  run(0, o.start, l.start, r.start);
  return Float64Array.from(result, (x, i) => (onto === undefined || written[i] === 1 ? x : (onto[i] ?? 0)));
}
