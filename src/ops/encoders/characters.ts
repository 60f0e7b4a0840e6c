import { defineEncoder } from "../definition.ts";

export const characters = defineEncoder({
  name: "characters",
  summary: "The characters of a window of running text, as tokens in the order of their code points.",
  notes: [
    "The field's type has at least as many tokens as the training rows have different characters. If it has more, the first of " +
      "them is for characters that these rows do not have.",
  ],
  module: "characters",
  options: {
    shift: {
      type: { kind: "int", min: 0, max: 4096 },
      default: 0,
      doc: "By how many characters the window begins later.",
    },
  },
  positional: [],
  encode(options, declared) {
    const [length] = declared?.shape ?? [];
    if (declared?.element !== "token" || declared.count === undefined || length === undefined)
      return { missing: "a number of tokens and a length: write the field's type, token(65)[128]" };
    return {
      type: { element: "token", count: declared.count, shape: [length] },
      options: { ...options, tokens: declared.count },
    };
  },
  examples: ["input text: token(65)[128] = characters"],
  source: "Karpathy, 2015, char-rnn",
});
