// Writes the definitions as text for people: options and ranges, and the whole page docs/operators.md. Hover and
// completion may use the same words.

import type { OptionValue } from "../ir/graph.ts";
import type { Definition, OpDef, OptionDef, OptionKind } from "./definition.ts";
import { ruleOptions } from "./governed.ts";
import { isUse, withDefaults } from "./options.ts";
import { allDefinitions, type Tier } from "./registry.ts";

const orWords = (kind: string, words: readonly string[] = []): string =>
  [kind, ...words.map((word) => `\`${word}\``)].join(" or ");

/** `int ≥ 1`, `size of 2`, `valid or same`. */
export function kindText(kind: OptionKind): string {
  switch (kind.kind) {
    case "int":
      return `int${rangeText(kind)}`;
    case "float":
      return orWords(`float${rangeText(kind)}`, kind.words);
    case "choice":
      return kind.values.map((value) => `\`${value}\``).join(" or ");
    case "size":
      return kind.rank === 1 ? "size" : `size of ${kind.rank}`;
    case "padding":
      return "amounts";
    case "numbers":
      return orWords(
        `${kind.single === true ? "number or " : ""}list of ${kind.whole === true ? "integers" : "numbers"}${rangeText(kind)}`,
        kind.words,
      );
    case "layer":
      return kind.several === true ? "layer or list of layers" : "layer";
    case "strings":
      return "list of strings";
    case "rate":
      return "float or schedule";
    case "bool":
    case "shape":
    case "axis":
    case "axes":
    case "activation":
    case "initializer":
    case "regularizer":
    case "constraint":
    case "string":
      return kind.kind;
  }
}

function rangeText(range: {
  readonly min?: number;
  readonly max?: number;
  readonly openMin?: boolean;
  readonly openMax?: boolean;
}): string {
  const low = range.min === undefined ? "" : ` ${range.openMin === true ? ">" : "≥"} ${range.min}`;
  const high = range.max === undefined ? "" : ` ${range.openMax === true ? "<" : "≤"} ${range.max}`;
  return low !== "" && high !== "" ? `${low},${high}` : low + high;
}

/** Writes a value as a `.nn` file does: `[1, 1]`, `glorot_uniform`, `none`. */
export function valueText(value: OptionValue): string {
  if (value === undefined) return "none";
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (isUse(value)) {
    const options = Object.entries(value.options).map(([name, option]) => `${name}: ${valueText(option)}`);
    return options.length === 0 ? value.name : `${value.name}(${options.join(", ")})`;
  }
  return String(value);
}

/** Writes a default: `1x1` for a size, any other value as it is. */
export function defaultText({ type, required, default: value }: OptionDef): string {
  if (required === true) return "required";
  return type.kind === "size" && Array.isArray(value) ? value.join("x") : valueText(value);
}

const isOperator = (definition: Definition): definition is OpDef =>
  definition.tier === "layer" || definition.tier === "function";

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

function optionRows(definition: Definition): readonly (readonly string[])[] {
  return Object.entries(definition.options).map(([name, option]) => {
    const position = definition.positional.indexOf(name);
    const names = [name, ...(option.aliases ?? [])].map((text) => `\`${text}\``).join(", ");
    return [
      position < 0 ? names : `${names} (${position + 1}.)`,
      kindText(option.type),
      defaultText(option),
      option.doc,
    ];
  });
}

function entry(definition: Definition): readonly string[] {
  const lines = [`### ${definition.name}`, ""];
  const aliases = definition.aliases ?? [];
  if (aliases.length > 0) lines.push(`Also ${aliases.map((name) => `\`${name}\``).join(", ")}.`, "");
  lines.push(definition.summary, "");
  if (isOperator(definition)) {
    const inputs = definition.inputs.map(
      ({ name, shape, optional }) => `${name}${optional === true ? "?" : ""}: ${shape}`,
    );
    lines.push(`\`${[inputs.join(", "), `→ ${definition.output}`].join(" ").trim()}\``, "");
    const told = definition.inputs.flatMap(({ name, doc }) => (doc === undefined ? [] : [`- \`${name}\`: ${doc}`]));
    if (told.length > 0) lines.push(...told, "");
  }
  if (definition.tier === "source") {
    const columns = definition.columns(withDefaults(definition.options, {}));
    const rows = columns.map(({ name, type, classes, doc }) => [
      `\`${name}\``,
      `\`${classes === undefined ? type.dtype : `class(${classes})`}${type.shape.length === 0 ? "" : `[${type.shape.join(", ")}]`}\``,
      doc,
    ]);
    lines.push(...table(["column", "type", "meaning"], rows), "");
  }
  const options = optionRows(definition);
  if (options.length > 0) lines.push(...table(["option", "kind", "default", "meaning"], options), "");
  const rules = Object.keys(ruleOptions(definition)).map((name) => `\`${name}\``);
  if (rules.length > 1) lines.push(`It takes ${rules.join(", ")}, too.`, "");
  if (isOperator(definition)) {
    const shown = definition.examples.map(({ nn, type }) => `${nn.padEnd(32)} // ${type}`);
    lines.push("```nn", ...shown, "```", "");
  }
  if (definition.tier === "encoder") lines.push(...(definition.notes ?? []).flatMap((note) => [note, ""]));
  if (definition.tier === "encoder") lines.push("```nn", ...definition.examples, "```", "");
  const source = definition.source.split("; ").map((part) => (part.startsWith("https://") ? `<${part}>` : part));
  lines.push(`Source: ${source.join("; ")}`, "");
  return lines;
}

const chapters: { readonly [T in Tier]: { readonly title: string; readonly about: string } } = {
  layer: {
    title: "Layers",
    about: "A layer applies to the current value, or to a value from a pipe: `x -> Dense(10)`.",
  },
  function: {
    title: "Functions",
    about: "A function takes tensors as arguments, `relu(a + b)`. Without any it is a layer, `relu`.",
  },
  loss: {
    title: "Losses",
    about: "Write one after `loss`. Training makes its mean over the batch smaller, or what `reduction` says.",
  },
  metric: { title: "Metrics", about: "Write them after `metrics`." },
  optimizer: { title: "Optimizers", about: "Write one after `optimizer`." },
  schedule: { title: "Learning-rate schedules", about: "An optimizer takes one as its `learning_rate`." },
  initializer: {
    title: "Initializers",
    about: "An initializer says how a weight starts: `Dense(8, kernel_initializer: he_normal)`.",
  },
  regularizer: {
    title: "Regularizers",
    about: "A regularizer adds a penalty to the loss: `Dense(8, kernel_regularizer: l2(1e-4))`.",
  },
  constraint: {
    title: "Constraints",
    about: "A constraint changes a weight after each step: `Dense(8, kernel_constraint: max_norm(2))`.",
  },
  encoder: {
    title: "Encoders of columns",
    about:
      "A field of a `dataset` may make numbers of a column with one: `input district: token(40) = vocabulary(district)`. It learns " +
      "from the training rows alone. What it learns is saved with the weights.",
  },
  source: { title: "Sources of data", about: "Write one after `source` in a `dataset`." },
};

/** The text of docs/operators.md. */
export function operatorsPage(): string {
  const lines = [
    "# Operators",
    "",
    "<!-- Generated by scripts/operators-doc.mjs from src/ops. Do not edit. -->",
    "",
    "Names, defaults and meanings are those of Keras 3. Shapes leave out the batch axis. You may give an option with a",
    "number in brackets by position. An input with `?` may be left out; it stands by name in the parentheses.",
    "",
  ];
  const definitions = allDefinitions();
  for (const [tier, { title, about }] of Object.entries(chapters)) {
    const own = definitions.filter((definition) => definition.tier === tier);
    const sorted = own.toSorted((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
    const links = sorted.map(({ name }) => `\`${name}\``).join(", ");
    lines.push(`## ${title}`, "", about, "", links, "", ...sorted.flatMap(entry));
  }
  return `${lines.join("\n").trimEnd()}\n`;
}
