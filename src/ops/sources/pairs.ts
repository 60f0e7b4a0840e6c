import { tensor } from "../../ir/types.ts";
import { defineSource, type OptionDef } from "../definition.ts";

const file = (doc: string): OptionDef => ({ type: { kind: "string" }, optional: true, default: undefined, doc });

const text = (name: string, doc: string) => ({ name, type: tensor("i32"), text: true as const, doc });

export const pairs = defineSource({
  name: "pairs",
  summary:
    "Pairs of texts, such as sentences of two languages: a line of two files each, or both on each line of one file.",
  options: {
    file: { type: { kind: "string" }, required: true, doc: "The file of the first texts, or of both; gzipped or not." },
    other: file("The file of the second texts; those of a pair stand on the same line."),
    separator: file('What separates the texts of a line, if one file holds both: `"\\t"`.'),
    test: file("The file of first texts, or of both, to test with."),
    test_other: file("The file of second texts to test with."),
  },
  positional: ["file", "other"],
  columns: () => [text("first", "The first text of a pair."), text("second", "The second text of a pair.")],
  problem({ other, separator, test, test_other }) {
    const wrong = (option: string, message: string) => ({ option, message });
    if (other === undefined && separator === undefined)
      return wrong(
        "other",
        "name the file of the second texts, or with 'separator' what is between the texts of a line",
      );
    if (other !== undefined && separator !== undefined)
      return wrong("separator", "the second texts have a file of their own; use one of the two");
    if (separator === "" || (typeof separator === "string" && /[\n\r]/.test(separator)))
      return wrong("separator", "it stands within a line");
    if (separator !== undefined && test_other !== undefined)
      return wrong("test_other", "the file 'test' holds both texts, as 'file' does");
    if (separator === undefined && (test === undefined) !== (test_other === undefined))
      return test === undefined ? wrong("test_other", "it needs test too") : wrong("test", "it needs test_other too");
    return undefined;
  },
  hasTestPart: ({ test }) => test !== undefined,
  source: "Multi30k and WMT have a file for each language; Tatoeba's pairs stand in one file, with tabs",
});
