// Reads the equation of a product of an input and weights, `abc,cd->abd`, and works out the sizes. A letter stands for an
// axis; `...` at the beginning or the end of input and result stands for any number of axes that pass by.

import type { Size } from "../ir/size.ts";
import { sameSize } from "../ir/size.ts";
import type { ShapeProblem } from "./definition.ts";

export interface Equation {
  /** One name for each axis. Axes of `...` are called `0`, `1` … */
  readonly input: readonly string[];
  readonly weights: readonly string[];
  readonly output: readonly string[];
  /** The axes of `output` that stand in the equation. */
  readonly written: readonly string[];
  /** The number of axes of `...` at the end. */
  readonly after: number;
}

const wrong = (message: string): ShapeProblem => ({ problem: "option", option: "equation", message });
const quoted = (letter: string): string => `'${letter}'`;

const form = /^(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?$/;

/** The rules that the letters of an equation follow; the first axis of the result is that of the samples. */
function lettersProblem({ input, weights, output }: Equation): string | undefined {
  for (const [what, letters] of [
    ["the input", input],
    ["the weights", weights],
    ["the result", output],
  ] as const) {
    const twice = letters.find((letter, i) => letters.indexOf(letter) !== i);
    if (twice !== undefined) return `${quoted(twice)} stands twice in ${what}`;
  }
  const [batch = ""] = input;
  if (output[0] !== batch)
    return `the result must begin with ${quoted(batch)}, the axis of the samples, as the input does`;
  if (weights.includes(batch))
    return `${quoted(batch)} is the axis of the samples, and the weights are the same for all of them`;
  const alone = weights.find((letter) => !input.includes(letter) && !output.includes(letter));
  if (alone !== undefined) return `${quoted(alone)} is neither in the input nor in the result`;
  const nowhere = output.find((letter) => !input.includes(letter) && !weights.includes(letter));
  return nowhere === undefined ? undefined : `${quoted(nowhere)} is neither in the input nor in the weights`;
}

/** Reads an equation for an input of `rank` axes, the batch included. */
export function readEquation(text: string, rank: number): Equation | ShapeProblem {
  const found = form.exec(text);
  const [, before, x = "", after, weights = "", beforeResult, y = "", afterResult] = found ?? [];
  if (
    found === null ||
    before !== beforeResult ||
    after !== afterResult ||
    (before !== undefined && after !== undefined)
  )
    return wrong("it must have the form `ab,bc->ac`, `...b,bc->...c` or `ab...,bc->ac...`");
  const open = before !== undefined || after !== undefined;
  const count = rank - x.length;
  if (count < 0 || (!open && count > 0))
    return wrong(`it has ${x.length} letters for the input, which has ${rank} axes with that of the samples`);
  const passing = Array.from({ length: count }, (_, i) => String(i));
  const whole = (letters: string): readonly string[] =>
    before === undefined ? [...letters, ...passing] : [...passing, ...letters];
  const equation = {
    input: whole(x),
    weights: [...weights],
    output: whole(y),
    written: [...y],
    after: before === undefined ? passing.length : 0,
  };
  const problem = lettersProblem(equation);
  return problem === undefined ? equation : wrong(problem);
}

/**
 * Returns the size of each axis. `given` are those of the result's letters without that of the samples; -1 leaves a
 * size to the input.
 */
export function equationSizes(
  { input, output, written }: Equation,
  shape: readonly Size[],
  given: readonly number[],
): ReadonlyMap<string, Size> | ShapeProblem {
  const sizes = new Map<string, Size>(input.map((letter, i) => [letter, shape[i] ?? 1]));
  const letters = written.filter((letter) => letter !== output[0]);
  const refused = (message: string): ShapeProblem => ({ problem: "option", option: "output_shape", message });
  if (given.length !== letters.length)
    return refused(`it must have a size for each of ${letters.map(quoted).join(", ")}`);
  for (const [i, letter] of letters.entries()) {
    const size = given[i] ?? -1;
    const known = sizes.get(letter);
    if (size === -1 && known === undefined)
      return refused(`it must say the size of ${quoted(letter)}, which the input lacks`);
    if (size === -1) continue;
    if (known !== undefined && typeof known === "number" && !sameSize(known, size))
      return refused(`${quoted(letter)} is ${size} there, but ${known} in the input`);
    if (known === undefined) sizes.set(letter, size);
  }
  return sizes;
}
