import { rangeOf, rangeProblem, valueRangeOption } from "../colours.ts";
import { defineLayer } from "../definition.ts";
import { inputOf } from "../layer.ts";
import { integers, numberOf, numberOption } from "../options.ts";
import { pictureInputs, pictures, pictureText } from "../pictures.ts";
import { equalizedTiles } from "../tiles.ts";

export const contrastLimitedAdaptiveHistogramEqualization = defineLayer({
  name: "ContrastLimitedAdaptiveHistogramEqualization",
  aliases: ["CLAHE"],
  summary: "Spreads the levels of each channel so that all are about as frequent, in each part of a picture by itself.",
  inputs: pictureInputs,
  output: pictureText,
  options: {
    value_range: valueRangeOption,
    clip_limit: numberOption(4, "How often a level may be there, in multiples of the mean; 0 for no limit.", {
      min: 0,
    }),
    tile_grid_size: {
      type: { kind: "size", rank: 2, min: 1 },
      default: [8, 8],
      doc: "The number of parts, down and across.",
    },
  },
  positional: ["value_range", "clip_limit", "tile_grid_size"],
  stopsGradient: true,
  shape: (inputs, options) => rangeProblem(options) ?? pictures(inputs, ["f32"]),
  expand(g, call) {
    const x = inputOf(call);
    const { options } = call;
    const how = {
      limit: numberOf(options, "clip_limit"),
      grid: integers(options, "tile_grid_size"),
      range: rangeOf(options),
    };
    const [batch = 1, h = 1, w = 1, ...channels] = x.type.shape;
    if (channels.length === 0)
      return { output: g.reshape(equalizedTiles(g, g.reshape(x, [batch, 1, h, w]), how), x.type.shape) };
    return { output: g.transpose(equalizedTiles(g, g.transpose(x, [0, 3, 1, 2]), how), [0, 2, 3, 1]) };
  },
  domain: [0, 1],
  examples: [
    {
      nn: "ContrastLimitedAdaptiveHistogramEqualization([0, 1], tile_grid_size: 2)",
      type: "f32[3, 4, 2] -> f32[3, 4, 2]",
    },
    { nn: "ContrastLimitedAdaptiveHistogramEqualization([0, 1], 0, 2x1)", type: "f32[4, 4] -> f32[4, 4]" },
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/image_augmentation/clahe/",
});
