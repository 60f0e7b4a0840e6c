import type { OptionRecord } from "../../ir/graph.ts";
import { defineEncoder } from "../definition.ts";
import { maybeNumber, maybeNumbers, numberOf } from "../options.ts";

/** The tokens before those of known numbers: one that fills up, if there is such a number, and those of unknown ones. */
const before = (options: OptionRecord): number =>
  numberOf(options, "num_oov_indices") + (options.mask_token === undefined ? 0 : 1);

export const integerLookup = defineEncoder({
  name: "IntegerLookup",
  summary: "The token of a whole number, such as a key, by how often the training rows have it.",
  notes: [
    "0 is for a number that the training rows do not have, 1 for the most frequent one; of two as frequent the larger comes first, as in Keras. " +
      "With `mask_token` 0 is for that number, and the others follow. With several tokens for unknown numbers the rest of a division decides.",
  ],
  module: "integerLookup",
  takes: "whole",
  options: {
    max_tokens: {
      type: { kind: "int", min: 2 },
      optional: true,
      default: undefined,
      doc: "The largest number of tokens, those of unknown numbers included; by default that of the field's type.",
    },
    num_oov_indices: {
      type: { kind: "int", min: 1 },
      default: 1,
      doc: "The number of tokens for unknown numbers.",
    },
    mask_token: {
      type: { kind: "int" },
      optional: true,
      default: undefined,
      doc: "A number that has token 0 for itself.",
    },
    oov_token: { type: { kind: "int" }, default: -1, doc: "A number that counts as unknown, wherever it stands." },
    vocabulary: {
      type: { kind: "numbers", whole: true },
      optional: true,
      default: undefined,
      doc: "The known numbers, in order; by default those of the training rows.",
    },
  },
  positional: ["max_tokens"],
  encode(options, declared, { column }) {
    const known = maybeNumbers(options, "vocabulary");
    const own = known === undefined ? undefined : known.length + before(options);
    const count = maybeNumber(options, "max_tokens") ?? own ?? declared?.count;
    if (count === undefined)
      return { missing: "the number of tokens: write the field's type, token(1000), or max_tokens" };
    return { type: { element: "token", count, shape: column }, options: { ...options, max_tokens: count } };
  },
  examples: [
    "input shop: token(1000) = shop -> IntegerLookup()",
    "input code: token(4) = code -> IntegerLookup(vocabulary: [12, 36, 1138])",
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/categorical/integer_lookup/",
});
