import { defineEncoder } from "../definition.ts";
import { maybeNumber } from "../options.ts";

export const hashing = defineEncoder({
  name: "Hashing",
  summary: "A token of a text that depends on the text alone: nothing is learned, and two texts may have the same.",
  notes: [
    "The tokens are those of Keras: FarmHash, or SipHash with a salt. For whole numbers there is `IntegerLookup`.",
  ],
  module: "hashing",
  options: {
    num_bins: {
      type: { kind: "int", min: 1 },
      optional: true,
      default: undefined,
      doc: "The number of tokens; by default that of the field's type.",
    },
    mask_value: {
      type: { kind: "string" },
      optional: true,
      default: undefined,
      doc: "A text that has token 0 for itself.",
    },
    salt: {
      type: { kind: "numbers", single: true, whole: true, min: 0 },
      optional: true,
      default: undefined,
      doc: "One number or two: other tokens for each.",
    },
  },
  positional: ["num_bins"],
  problem: ({ salt }) =>
    Array.isArray(salt) && salt.length !== 2
      ? { option: "salt", message: `it must be one number or two, and has ${salt.length}` }
      : undefined,
  encode(options, declared) {
    const count = maybeNumber(options, "num_bins") ?? declared?.count;
    if (count === undefined)
      return { missing: "the number of tokens: write the field's type, token(1000), or num_bins" };
    return { type: { element: "token", count, shape: [] }, options: { ...options, num_bins: count } };
  },
  examples: ["input street: token(1000) = street -> Hashing()"],
  source: "https://keras.io/api/layers/preprocessing_layers/categorical/hashing/",
});
