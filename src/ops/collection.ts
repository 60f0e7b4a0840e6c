// What sources of single files have in common, pictures and recordings in folders or archives: options of an index and of names.

import type { OptionRecord } from "../ir/graph.ts";
import { tensor } from "../ir/types.ts";
import type { OptionDef, SourceColumn } from "./definition.ts";
import { maybeText } from "./options.ts";
import type { SchemaRequest } from "./schema.ts";

const name = (doc: string): OptionDef => ({ type: { kind: "string" }, optional: true, default: undefined, doc });

/** What a file is called: `picture`, and the option for its column in the index. */
interface Item {
  readonly item: string;
  readonly path: string;
}

/** What the column `split` says of what is to train on. */
export const trainOn: OptionDef = {
  type: { kind: "string" },
  default: "train",
  doc: "What the column `split` says instead of `train`.",
};

/** A column of the index, or a file beside. */
export const namedOption = name;

/** The options of files in a folder or an archive. */
export const collectionOptions = ({ item, path }: Item) =>
  ({
    index: name(`A table with a line for each ${item}, \`.csv\` or \`.tsv\`; its columns are columns of the source.`),
    [path]: name(
      `The column of the index with the ${item}'s path in the folder or the archive; by default the first one.`,
    ),
    names: name(
      `What the names of the files are made of, without their ending: \`"{label}_{speaker}_{take}"\` makes columns of text \`label\`, ` +
        "`speaker` and `take`.",
    ),
    split: name(
      `The column of the index, or the part of the names, that says \`train\` for a ${item} to train on; all others are to test with.`,
    ),
    train_on: trainOn,
    skip_bad: {
      type: { kind: "int", min: 0 },
      default: 0,
      doc: `How many ${item}s that cannot be read may be left out.`,
    },
  }) satisfies Readonly<Record<string, OptionDef>>;

/** The columns that the pattern `names` makes: those in braces. */
const partsOf = (pattern: string): readonly string[] =>
  [...pattern.matchAll(/\{(\w+)\}/g)].map(([, part = ""]) => part);

/** The columns of text that files have by their folders and names; an index has its own. */
export function collectionColumns(options: OptionRecord, item: string): readonly SourceColumn[] {
  if (options.index !== undefined) return [];
  const parts = partsOf(maybeText(options, "names") ?? "");
  const text = { type: tensor("i32"), text: true as const };
  const label = { name: "label", ...text, doc: `The name of the folder of the ${item}: its class.` };
  return [
    ...(parts.includes("label") ? [] : [label]),
    ...parts.map((part) => ({ name: part, ...text, doc: `What stands for \`{${part}}\` in the name of the ${item}.` })),
  ];
}

/** Asks for the columns of the index. */
export const collectionSchema =
  (source: string) =>
  ({ index }: OptionRecord): SchemaRequest | undefined =>
    index === undefined ? undefined : { source, form: "table", options: { file: index } };

/** Finds options that need an index or a pattern that is not there. `needy` are those that name columns of an index. */
export function collectionProblem(
  options: OptionRecord,
  needy: readonly string[],
): { readonly option: string; readonly message: string } | undefined {
  const { index, names, split } = options;
  const lonely = index === undefined ? needy.find((option) => options[option] !== undefined) : undefined;
  if (lonely !== undefined) return { option: lonely, message: "it names a column of an index" };
  if (typeof names === "string") {
    const parts = partsOf(names);
    const wrong = (message: string) => ({ option: "names", message });
    if (index !== undefined) return wrong("an index says what files are; use one of the two");
    if (parts.length === 0) return wrong('it has parts in braces: "{label}_{speaker}"');
    if (new Set(parts).size < parts.length) return wrong("it has two parts of one name");
    if (/\}\{/.test(names)) return wrong("two parts need a text between them");
    if (/[{}]/.test(names.replace(/\{\w+\}/g, ""))) return wrong("a part in braces is one word");
    if (names.includes("/")) return wrong("it is about names without their folders");
  }
  if (split === undefined && options.train_on !== "train")
    return { option: "train_on", message: "it is a value of the column 'split'" };
  if (split === undefined || index !== undefined) return undefined;
  return partsOf(maybeText(options, "names") ?? "").includes(String(split))
    ? undefined
    : { option: "split", message: "it names a column of an index or a part of 'names'" };
}
