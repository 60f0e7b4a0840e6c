import { defineEncoder } from "../definition.ts";
import { maybeNumber, maybeNumbers } from "../options.ts";

export const discretization = defineEncoder({
  name: "Discretization",
  summary: "The bin of a number, as a token: between given boundaries, or so that each bin has as many training rows.",
  notes: ["A number at a boundary is in the bin above it."],
  module: "discretization",
  takes: "numbers",
  options: {
    bin_boundaries: {
      type: { kind: "numbers" },
      optional: true,
      default: undefined,
      excludes: ["num_bins"],
      doc: "The boundaries, from low to high; there is one bin more.",
    },
    num_bins: {
      type: { kind: "int", min: 2 },
      optional: true,
      default: undefined,
      doc: "The number of bins; their boundaries are quantiles of the training rows. By default that of the field's type.",
    },
  },
  positional: [],
  problem: ({ bin_boundaries: bounds }) =>
    Array.isArray(bounds) && bounds.some((bound, i) => i > 0 && Number(bound) <= Number(bounds[i - 1]))
      ? { option: "bin_boundaries", message: "each boundary is above the one before" }
      : undefined,
  encode(options, declared, { column }) {
    const bounds = maybeNumbers(options, "bin_boundaries");
    const count = bounds === undefined ? (maybeNumber(options, "num_bins") ?? declared?.count) : bounds.length + 1;
    if (count === undefined)
      return { missing: "boundaries or a number of bins: write the field's type, token(10), or num_bins" };
    return { type: { element: "token", count, shape: column }, options: { ...options, num_bins: count } };
  },
  examples: [
    "input age: token(4) = age -> Discretization(bin_boundaries: [18, 40, 65])",
    "input age: token(10) = Discretization()",
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/numerical/discretization/",
});
