// Numbers for the inputs of a program: pixels as bytes, classes below their count, predictions from small numbers.

import type { LangType } from "../../src/check/model.ts";
import type { Module, Prim } from "../../src/ir/graph.ts";
import type { LowerRequest } from "../../src/lower/lower.ts";
import type { NumberArray } from "../../src/reference/evaluate.ts";
import { lengthOf } from "../support/graphs.ts";
import { randomFrom } from "./random.ts";

const countOf = ({ element }: LangType): number | undefined =>
  (element.kind === "class" || element.kind === "token") && typeof element.count === "number"
    ? element.count
    : undefined;

export function inputsFor(
  { programs }: Module<Prim>,
  { dataset }: LowerRequest,
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
      return [name, Int32Array.from({ length }, () => random.int(0, most - 1))];
    }),
  );
}
