import type { Builder, Value } from "../../ir/builder.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineLayer, ok } from "../definition.ts";
import { boundsOf, type Draws, drawsOf, factorWithDefault, pairProblem, perRow, seedOption, upTo } from "../draws.ts";
import { inputOf } from "../layer.ts";
import { others, symmetricBeta, weighed } from "../mixing.ts";
import { HEIGHT, pictureTypes, WIDTH } from "../pictures.ts";
import { andThen, known, oneInput } from "../shape.ts";

const text = "[h, w, c], [h, w] or [classes]";

/** Whether the places of an axis lie in a part that has this share of it, and a random start: bool of the shape of `x`. */
function inPart(g: Builder, x: Value, axis: number, share: Value, start: Value): Value {
  const { shape } = x.type;
  const size = known(shape[axis]);
  const length = g.mul(share, size);
  const from = g.mul(start, g.sub(size, length));
  const place = g.cast(g.iota({ dtype: "i32", shape }, axis), "f32");
  const edge = (at: Value): Value => perRow(g, at, shape.length);
  return g.map("and", g.map("ge", place, edge(from)), g.map("lt", place, edge(g.add(from, length))));
}

function cut(g: Builder, x: Value, other: Value, weight: Value, draws: Draws): Value {
  const side = g.map("sqrt", g.sub(1, weight));
  const rows = inPart(g, x, HEIGHT, side, draws.unit("row"));
  const columns = inPart(g, x, WIDTH, side, draws.unit("column"));
  return g.select(g.map("and", rows, columns), other, x);
}

export const cutMix = defineLayer({
  name: "CutMix",
  summary:
    "While training, replaces a part of each picture by that of another one, and mixes their targets by its size.",
  inputs: [{ name: "x", shape: text }],
  output: text,
  bounds: ([x]) => x,
  options: {
    factor: factorWithDefault(
      1,
      "Between these two numbers, or 0 and a single one, lies the alpha of a batch: the share of the picture itself follows a Beta distribution with this alpha twice.",
      [0, 1],
    ),
    seed: seedOption,
  },
  positional: ["factor"],
  trainingDiffers: true,
  mixesRows: true,
  shape: (inputs, options) =>
    pairProblem(options, ["factor"]) ??
    andThen(oneInput(inputs, { atLeast: 1, text, takes: pictureTypes }), (x): Checked<TensorType> => {
      if (x.shape.length > 4) return bad({ problem: "rank", input: 0, expected: [1, 2, 3], expectedText: text });
      if (x.shape.length > 2 || x.dtype === "f32") return ok(x);
      return andThen(oneInput(inputs, { atLeast: 1, text }), ok);
    }),
  expand(g, call) {
    const x = inputOf(call);
    if (!call.training) return { output: x };
    const draws = drawsOf(g, call, "CutMix");
    const [low, high] = boundsOf(call.options, "factor", upTo(0));
    const alpha = g.add(g.mul(draws.unit("alpha", []), high - low), low + 1e-6);
    const weight = symmetricBeta(g, draws, g.broadcastTo(alpha, [x.type.shape[0] ?? 1]));
    const other = others(g, x, draws);
    return { output: x.type.shape.length === 2 ? weighed(g, x, other, weight) : cut(g, x, other, weight, draws) };
  },
  examples: [
    { nn: "CutMix()", type: "f32[5, 4, 2] -> f32[5, 4, 2]" },
    { nn: "CutMix([0.5, 1], seed: 2)", type: "i32[5, 4] -> i32[5, 4]" },
    { nn: "CutMix(seed: 2)", type: "f32[5] -> f32[5]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/cut_mix/",
});
