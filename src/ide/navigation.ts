// Navigation through a program: from a name to its declaration, and the outline of a file.

import type { Span } from "../base/span.ts";
import { declaredNames, statementsIn } from "../check/program/walk.ts";
import type { Body, Declaration, Expr, Statement } from "../syntax/ast.ts";
import { parse } from "../syntax/parse.ts";
import { pathAt } from "./locate.ts";
import { occurrenceAt } from "./names.ts";
import type { Snapshot } from "./snapshot.ts";
import { sourceText } from "./text.ts";

/** Returns the declaration of the name at `offset`; undefined for names of the registry and of columns. */
export function definition(snapshot: Snapshot, file: string, offset: number): Span | undefined {
  const place = pathAt(snapshot.files.get(file), offset).at(-1);
  return (place && snapshot.referenceAt(place.span)?.declared) ?? occurrenceAt(snapshot, file, offset)?.declared;
}

export interface Outline {
  readonly kind: "constant" | "dataset" | "block" | "model" | "train" | "value" | "layer" | "weight" | "field";
  readonly name: string;
  /** The text next to the name: `(x: f32[h, w, c])`, `on Digits`. */
  readonly detail: string;
  readonly span: Span;
  readonly nameSpan: Span;
  readonly children: readonly Outline[];
}

/** Returns the definitions of a file, with those inside them. Leaves out names that the parser could not read. */
export function symbols(snapshot: Snapshot, file: string): readonly Outline[] {
  return outlineOf(snapshot, snapshot.files.get(file)?.declarations ?? []);
}

/** Returns the outline of a text alone. */
export const symbolsOfText = (file: string, text: string): readonly Outline[] =>
  outlineOf({ texts: new Map([[file, text]]) }, parse(file, text).tree.declarations);

const outlineOf = (snapshot: Texts, declarations: readonly Declaration[]): readonly Outline[] =>
  declarations.flatMap((declaration) => symbolsOf(snapshot, declaration).filter(({ name }) => name !== ""));

type Texts = Pick<Snapshot, "texts">;

function symbolsOf(snapshot: Texts, declaration: Declaration): readonly Outline[] {
  const { span } = declaration;
  const quote = (start: number, end: number): string => sourceText(snapshot, span.file, start, end);
  switch (declaration.kind) {
    case "import":
      return [];
    case "const": {
      const { name, value } = declaration;
      const detail = `= ${quote(value.span.start, value.span.end)}`;
      return [{ kind: "constant", name: name.text, detail, span, nameSpan: name.span, children: [] }];
    }
    case "dataset": {
      const { name, clauses } = declaration;
      const children = clauses.flatMap((clause): readonly Outline[] =>
        clause.kind !== "field"
          ? []
          : clause.fields
              .filter((field) => field.name.text !== "")
              .map((field) => ({
                kind: "field",
                name: field.name.text,
                detail: clause.role,
                span: field.span,
                nameSpan: field.name.span,
                children: [],
              })),
      );
      return [{ kind: "dataset", name: name.text, detail: "", span, nameSpan: name.span, children }];
    }
    case "block":
    case "model": {
      const { name, body, kind } = declaration;
      const detail = quote(name.span.end, body.span.start);
      return [{ kind, name: name.text, detail, span, nameSpan: name.span, children: inBody(body) }];
    }
    case "train": {
      const { model, dataset } = declaration;
      const detail = dataset === undefined ? "" : `on ${dataset.text}`;
      return [{ kind: "train", name: `train ${model.text}`, detail, span, nameSpan: model.span, children: [] }];
    }
  }
}

/** Returns named values, layers and weights, including those of inner bodies. */
function inBody(body: Body): readonly Outline[] {
  const all = body.statements.flatMap((statement) => [statement, ...within(statement)]);
  return all.flatMap((statement): readonly Outline[] => {
    const kind = ({ let: "value", unpack: "value", layer: "layer", param: "weight" } as const)[statement.kind as "let"];
    const { span } = statement;
    return declaredNames(statement)
      .filter(({ text }) => text !== "")
      .map((name) => ({ kind, name: name.text, detail: "", span, nameSpan: name.span, children: [] }));
  });
}

function within(statement: Statement): readonly Statement[] {
  const value: Expr | undefined = statement.value;
  return value === undefined ? [] : statementsIn(value);
}
