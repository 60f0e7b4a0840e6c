import { defineEncoder } from "../definition.ts";
import { maybeNumber } from "../options.ts";

export const keptWords = defineEncoder({
  name: "kept_words",
  summary: "For each word of a text, whether a shorter text keeps it: 1, or 0 for words that are left out.",
  notes: [
    "The shorter text is the longer one with words left out: its words are looked for from left to right, and each is the first " +
      "that fits. Words are those of another field, which encodes the longer text, so each token has its class.",
  ],
  module: "keptWords",
  columns: 2,
  options: {},
  positional: [],
  encode(_options, declared, { like }) {
    if (like?.options.output_mode !== "int")
      return {
        missing: "another field with the words of the longer text: input text: token(8000)[64] = words(original)",
      };
    if (maybeNumber(like.options, "ngrams") !== 1 || like.options.split === "none")
      return { missing: "a field with single words of the longer text" };
    const [length = like.type.shape[0] ?? 1] = declared?.shape ?? [];
    return { type: { element: "class", count: 2, shape: [length] }, options: like.options };
  },
  examples: ["target keep: class(2)[64] = kept_words(original, compressed)"],
  source: "Filippova, Altun 2013, Overcoming the Lack of Parallel Data in Sentence Compression",
});
