// Numbers for the inputs of a program: pixels as bytes, classes below their count, predictions from small numbers.

import type { Bucket, LangType } from "../../src/check/model.ts";
import type { Module, Prim } from "../../src/ir/graph.ts";
import type { Size } from "../../src/ir/size.ts";
import { bucketProgram, type LowerRequest } from "../../src/lower/lower.ts";
import type { NumberArray } from "../../src/reference/evaluate.ts";
import { lengthOf } from "../support/graphs.ts";
import { randomFrom } from "./random.ts";

const countOf = ({ element }: LangType): number | undefined =>
  (element.kind === "class" || element.kind === "token") && typeof element.count === "number"
    ? element.count
    : undefined;

export function inputsFor(
  { programs }: Module<Prim>,
  { dataset, training }: LowerRequest,
  program: string,
  samples: number,
  seed: number,
): ReadonlyMap<string, NumberArray> {
  const graph = programs.find(({ name }) => name === program);
  const nodes = (graph?.nodes ?? []).flatMap((node) => (node.kind === "input" ? [node] : []));
  // Several fields may read one column: a class as the target, and a weight by its number.
  const counts = new Map<string, number>();
  for (const { columns, type } of dataset?.fields ?? []) {
    const count = countOf(type);
    if (count === undefined) continue;
    for (const { name } of columns) counts.set(name, Math.min(count, counts.get(name) ?? count));
  }
  return new Map(
    nodes.map(({ name, type }): readonly [string, NumberArray] => {
      const random = randomFrom(seed + [...name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7));
      const length = lengthOf(type, samples);
      if (program === "predict" && type.dtype === "f32")
        return [name, Float32Array.from({ length }, () => random.next() * 2 - 1)];
      const most = counts.get(name) ?? 256;
      const values = Int32Array.from({ length }, () => random.int(0, most - 1));
      const steps = stepsIn(training?.buckets ?? [], dataset, program, name);
      if (steps !== undefined) shorten(values, type.shape, steps);
      return [name, values];
    }),
  );
}

/** The steps of a column in a training step where some have lengths of their own; undefined for columns that do not. */
function stepsIn(
  buckets: readonly Bucket[],
  dataset: LowerRequest["dataset"],
  program: string,
  column: string,
): number | undefined {
  const fields = (dataset?.fields ?? []).filter(({ columns }) => columns.some(({ name }) => name === column));
  const bucket = buckets.find((one) => bucketProgram(one) === program);
  const own = (one: Bucket | undefined) =>
    one?.lengths.find((length) => fields.some(({ name }) => name === length.field))?.steps;
  return buckets.some((one) => own(one) !== undefined) ? (own(bucket) ?? Number.POSITIVE_INFINITY) : undefined;
}

/** Ends rows after so many steps, the first one not before: a trainer takes its batch for one of this length. */
function shorten(values: Int32Array, [, length = 1, ...rest]: readonly Size[], steps: number): void {
  const each = rest.reduce<number>((all, size) => all * Number(size), 1);
  const row = Number(length) * each;
  const kept = Math.min(row, steps * each);
  for (let start = 0; start < values.length; start += row) values.fill(0, start + kept, start + row);
  values[kept - 1] ||= 1;
}
