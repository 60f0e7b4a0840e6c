import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok, type ShapeProblem } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { flipped } from "../moving.ts";
import { textOf } from "../options.ts";
import { accepted, innerShape, isBatched, known } from "../shape.ts";
import { type PlaceProblem, readPlaces, type Taken, takenBy } from "../subscripts.ts";

const refused = (message: string): ShapeProblem => ({ problem: "option", option: "key", message });

function problemText(problem: PlaceProblem): string {
  switch (problem.problem) {
    case "many":
      return `it has ${problem.places} places for ${problem.axes} axes`;
    case "rests":
      return "`...` stands in it twice";
    case "step":
      return "a step is 0";
    case "outside":
      return `axis ${problem.axis} has ${problem.size} elements`;
    case "nothing":
      return `it takes nothing of axis ${problem.axis}, which has ${problem.size} elements`;
  }
}

function taken(x: TensorType, key: string): Checked<readonly Taken[]> {
  const places = readPlaces(key);
  if (places === undefined) return bad(refused("it must be made of numbers, ranges such as `1:5:2`, and `...`"));
  const made = takenBy(places, innerShape(x));
  return "problem" in made ? bad(refused(problemText(made))) : ok(made);
}

export const getItem = defineFunction({
  name: "get_item",
  subscript: true,
  summary: "Takes a part of a tensor; `x[1:, 0]` is its usual form. Positions count from 0, and from -1 at the end.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "the axes that no single position takes",
  options: {
    key: {
      type: { kind: "string" },
      required: true,
      doc: 'A position or range for each axis but the batch, `"1:, ::2, -1"`; `...` stands for all axes in between.',
    },
  },
  positional: ["key"],
  shape([x], options) {
    if (x === undefined) return bad({ problem: "inputs", expected: "one", actual: 0 });
    const parts = taken(x, textOf(options, "key"));
    if ("bad" in parts) return parts;
    const batch = isBatched(x) ? x.shape.slice(0, 1) : [];
    const kept = parts.ok.filter(({ drops }) => !drops).map(({ count }) => count);
    return ok({ dtype: x.dtype, shape: [...batch, ...kept] });
  },
  expand(g, call) {
    const x = inputOf(call);
    const parts = accepted(taken(x.type, textOf(call.options, "key")));
    const lead = isBatched(x.type) ? 1 : 0;
    const backwards = parts.flatMap(({ step }, axis) => (step < 0 ? [axis + lead] : []));
    const turned = flipped(g, x, backwards);
    const start = ({ start, step }: Taken, axis: number): number =>
      step < 0 ? known(x.type.shape[axis + lead]) - 1 - known(start) : known(start);
    const batch = x.type.shape.slice(0, lead);
    const part = g.slice(
      turned,
      [...batch.map(() => 0), ...parts.map(start)],
      [...batch, ...parts.map(({ count }) => count)],
      [...batch.map(() => 1), ...parts.map(({ step }) => Math.abs(step))],
    );
    const kept = parts.flatMap(({ drops, count }) => (drops ? [] : [count]));
    return { output: g.reshape(part, [...batch, ...kept]) };
  },
  examples: [
    { nn: 'get_item("1:, 0")', type: "f32[3, 2] -> f32[2]" },
    { nn: 'get_item("..., ::-2")', type: "f32[2, 2, 5] -> f32[2, 2, 3]" },
    { nn: 'get_item("-1")', type: "i32[3, 2] -> i32[2]" },
  ],
  source: "https://keras.io/api/ops/core/",
});
