// Completions at a place: layers, options, clauses, names in sight. Reads the tokens before the place, because the text
// there is unfinished and its tree full of holes.

import type { LangType } from "../check/model.ts";
import { declaredNames, statementsIn } from "../check/program/walk.ts";
import type { Definition, OpDef } from "../ops/definition.ts";
import { defaultText, kindText } from "../ops/documentation.ts";
import { allDefinitions, findActivation, findInitializer, findOperator, namesOf, type Tier } from "../ops/registry.ts";
import type { Block } from "../syntax/ast.ts";
import { scan } from "../syntax/scan.ts";
import { signs, words } from "../syntax/tokens.ts";
import { clauseWords } from "./clauses.ts";
import { fitOf, incoming } from "./fitting.ts";
import { asKinded, pathAt } from "./locate.ts";
import { membersAt } from "./members.ts";
import { trainNames } from "./namesInTrainings.ts";
import { fileNames } from "./scopes.ts";
import type { Snapshot } from "./snapshot.ts";
import { sourceText } from "./text.ts";

export interface Completion {
  readonly kind: "layer" | "block" | "function" | "option" | "choice" | "name" | "definition" | "word";
  readonly label: string;
  /** The text to insert; options come with their colon. */
  readonly insert: string;
  readonly detail: string;
  /** Markdown. */
  readonly doc: string;
  /** Whether it takes the value at the place: an editor shows these first. */
  readonly fits?: true;
}

/** The place in the program. */
interface Context {
  /** `dataset`, `block`, `model`, `train`; undefined outside all braces. */
  readonly declaration: string | undefined;
  /** The name before the innermost open parenthesis. */
  readonly callee: string | undefined;
  /** In a call: the option whose value the user is writing. */
  readonly option: string | undefined;
  /** The first word of the line, unless the user is writing it. */
  readonly lineStart: string | undefined;
}

const declarationWords: readonly string[] = ["import", "const", "dataset", "block", "model", "train"];
const clauseTiers: ReadonlyMap<string, Tier> = new Map([
  ["loss", "loss"],
  ["optimizer", "optimizer"],
  ["metrics", "metric"],
  ["source", "source"],
]);
const statementWords = [words.let, words.layer, words.param, words.return, words.if, words.repeat];

/** Returns all that fits at `offset`; the editor filters it by the typed text. */
export function completions(snapshot: Snapshot, file: string, offset: number): readonly Completion[] {
  const members = membersAt(snapshot, file, offset);
  if (members !== undefined) return members.map(({ name, detail }) => named(name, detail));
  const context = contextAt(file, snapshot.texts.get(file) ?? "", offset);
  const { declaration, callee, option, lineStart } = context;
  if (declaration === undefined) {
    if (lineStart === words.train.display.slice(1, -1)) return trained(snapshot);
    if (lineStart !== undefined) return [];
    return declarationWords.flatMap((text) => {
      const entry = Object.values(words).find(({ display }) => display === `'${text}'`);
      return entry === undefined ? [] : [word(text, entry.doc)];
    });
  }
  const names = namesAt(snapshot, file, offset);
  if (callee !== undefined) return [...inCall(snapshot, callee, option), ...names];
  if (declaration === "train" || declaration === "dataset") {
    if (lineStart === undefined) return clauseWords[declaration].map((clause) => word(clause.word, clause.doc));
    if (lineStart === "weights" || lineStart === "buckets") return namesTrained(snapshot, file, offset, lineStart);
    const tier = clauseTiers.get(lineStart);
    return tier === undefined ? [...columnsAt(snapshot, file, offset), ...names] : definitionsOf([tier]);
  }
  const start =
    lineStart === undefined ? statementWords.map(({ display, doc }) => word(display.slice(1, -1), doc)) : [];
  const type = incoming(snapshot, file, offset);
  const operators = [...namesOf("layer"), ...namesOf("function")].flatMap((name) => findOperator(name) ?? []);
  const items = [...new Set(operators)].map((definition) => operatorItem(definition, type));
  const fitting = items.filter(({ fits }) => fits === true);
  const others = items.filter(({ fits }) => fits !== true);
  return [...names, ...blocksOf(snapshot).map(blockItem(snapshot)), ...fitting, ...others, ...start];
}

/** A layer or function, with the shape that it makes of the value at the place. */
function operatorItem(definition: OpDef, type: LangType | undefined): Completion {
  const item = definitionItem(definition);
  const fit = type === undefined ? undefined : fitOf(definition, type);
  if (fit === undefined) return item;
  return { ...item, fits: true, ...(fit.shape === undefined ? {} : { detail: `${item.detail} → ${fit.shape}` }) };
}

/** A name; one that is no plain word stands between back quotes. */
const named = (label: string, detail: string): Completion => ({
  ...{ kind: "name", label, detail, doc: "" },
  insert: /^[A-Za-z_][A-Za-z0-9_]*$/.test(label) ? label : `\`${label}\``,
});

/** Returns the models and data sets of the program, and the word between them. */
function trained(snapshot: Snapshot): readonly Completion[] {
  const all = [...snapshot.files.values()].flatMap(({ declarations }) => declarations);
  const found = all.flatMap((one) =>
    one.kind === "model" || one.kind === "dataset" ? [named(one.name.text, one.kind)] : [],
  );
  return [...found.filter(({ label }) => label !== ""), word(words.on.display.slice(1, -1), words.on.doc)];
}

/** Returns the named layers and parameters of the model of a training, or the fields of its data. */
function namesTrained(
  snapshot: Snapshot,
  file: string,
  offset: number,
  clause: "weights" | "buckets",
): readonly Completion[] {
  const [train] = pathAt(snapshot.files.get(file), offset).map(asKinded);
  if (train?.kind !== "train") return [];
  const names = trainNames(train, fileNames(snapshot.files, snapshot.entry).get(file) ?? { own: new Map() });
  const { own } = clause === "weights" ? names.weights : names.fields;
  return [...own].map(([name, { kind }]) => named(name, kind));
}

/** Returns the columns of the data around the place: of the files that the check has read, or those of the source. */
function columnsAt(snapshot: Snapshot, file: string, offset: number): readonly Completion[] {
  const [dataset] = pathAt(snapshot.files.get(file), offset).map(asKinded);
  if (dataset?.kind !== "dataset") return [];
  const source = dataset.clauses.find(({ kind }) => kind === "source");
  const value = source?.kind === "source" ? source.value : undefined;
  const given = value?.kind === "call" ? value.arguments.map(({ value: each }) => each) : [];
  const files = new Set(given.flatMap((each) => (each.kind === "string" ? [each.value] : [])));
  return [...snapshot.schemas].flatMap(([key, answer]) => {
    const [, , options] = JSON.parse(key) as [string, string, [string, unknown][]];
    const isOurs = options.some(([, option]) => typeof option === "string" && files.has(option));
    if (answer.kind !== "read" || !isOurs) return [];
    return answer.schema.columns.map(({ name, kind }) => named(name, `column, ${kind}`));
  });
}

function contextAt(file: string, text: string, offset: number): Context {
  const { tokens } = scan(file, text);
  const open: { readonly sign: unknown; readonly before: string | undefined; option?: string | undefined }[] = [];
  const openers: readonly unknown[] = [signs.open.type, signs.openSquare.type, signs.openBrace.type];
  const closers: readonly unknown[] = [signs.close.type, signs.closeSquare.type, signs.closeBrace.type];
  let declaration: string | undefined;
  let before: string | undefined;
  let lineStart: string | undefined;
  let fresh = true;
  for (const { tokenType, image, startOffset } of tokens) {
    // The word under the cursor is unfinished, so it decides nothing.
    if (startOffset + image.length >= offset && /^\w/.test(image)) break;
    if (startOffset >= offset) break;
    if (image === "\n" || image === ";") {
      fresh = true;
      lineStart = undefined;
      continue;
    }
    if (open.length === 0 && fresh && declarationWords.includes(image)) declaration = image;
    if (fresh) lineStart = image;
    fresh = false;
    const top = open.at(-1);
    if (openers.includes(tokenType)) {
      // Within a clause of a training, a brace opens a record.
      const isRecord = declaration === "train" && open.length > 0 && lineStart !== "step";
      open.push({ sign: tokenType, before });
      if (tokenType === signs.openBrace.type && !isRecord) {
        fresh = true;
        lineStart = undefined;
      }
    } else if (closers.includes(tokenType)) open.pop();
    else if (top !== undefined && tokenType === signs.colon.type) top.option = before;
    else if (top !== undefined && tokenType === signs.comma.type) top.option = undefined;
    before = /^\w+$/.test(image) ? image : undefined;
  }
  const brace = open.some(({ sign }) => sign === signs.openBrace.type);
  const top = open.findLast(({ sign }) => sign !== signs.openSquare.type);
  const call = top?.sign === signs.open.type ? top : undefined;
  return {
    declaration: brace ? declaration : undefined,
    callee: call?.before,
    option: call?.option,
    lineStart,
  };
}

const word = (text: string, doc: string): Completion => ({ kind: "word", label: text, insert: text, detail: "", doc });

function definitionsOf(tiers: readonly Tier[]): readonly Completion[] {
  return allDefinitions()
    .filter(({ tier }) => tiers.includes(tier))
    .map((definition) => definitionItem(definition));
}

function definitionItem({ name, tier, summary }: Definition): Completion {
  const kind = tier === "layer" || tier === "function" ? tier : "definition";
  return { kind, label: name, insert: name, detail: tier, doc: summary };
}

/** Returns the blocks of all files of the program. */
export const blocksOf = (snapshot: Snapshot): readonly Block[] =>
  [...snapshot.files.values()].flatMap(({ declarations }) =>
    declarations.filter((declaration) => declaration.kind === "block"),
  );

const blockItem =
  (snapshot: Snapshot) =>
  ({ name, body, doc = "" }: Block): Completion => ({
    kind: "block",
    label: name.text,
    insert: name.text,
    detail: sourceText(snapshot, name.span.file, name.span.end, body.span.start),
    doc,
  });

/** Returns the options of the call, and the values of the option that the user is writing. */
function inCall(snapshot: Snapshot, callee: string, option: string | undefined): readonly Completion[] {
  const block = blocksOf(snapshot).find(({ name }) => name.text === callee);
  if (block !== undefined)
    return option === undefined ? block.parameters.flatMap((parameter) => blockOption(snapshot, parameter)) : [];
  const definition = allDefinitions().find(
    ({ name, aliases }) => name === callee || aliases?.includes(callee) === true,
  );
  const options = Object.entries(definition?.options ?? {});
  if (option !== undefined) return valuesOf(options.find(([name]) => name === option)?.[1]);
  const takesActivation = definition?.positional.includes("activation") === true;
  return [
    ...options.map(
      ([name, own]): Completion => ({
        kind: "option",
        label: name,
        insert: `${name}: `,
        detail: `${kindText(own.type)}, ${defaultText(own)}`,
        doc: own.doc,
      }),
    ),
    ...(takesActivation ? valuesOf(definition?.options.activation) : []),
  ];
}

function blockOption(snapshot: Snapshot, { name, type, span }: Block["parameters"][number]): readonly Completion[] {
  if (type?.shape !== undefined || type?.argument !== undefined) return [];
  const detail = sourceText(snapshot, span.file, name.span.end, span.end);
  return [{ kind: "option", label: name.text, insert: `${name.text}: `, detail, doc: "" }];
}

function valuesOf(option: Definition["options"][string] | undefined): readonly Completion[] {
  const plain = (label: string): Completion => ({ kind: "choice", label, insert: label, detail: "", doc: "" });
  const known = (found: readonly (Definition | undefined)[]): readonly Completion[] =>
    found.flatMap((definition) => (definition === undefined ? [] : [definitionItem(definition)]));
  switch (option?.type.kind) {
    case "choice":
      return option.type.values.map(plain);
    case "bool":
      return ["true", "false"].map(plain);
    case "activation":
      return known(namesOf("function").map(findActivation));
    case "initializer":
      return known(namesOf("initializer").map(findInitializer));
    case "regularizer":
    case "constraint":
      return definitionsOf([option.type.kind]);
    case "layer":
      return definitionsOf(["layer"]);
    case "float":
    case "numbers":
      return (option.type.words ?? []).map(plain);
    case "rate":
      return definitionsOf(["schedule"]);
    case "int":
    case "size":
    case "padding":
    case "shape":
    case "axis":
    case "axes":
    case "string":
    case "strings":
    case undefined:
      return [];
  }
}

/** Returns constants of the program, and names that the definition around the place declares before it. */
function namesAt(snapshot: Snapshot, file: string, offset: number): readonly Completion[] {
  const item = (label: string, detail: string): Completion => ({ kind: "name", label, insert: label, detail, doc: "" });
  const found = new Map<string, Completion>();
  for (const { declarations } of snapshot.files.values())
    for (const declaration of declarations)
      if (declaration.kind === "const") found.set(declaration.name.text, item(declaration.name.text, "constant"));
  const [around] = pathAt(snapshot.files.get(file), offset).map(asKinded);
  if (around?.kind === "block" || around?.kind === "model") {
    for (const { name, type } of around.parameters) {
      found.set(name.text, item(name.text, "parameter"));
      for (const size of type?.shape ?? [])
        if (size.kind === "name") found.set(size.name, item(size.name, "dimension"));
    }
    const { statements } = around.body;
    const all = statements.flatMap((statement) => [
      statement,
      ...(statement.value === undefined ? [] : statementsIn(statement.value)),
    ]);
    for (const statement of all)
      if (statement.span.end < offset)
        for (const { text } of declaredNames(statement)) found.set(text, item(text, statement.kind));
  }
  found.delete("");
  return [...found.values()];
}
