import { defineEncoder } from "../definition.ts";
import { maybeNumbers } from "../options.ts";

export const normalization = defineEncoder({
  name: "Normalization",
  aliases: ["standardize"],
  summary:
    "Numbers of a column with mean 0 and variance 1 over the training rows; of several columns side by side each by itself.",
  notes: ["A column that never changes becomes 0. As in Keras, the deviation counts as at least 1e-7."],
  module: "normalization",
  takes: "numbers",
  centres: ({ invert }) => invert !== true,
  options: {
    mean: {
      type: { kind: "numbers", single: true },
      optional: true,
      default: undefined,
      doc: "The means, if they are known; by default those of the training rows.",
    },
    variance: {
      type: { kind: "numbers", single: true },
      optional: true,
      default: undefined,
      doc: "The variances, if they are known; together with `mean`.",
    },
    invert: {
      type: { kind: "bool" },
      default: false,
      doc: "Whether to go back: from normalized numbers to those of the column.",
    },
  },
  positional: [],
  problem: ({ mean, variance }) =>
    (mean === undefined) === (variance === undefined)
      ? undefined
      : { option: mean === undefined ? "variance" : "mean", message: "mean and variance are given together" },
  encode(options, _declared, { column }) {
    for (const name of ["mean", "variance"]) {
      const given = maybeNumbers(options, name);
      const size = column[0] ?? 1;
      if (given !== undefined && given.length !== 1 && given.length !== size)
        return { missing: `one number for each of its ${size} columns in '${name}'` };
    }
    return { type: { element: "f32", shape: column }, options };
  },
  examples: ["input area: f32[1] = standardize", "input measures: f32[4] = rest -> Normalization()"],
  source: "https://keras.io/api/layers/preprocessing_layers/numerical/normalization/",
});
