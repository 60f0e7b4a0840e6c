import { defineEncoder } from "../definition.ts";
import { maybeNumber } from "../options.ts";

export const textVectorization = defineEncoder({
  name: "TextVectorization",
  aliases: ["words"],
  summary: "The tokens of the words of a text, by how often the training rows have them.",
  notes: [
    "0 fills up short texts, 1 is for words that the training rows do not have, 2 for the most frequent word. Of two words as " +
      "frequent the later one in the order of their characters comes first, as in Keras. Long texts lose their end.",
    "With `output_mode: multi_hot` or `count` a text becomes a row with a number for each word, without the one that fills up.",
  ],
  module: "textVectorization",
  options: {
    max_tokens: {
      type: { kind: "int", min: 3 },
      optional: true,
      default: undefined,
      doc: "The largest number of tokens, with the two for filling up and for unknown words; by default that of the field's type.",
    },
    standardize: {
      type: { kind: "choice", values: ["lower_and_strip_punctuation", "lower", "strip_punctuation", "none"] },
      default: "lower_and_strip_punctuation",
      doc: "What to do with a text before it is split. As in Keras, only the letters A to Z become lower case.",
    },
    split: {
      type: { kind: "choice", values: ["whitespace", "character", "none"] },
      default: "whitespace",
      doc: "Where to split a text.",
    },
    ngrams: {
      type: { kind: "int", min: 1, max: 8 },
      default: 1,
      doc: "Up to so many words in a row count as a word, too.",
    },
    output_mode: {
      type: { kind: "choice", values: ["int", "multi_hot", "count"] },
      default: "int",
      doc: "Tokens in order, or for each word whether a text has it, or how often.",
    },
    output_sequence_length: {
      type: { kind: "int", min: 1 },
      optional: true,
      default: undefined,
      doc: "The number of tokens of each text; by default that of the field's type.",
    },
    start: { type: { kind: "bool" }, default: false, doc: "Whether the word `[start]` comes first." },
    end: { type: { kind: "bool" }, default: false, doc: "Whether the word `[end]` comes last, if there is room." },
  },
  positional: ["max_tokens"],
  encode(options, declared) {
    const rows = options.output_mode !== "int";
    const count = maybeNumber(options, "max_tokens") ?? (rows ? declared?.shape[0] : declared?.count);
    if (count === undefined)
      return {
        missing: `the number of tokens: write the field's type, ${rows ? "f32[5000]" : "token(5000)[60]"}, or max_tokens`,
      };
    const given = { ...options, max_tokens: count };
    if (rows) return { type: { element: "f32", shape: [count] }, options: given };
    const length = maybeNumber(options, "output_sequence_length") ?? declared?.shape[0];
    if (length === undefined)
      return { missing: "the length of a text: write the field's type, token(5000)[60], or output_sequence_length" };
    return {
      type: { element: "token", count, shape: [length] },
      options: { ...given, output_sequence_length: length },
    };
  },
  examples: [
    "input review: token(5000)[60] = words(text)",
    "input review: token(5000)[60] = text -> TextVectorization(standardize: lower)",
    "input review: f32[5000] = text -> TextVectorization(output_mode: multi_hot)",
  ],
  source: "https://keras.io/api/layers/preprocessing_layers/text/text_vectorization/",
});
