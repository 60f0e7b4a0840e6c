// The distribution an initializer draws from: its mean, deviation and bounds, at one shape.

import { draft } from "../ir/draft.ts";
import type { Slot } from "../ir/graph.ts";
import { streamOf } from "../ir/threefry.ts";
import { tensor } from "../ir/types.ts";
import { findInitializer } from "../ops/registry.ts";
import type { Executor } from "./executor.ts";
import { type JsonObject, listOf, numberOf, objectOf, stringOf } from "./format.ts";
import { definitionOf, optionsOf } from "./keras.ts";
import { moduleOf } from "./module.ts";

/** The largest cosine of an angle between two rows of a matrix, or between two columns if it has more rows. */
function largestCosine(values: readonly number[], shape: readonly number[]): number {
  const columns = shape.at(-1) ?? 1;
  const rows = values.length / columns;
  const vectors = Array.from({ length: Math.min(rows, columns) }, (_, i) =>
    rows < columns ? values.slice(i * columns, (i + 1) * columns) : values.filter((_, at) => at % columns === i),
  );
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
  const cosines = vectors.flatMap((a, i) =>
    vectors.slice(i + 1).map((b) => Math.abs(product(a, b)) / Math.sqrt(product(a, a) * product(b, b))),
  );
  return Math.max(0, ...cosines);
}

/** The differences from the case; empty where everything agrees. */
export async function initializerCase(json: JsonObject, executor: Executor): Promise<readonly string[]> {
  const definition = definitionOf("initializer", stringOf(json.initializer, "the initializer"), findInitializer);
  const options = optionsOf(definition, objectOf(json.config, "config"));
  const shape = listOf(json.shape, "shape").map((size) => numberOf(size, "a size"));
  const d = draft();
  const { g } = d;
  const seed = g.param("seed", tensor("i32"));
  const step = g.constant(0, tensor("i32"));
  const random = (salt: number) => g.random(tensor("f32", ...shape), seed, step, streamOf(`initial/${salt}`));
  const drawn = definition.expand(g, shape, options, random);
  const slots: Slot[] = [{ name: "seed", type: tensor("i32"), role: "counter" }];
  const module = moduleOf(d.graph("initialize", { drawn }), slots);
  const running = await executor.open(module, 1, new Map([["seed", [1]]]));
  const values = Array.from(running.run("initialize", new Map()).get("drawn") ?? []);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);
  const mean = sum(values) / values.length;
  const deviation = Math.sqrt(sum(values.map((x) => (x - mean) ** 2)) / values.length);
  const problems: string[] = [];
  const near = (what: string, actual: number, wanted: number, tolerance: number): void => {
    if (!(Math.abs(actual - wanted) <= tolerance))
      problems.push(`${what} is ${actual} instead of ${wanted} ± ${tolerance}`);
  };
  near("the mean", mean, numberOf(json.mean, "mean"), numberOf(json.tolerance_mean, "tolerance_mean"));
  near("the standard deviation", deviation, numberOf(json.std, "std"), numberOf(json.tolerance_std, "tolerance_std"));
  // A bound is rounded to float32, and so are the values.
  const slack = 1e-6;
  const outside = values.find(
    (x) =>
      (typeof json.min === "number" && x < json.min - slack * Math.abs(json.min)) ||
      (typeof json.max === "number" && x > json.max + slack * Math.abs(json.max)),
  );
  if (outside !== undefined) problems.push(`${outside} is outside ${json.min} to ${json.max}`);
  if (json.distribution_family === "orthogonal")
    near("the largest cosine between columns", largestCosine(values, shape), 0, 1e-5);
  return problems;
}
