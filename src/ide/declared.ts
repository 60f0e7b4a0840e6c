// The declaration of a name: its kind, the source to show for it, its doc comment. Works from the tree alone, so it also
// answers in programs with errors.

import type { Span } from "../base/span.ts";
import { typeText } from "../check/say/words.ts";
import type { Field, Name, Parameter } from "../syntax/ast.ts";
import { asKinded, asName, asParameter, asType, type Kinded, type Located, pathAt } from "./locate.ts";
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
  /** The span of the name itself. */
  readonly span: Span;
  /** The text to quote: `block Residual(x: f32[h, w, c], filters: int = c)`, `let body: f32[16, 16, 32]`. */
  readonly text: string;
  readonly doc?: string;
}

/** Returns the declaration whose name is at `offset`; undefined if there is none, as at a use of a name. */
export function declaredAt(snapshot: Snapshot, file: string, offset: number): Declared | undefined {
  return declaredBy(snapshot, pathAt(snapshot.files.get(file), offset));
}

/** Returns the same for a path that the caller already has. */
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
  const parameter = asParameter(owner);
  if (parameter !== undefined)
    return parameter.name === name
      ? ofParameter(snapshot, parameter, asKinded(path.at(-3))?.kind === "field")
      : undefined;
  const declaration = asKinded(owner);
  return declaration === undefined ? undefined : ofDeclaration(snapshot, declaration, name);
}

const quote = (snapshot: Snapshot, { file }: Span, start: number, end: number): string =>
  sourceText(snapshot, file, start, end);

/** An input, an option, or a field of a data set. */
function ofParameter(snapshot: Snapshot, { name, type, span }: Parameter | Field, isField: boolean): Declared {
  const isInput = isField || type?.shape !== undefined || type?.argument !== undefined;
  const kind = isField ? "field" : isInput ? "input" : "option";
  return { kind, name: name.text, span: name.span, text: quote(snapshot, span, span.start, span.end) };
}

/** Returns the declaration of the name, if the declaration or statement declares that name. */
function ofDeclaration(snapshot: Snapshot, declaration: Kinded, name: Name): Declared | undefined {
  const { text, span } = name;
  const own = { name: text, span };
  switch (declaration.kind) {
    case "const": {
      const value = quote(snapshot, span, span.start, declaration.value.span.end);
      return { kind: "constant", ...own, text: `const ${value}`, ...documented(declaration) };
    }
    case "block":
    case "model": {
      if (declaration.name !== name) return undefined;
      const header = quote(snapshot, span, declaration.span.start, declaration.body.span.start);
      return { kind: declaration.kind, ...own, text: header, ...documented(declaration) };
    }
    case "dataset":
      if (declaration.name !== name) return undefined;
      return { kind: "dataset", ...own, text: `dataset ${text}`, ...documented(declaration) };
    case "let":
    case "unpack": {
      const type = snapshot.shapeAt(span)?.output;
      const value =
        type === undefined ? ` ${quote(snapshot, span, span.end, declaration.span.end)}` : `: ${typeText(type)}`;
      return { kind: "value", ...own, text: `let ${text}${value}` };
    }
    case "layer":
    case "param": {
      const kind = declaration.kind === "layer" ? "layer" : "weight";
      return { kind, ...own, text: quote(snapshot, span, declaration.span.start, declaration.span.end) };
    }
    default:
      return undefined;
  }
}

const documented = ({ doc }: { readonly doc?: string }): { readonly doc?: string } =>
  doc === undefined ? {} : { doc };
