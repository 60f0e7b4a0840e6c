import { defineEncoder } from "../definition.ts";
import { numberOf } from "../options.ts";

export const shift = defineEncoder({
  name: "shift",
  summary: "What another field makes of the same column, some places further on: the next token for each one.",
  notes: [
    "A column of numbers, in windows over the rows of a table, begins so many rows later: `shift(load, 96)`, or `load -> shift(96) -> standardize`.",
  ],
  module: "",
  options: {
    by: { type: { kind: "int", min: 0, max: 1_000_000 }, required: true, doc: "The number of places." },
  },
  positional: ["by"],
  encode(options, declared, { like }) {
    if (like === undefined)
      return { missing: "another field that encodes the same column: input text: token(65)[128] = characters" };
    if (declared === undefined) return { missing: "the field's type, token(65)[128]" };
    const [length = like.type.shape[0] ?? 1] = declared.shape;
    return {
      type: { ...like.type, shape: [length] },
      module: like.module,
      options: { ...like.options, shift: numberOf(options, "by") },
    };
  },
  ahead: (options) => numberOf(options, "by"),
  examples: ["target next: token(65)[128] = shift(text, 1)"],
  source:
    "Keras's guides shift targets in the same way: https://keras.io/examples/generative/lstm_character_level_text_generation/",
});
