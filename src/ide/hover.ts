// The editor's text on the thing under the pointer: for a layer, its input and output shapes, parameters and options; for
// a name, its meaning and the place of its declaration. Returns plain parts; the caller decides on their looks.

import type { Span } from "../base/span.ts";
import type { Definition } from "../ops/definition.ts";
import { defaultText, kindText } from "../ops/documentation.ts";
import { allDefinitions } from "../ops/registry.ts";
import type { Name } from "../syntax/ast.ts";
import { scan } from "../syntax/scan.ts";
import { words } from "../syntax/tokens.ts";
import { clauseWords } from "./clauses.ts";
import { type Declared, declaredAt, declaredBy } from "./declared.ts";
import { asArgument, asExpr, asKinded, asName, asType, type Located, pathAt } from "./locate.ts";
import type { ReferenceFact, ShapeFact, Snapshot } from "./snapshot.ts";
import { counted, passage, placeText, valueShape } from "./text.ts";

/** A part of the text. Texts are Markdown as in doc comments: back quotes for code. */
export type HoverPart =
  | { readonly kind: "title"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "options"; readonly options: readonly OptionLine[] }
  | { readonly kind: "source"; readonly text: string };
export interface OptionLine {
  readonly name: string;
  /** `int ≥ 1` */
  readonly type: string;
  /** `required`, `none` or a value. */
  readonly default: string;
  readonly doc: string;
}
export interface Hover {
  /** The place it is about. */
  readonly span: Span;
  readonly parts: readonly HoverPart[];
  /** The call, or the model, whose costs belong to it. */
  readonly costs?: Span | { readonly model: string };
}

/** Returns the text about the place; undefined if there is none. */
export function hover(snapshot: Snapshot, file: string, offset: number): Hover | undefined {
  const path = pathAt(snapshot.files.get(file), offset);
  return (
    optionHover(snapshot, path) ??
    nameHover(snapshot, path) ??
    declarationHover(snapshot, path) ??
    wordHover(snapshot, file, offset, path) ??
    valueHover(snapshot, path)
  );
}

/** Returns the definition that a reference names. Tiers share names (`mae` is a loss and a metric), but not summaries. */
export function definitionOf(reference: ReferenceFact | undefined): Definition | undefined {
  if (reference?.op === undefined) return undefined;
  return allDefinitions().find(({ name, summary }) => name === reference.op && summary === reference.doc);
}

/** `strides` of `Conv2D(8, 3x3, strides: 2)`. */
function optionHover(snapshot: Snapshot, path: readonly Located[]): Hover | undefined {
  const name = asName(path.at(-1));
  const argument = asArgument(path.at(-2));
  const call = asExpr(path.at(-3));
  if (name === undefined || argument?.name !== name || call?.kind !== "call") return undefined;
  const reference = snapshot.referenceAt(call.callee.span);
  const definition = definitionOf(reference);
  const option = Object.entries(definition?.options ?? {}).find(
    ([own, { aliases }]) => own === name.text || aliases?.includes(name.text) === true,
  );
  if (definition !== undefined && option !== undefined)
    return {
      span: name.span,
      parts: [
        { kind: "text", text: `An option of \`${definition.name}\`.` },
        { kind: "options", options: [optionLine(...option)] },
      ],
    };
  const block = reference?.declared === undefined ? undefined : blockAt(snapshot, reference.declared);
  const parameter = block?.parameters.find((candidate) => candidate.name.text === name.text);
  const declared = parameter && declaredAt(snapshot, parameter.name.span.file, parameter.name.span.start);
  const about: HoverPart = { kind: "text", text: `An option of \`${block?.name.text}\`.` };
  return declared && { span: name.span, parts: [about, ...declaredParts(snapshot, declared)] };
}

function blockAt(snapshot: Snapshot, name: Span) {
  const declarations = snapshot.files.get(name.file)?.declarations ?? [];
  return declarations.find(
    (declaration) => declaration.kind === "block" && declaration.name.span.start === name.start,
  ) as Extract<(typeof declarations)[number], { kind: "block" }> | undefined;
}

const optionLine = (name: string, option: Definition["options"][string]): OptionLine => ({
  name,
  type: kindText(option.type),
  default: defaultText(option),
  doc: option.doc,
});

/** Returns the text about a use of a name: a definition of the registry, or a declaration. */
function nameHover(snapshot: Snapshot, path: readonly Located[]): Hover | undefined {
  const place = path.at(-1);
  const reference = place && snapshot.referenceAt(place.span);
  if (reference === undefined || place === undefined) return undefined;
  const call = asExpr(path.at(-2));
  const applied = call?.kind === "call" && call.callee === place ? call : place;
  const fact = snapshot.shapeAt(applied.span);
  const definition = definitionOf(reference);
  const costs = fact === undefined ? {} : { costs: applied.span };
  if (definition !== undefined) return { span: place.span, parts: operatorParts(definition, fact, path), ...costs };
  if (reference.declared === undefined)
    return {
      span: place.span,
      parts: [{ kind: "code", text: reference.name }, ...textPart(reference.doc)],
    };
  const declared = declaredAt(snapshot, reference.declared.file, reference.declared.start);
  if (declared === undefined) return undefined;
  const shapes = fact === undefined ? [] : shapeParts(fact, firstUse(path));
  return {
    span: place.span,
    ...costs,
    parts: [
      ...shapes,
      ...declaredParts(snapshot, declared),
      { kind: "text", text: `Declared at ${placeText(snapshot, declared.span)}.` },
    ],
  };
}

/** Returns the text about a name at its declaration. */
function declarationHover(snapshot: Snapshot, path: readonly Located[]): Hover | undefined {
  const declared = declaredBy(snapshot, path);
  if (declared === undefined) return undefined;
  const costs = declared.kind === "model" ? { costs: { model: declared.name } } : {};
  return { span: declared.span, parts: declaredParts(snapshot, declared), ...costs };
}

function declaredParts(snapshot: Snapshot, declared: Declared): readonly HoverPart[] {
  const parts: HoverPart[] = [{ kind: "code", text: declared.text }, ...textPart(declared.doc)];
  const fact = snapshot.shapeAt(declared.span);
  // The code of a `let` already shows its type.
  if (fact !== undefined && declared.kind !== "value") parts.push({ kind: "title", text: passage(fact) });
  if (declared.kind === "model") parts.push(...modelParts(snapshot, declared.name));
  return parts;
}

function modelParts(snapshot: Snapshot, name: string): readonly HoverPart[] {
  const model = snapshot.program.models.find((candidate) => candidate.name === name);
  if (model === undefined) return [];
  const count = model.weights.reduce(
    (sum, { shape }) => sum + shape.reduce<number>((all, size) => all * (typeof size === "number" ? size : 1), 1),
    0,
  );
  const list = (values: readonly { readonly type: Parameters<typeof valueShape>[0] }[]): string =>
    values.map(({ type }) => valueShape(type)).join(", ");
  return [
    { kind: "title", text: `${list(model.inputs)} → ${list(model.outputs)}` },
    { kind: "text", text: counted(count, "parameter") },
  ];
}

const textPart = (text: string | undefined): readonly HoverPart[] =>
  text === undefined || text === "" ? [] : [{ kind: "text", text }];

/** Says that shapes inside a block are those of one use of it. */
function firstUse(path: readonly Located[]): string {
  const [declaration] = path.map(asKinded);
  return declaration?.kind === "block" ? `, in the first use of ${declaration.name.text}` : "";
}

function shapeParts(fact: ShapeFact, where: string): readonly HoverPart[] {
  const weights = fact.parameters === undefined ? "" : `, ${counted(fact.parameters, "parameter")}`;
  return [{ kind: "title", text: `${passage(fact)}${weights}${where}` }];
}

function operatorParts(
  definition: Definition,
  fact: ShapeFact | undefined,
  path: readonly Located[],
): readonly HoverPart[] {
  const parts: HoverPart[] = [{ kind: "code", text: signature(definition) }];
  if (fact !== undefined) parts.push(...shapeParts(fact, firstUse(path)));
  parts.push({ kind: "text", text: definition.summary });
  const options = Object.entries(definition.options).map(([name, option]) => optionLine(name, option));
  if (options.length > 0) parts.push({ kind: "options", options });
  parts.push({ kind: "source", text: definition.source });
  return parts;
}

/** Returns `Conv2D(filters, kernel_size, …)`, with the options by position. */
function signature(definition: Definition): string {
  const names = [...definition.positional];
  if (Object.keys(definition.options).length > names.length) names.push("…");
  return names.length === 0 ? definition.name : `${definition.name}(${names.join(", ")})`;
}

const elementDocs: ReadonlyMap<string, string> = new Map([
  ["f32", "Numbers of 32 bits with a fraction."],
  ["i32", "Whole numbers of 32 bits."],
  ["class", "`class(n)`: one of n classes, counted from 0."],
  ["token", "`token(n)`: one of n tokens, counted from 0."],
  ["int", "An option that is a whole number."],
  ["float", "An option that is a number."],
  ["bool", "True or false."],
]);

/** Returns the text about a word of the language. */
function wordHover(snapshot: Snapshot, file: string, offset: number, path: readonly Located[]): Hover | undefined {
  const name = asName(path.at(-1));
  if (name !== undefined && asType(path.at(-2))?.element === name) {
    const doc = elementDocs.get(name.text);
    return doc === undefined ? undefined : { span: name.span, parts: [{ kind: "text", text: doc }] };
  }
  const clause = name && clauseHover(path, name);
  if (clause !== undefined) return clause;
  const innermost = asKinded(path.at(-1));
  // A contextual word that is a name here has no text.
  if (name !== undefined || innermost?.kind === "name") return undefined;
  const { tokens } = scan(file, snapshot.texts.get(file) ?? "");
  const token = tokens.find(({ startOffset, image }) => startOffset <= offset && offset < startOffset + image.length);
  const entry = token && Object.values(words).find(({ type }) => type === token.tokenType);
  if (token === undefined || entry === undefined) return undefined;
  const span = { file, start: token.startOffset, end: token.startOffset + token.image.length };
  return { span, parts: wordParts(token.image, entry.doc) };
}

const wordParts = (word: string, doc: string): readonly HoverPart[] => [
  { kind: "code", text: word },
  { kind: "text", text: doc },
];

/** Returns the text about the word that begins a clause. */
function clauseHover(path: readonly Located[], name: Name): Hover | undefined {
  const owner = asKinded(path.at(-2));
  const kind = asKinded(path.at(-3))?.kind;
  // The clauses of a step are some of those of a training.
  const around = kind === "step" ? "train" : kind;
  if (around !== "train" && around !== "dataset") return undefined;
  if (owner === undefined || !("keyword" in owner) || owner.keyword !== name) return undefined;
  const known = clauseWords[around].find(({ word }) => word === name.text);
  return known && { span: name.span, parts: wordParts(known.word, known.doc) };
}

/** Returns the smallest value around the place with a known shape: inside a layer's parentheses, the layer. */
function valueHover(snapshot: Snapshot, path: readonly Located[]): Hover | undefined {
  for (const [depth, node] of [...path.entries()].reverse()) {
    const expr = asExpr(node);
    if (expr === undefined && asArgument(node) === undefined && asName(node) === undefined) return undefined;
    if (expr === undefined) continue;
    const fact = snapshot.shapeAt(expr.span);
    if (fact === undefined) continue;
    const definition = expr.kind === "call" ? definitionOf(snapshot.referenceAt(expr.callee.span)) : undefined;
    const around = path.slice(0, depth + 1);
    const parts = definition === undefined ? shapeParts(fact, firstUse(path)) : operatorParts(definition, fact, around);
    return { span: expr.span, parts, costs: expr.span };
  }
  return undefined;
}
