// What layers have in common that change the colours of each picture by a random factor, while training.

import type { Builder, Value } from "../ir/builder.ts";
import { rangeOf, rangeProblem } from "./colours.ts";
import type { OpDef } from "./definition.ts";
import { type Bounds, boundsOf, type Draws, drawsOf, pairProblem } from "./draws.ts";
import { inputOf } from "./layer.ts";
import { colouredInputs, colouredPictures, colouredText, pictureInputs, pictures, pictureText } from "./pictures.ts";

interface Recolouring {
  readonly name: string;
  /** Returns the changed pictures; the factor lies within `by`. */
  change(g: Builder, x: Value, draws: Draws, by: Bounds, range: Bounds): Value;
  /** What a single number as the factor means; by default as much to both sides. */
  readonly alone?: (factor: number) => Bounds;
  /** The numbers of channels that it takes; by default any. */
  readonly channels?: readonly number[];
}

type Common = "name" | "inputs" | "output" | "positional" | "trainingDiffers" | "domain" | "shape" | "expand";

/** Returns the part of the definition that they share. Their options are `factor`, `value_range` and `seed`. */
export const recolouring = ({ name, change, alone, channels }: Recolouring): Pick<OpDef, Common> => ({
  name,
  inputs: channels === undefined ? pictureInputs : colouredInputs,
  output: channels === undefined ? pictureText : colouredText,
  positional: ["factor", "value_range"],
  trainingDiffers: true,
  domain: [0, 1],
  shape: (inputs, options) =>
    pairProblem(options, ["factor"]) ??
    rangeProblem(options) ??
    (channels === undefined ? pictures(inputs, ["f32"]) : colouredPictures(inputs, channels)),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const [by, range] = [boundsOf(call.options, "factor", alone), rangeOf(call.options)];
    return { output: change(g, x, drawsOf(g, call, name), by, range) };
  },
});
