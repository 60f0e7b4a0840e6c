import { defineEncoder } from "../definition.ts";

export const labelEncoding = defineEncoder({
  name: "label_encoding",
  summary: "The class of a text: its place among the texts of the training rows, in the order of their characters.",
  notes: [
    "The training rows must have as many different texts as the field's type has classes, and other rows no further ones. A field " +
      "`class(n)` of a column of text needs no transform: this is its default.",
  ],
  module: "labelEncoding",
  options: {},
  positional: [],
  encode(options, declared) {
    const { count } = declared ?? {};
    if (declared?.element !== "class" || count === undefined)
      return { missing: "the number of classes: write the field's type, class(3)" };
    return { type: { element: "class", count, shape: [] }, options: { ...options, classes: count } };
  },
  ofClasses: true,
  examples: ["target species: class(3)", "target kind: class(3) = label_encoding(species)"],
  source: "Alphabetical order as in scikit-learn's LabelEncoder",
});
