import type { Size } from "../../ir/size.ts";
import { bad, defineLayer, ok } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { passesMask } from "../mask.ts";
import { numberOf } from "../options.ts";
import { anglesOf, positionsInput, positionsProblem, startOption, wavelengthOption } from "../positions.ts";
import { andThen, known, oneInput } from "../shape.ts";

export const sinePositionEncoding = defineLayer({
  name: "SinePositionEncoding",
  summary: "Sines and cosines of each step's position, to be added to the input: `x + (x -> SinePositionEncoding())`.",
  inputs: [{ name: "x", shape: "[..., time, n]" }, positionsInput],
  output: "[..., time, n]",
  options: { max_wavelength: wavelengthOption, start_index: startOption },
  positional: ["max_wavelength"],
  masks: passesMask,
  shape: ([input, positions]) =>
    andThen(oneInput(input === undefined ? [] : [input], { atLeast: 2, text: "[time, n]" }), (x) => {
      const problem = positionsProblem(x.shape[x.shape.length - 2] ?? 1, positions);
      if (problem !== undefined) return bad(problem);
      if (positions === undefined || x.shape.length === 3) return ok(x);
      return bad({ problem: "rank", input: 0, expected: [2], expectedText: "[time, n] beside positions" });
    }),
  expand(g, call) {
    const x = inputOf(call);
    const { shape } = x.type;
    const width = known(shape[shape.length - 1]);
    const longest = numberOf(call.options, "max_wavelength");
    const speeds = Array.from({ length: width }, (_, i) => longest ** (-(2 * Math.floor(i / 2)) / width));
    const time: Size = shape[shape.length - 2] ?? 1;
    const angles = anglesOf(g, call, time, speeds);
    const odd = g.constant(
      speeds.map((_, i) => i % 2),
      { dtype: "bool", shape: [width] },
    );
    return { output: g.broadcastTo(g.select(odd, g.map("cos", angles), g.map("sin", angles)), shape) };
  },
  examples: [
    { nn: "SinePositionEncoding(100)", type: "f32[4, 3] -> f32[4, 3]" },
    { nn: "SinePositionEncoding()", type: "f32[2, 4], positions: f32[2] -> f32[2, 4]" },
  ],
  source: "https://keras.io/keras_hub/api/modeling_layers/sine_position_encoding/; Vaswani et al. 2017, section 3.5",
});
