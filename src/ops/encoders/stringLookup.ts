import { defineEncoder } from "../definition.ts";
import { maybeNumber } from "../options.ts";

export const stringLookup = defineEncoder({
  name: "StringLookup",
  aliases: ["vocabulary"],
  summary: "The token of a whole text, by how often the training rows have it.",
  notes: [
    "0 is for a text that the training rows do not have, 1 for the most frequent one. Of two texts as frequent the later one in " +
      "the order of their characters comes first, as in Keras. Texts beyond the number of tokens count as unknown.",
  ],
  module: "stringLookup",
  options: {
    max_tokens: {
      type: { kind: "int", min: 2 },
      optional: true,
      default: undefined,
      doc: "The largest number of tokens, that of unknown texts included; by default that of the field's type.",
    },
  },
  positional: ["max_tokens"],
  encode(options, declared) {
    const count = maybeNumber(options, "max_tokens") ?? declared?.count;
    if (count === undefined)
      return { missing: "the number of tokens: write the field's type, token(40), or max_tokens" };
    return { type: { element: "token", count, shape: [] }, options: { ...options, max_tokens: count } };
  },
  examples: [
    "input district: token(40) = vocabulary(district)",
    "input district: token(40) = district -> StringLookup()",
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/categorical/string_lookup/",
});
