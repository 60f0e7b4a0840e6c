import { defineEncoder } from "../definition.ts";
import { maybeNumber } from "../options.ts";

export const bpe = defineEncoder({
  name: "bpe",
  summary: "Parts of words as tokens, learned from the training rows: byte pair encoding.",
  notes: [
    "0 fills up short texts, then come the 256 bytes of UTF-8, and after them what is joined of two tokens, the most frequent pair first. " +
      "So every text has tokens, whatever its characters, and tokens are a text again. Of two pairs as frequent that of the lower tokens comes " +
      "first; a pair that the training rows have once is no token. Long texts lose their end.",
    "No token crosses the borders of words, numbers and signs; the blank before a word is part of it, as in GPT-2.",
    "Running text is cut into windows of tokens, and a `stride` of its source counts tokens.",
  ],
  module: "bpe",
  options: {
    max_tokens: {
      type: { kind: "int", min: 257 },
      optional: true,
      default: undefined,
      doc: "The largest number of tokens, that which fills up and the bytes included; by default that of the field's type.",
    },
    output_sequence_length: {
      type: { kind: "int", min: 1 },
      optional: true,
      default: undefined,
      doc: "The number of tokens of each text; by default that of the field's type.",
    },
    start: { type: { kind: "bool" }, default: false, doc: "Whether a token `[start]` comes first: 1." },
    end: {
      type: { kind: "bool" },
      default: false,
      doc: "Whether a token `[end]` comes last, if there is room: the first after that of `start`.",
    },
  },
  positional: ["max_tokens"],
  encode(options, declared) {
    const count = maybeNumber(options, "max_tokens") ?? declared?.count;
    const length = maybeNumber(options, "output_sequence_length") ?? declared?.shape[0];
    if (count === undefined || length === undefined)
      return { missing: "a number of tokens and a length: write the field's type, token(4096)[128]" };
    const least = 257 + Number(options.start === true) + Number(options.end === true);
    if (count < least)
      return { missing: `at least ${least} tokens, one for each byte and ${least - 256} more: token(4096)[${length}]` };
    return {
      type: { element: "token", count, shape: [length] },
      // Where a source is running text, its windows are made of tokens.
      options: { ...options, max_tokens: count, output_sequence_length: length, unit: "token" },
    };
  },
  examples: [
    "input text: token(4096)[128] = bpe",
    "input review: token(4096)[60] = text -> bpe()",
    "input so_far: token(8000)[40] = bpe(second, start: true, end: true)",
  ],
  source: "Sennrich, Haddow, Birch 2016; over bytes as in Radford et al. 2019, GPT-2",
});
