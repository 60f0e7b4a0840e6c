// What stands where a name is declared: its kind, the source to show for it, its doc comment. Works from the tree alone,
// so it also answers in programs with errors.

import type { Span } from "../base/span.ts";
import { typeText } from "../check/say/words.ts";
import { asKinded, asName, asParameter, asType, type Located, pathAt } from "./locate.ts";
import type { Snapshot } from "./snapshot.ts";
import { sourceText } from "./text.ts";

export interface Declared {
  readonly kind:
    | "constant"
    | "block"
    | "model"
    | "dataset"
    | "input"
    | "option"
    | "field"
    | "dimension"
    | "value"
    | "layer"
    | "weight";
  readonly name: string;
  /** Of the name itself. */
  readonly span: Span;
  /** As a person would quote it: `block Residual(x: f32[h, w, c], filters: int = c)`, `let body: f32[16, 16, 32]`. */
  readonly text: string;
  readonly doc?: string;
}

/** The declaration whose name lies at `offset`; undefined where there is none, as at a use of a name. */
export function declaredAt(snapshot: Snapshot, file: string, offset: number): Declared | undefined {
  return declaredBy(snapshot, pathAt(snapshot.files.get(file), offset));
}

/** The same for a path that is at hand. */
export function declaredBy(snapshot: Snapshot, path: readonly Located[]): Declared | undefined {
  const innermost = path.at(-1);
  const owner = path.at(-2);
  const dimension = asKinded(innermost);
  if (dimension?.kind === "name" && asType(owner)?.shape?.includes(dimension) === true) {
    const { name, span } = dimension;
    return { kind: "dimension", name, span, text: `dimension ${name}` };
  }
  const name = asName(innermost);
  if (name === undefined || owner === undefined) return undefined;
  const { text, span } = name;
  const { file } = span;
  const quote = (start: number, end: number): string => sourceText(snapshot, file, start, end);
  const parameter = asParameter(owner);
  if (parameter !== undefined) {
    if (parameter.name !== name) return undefined;
    const isField = asKinded(path.at(-3))?.kind === "field";
    const isInput = isField || parameter.type?.shape !== undefined || parameter.type?.argument !== undefined;
    const kind = isField ? "field" : isInput ? "input" : "option";
    return { kind, name: text, span, text: quote(parameter.span.start, parameter.span.end) };
  }
  const declaration = asKinded(owner);
  switch (declaration?.kind) {
    case "const":
      return {
        kind: "constant",
        name: text,
        span,
        text: `const ${quote(span.start, declaration.value.span.end)}`,
        ...documented(declaration),
      };
    case "block":
    case "model":
      if (declaration.name !== name) return undefined;
      return {
        kind: declaration.kind,
        name: text,
        span,
        text: quote(declaration.span.start, declaration.body.span.start),
        ...documented(declaration),
      };
    case "dataset":
      if (declaration.name !== name) return undefined;
      return { kind: "dataset", name: text, span, text: `dataset ${text}`, ...documented(declaration) };
    case "let": {
      const type = snapshot.shapeAt(span)?.output;
      const value = type === undefined ? quote(span.end, declaration.span.end) : `: ${typeText(type)}`;
      return { kind: "value", name: text, span, text: `let ${text}${type === undefined ? ` ${value}` : value}` };
    }
    case "layer":
    case "param":
      return {
        kind: declaration.kind === "layer" ? "layer" : "weight",
        name: text,
        span,
        text: quote(declaration.span.start, declaration.span.end),
      };
    default:
      return undefined;
  }
}

const documented = ({ doc }: { readonly doc?: string }): { readonly doc?: string } =>
  doc === undefined ? {} : { doc };
