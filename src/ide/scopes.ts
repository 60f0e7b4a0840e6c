// The names that each place of a program sees, from the trees alone: they are exact, because no name hides another, and
// they are known in branches that no option chooses and in programs with errors.

import type { Span } from "../base/span.ts";
import { inputsOf } from "../check/evaluate/index.ts";
import { resolveImport } from "../check/program/files.ts";
import type { Block, Body, Dataset, Declaration, Model, SourceFile } from "../syntax/ast.ts";
import type { Declared } from "./declared.ts";

export type NameKind = Declared["kind"] | "output" | "column";

/** A declared name, with the definition around or behind it. */
export interface Meaning {
  readonly kind: NameKind;
  readonly declared: Span;
  /** The block that a name stands for, or that a named layer is made of. */
  readonly block?: Block;
  /** The model or data set that a name stands for. */
  readonly of?: Model | Dataset;
}

export interface Names {
  readonly parent?: Names;
  readonly own: Map<string, Meaning>;
}

export const within = (parent: Names): Names => ({ parent, own: new Map() });

export function find(names: Names | undefined, name: string): Meaning | undefined {
  for (let at = names; at !== undefined; at = at.parent) {
    const found = at.own.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Declares a name, unless it already is one: the first declaration counts, as it does for the checker. */
export function declare(names: Names, text: string, meaning: Meaning): void {
  if (text !== "" && text !== "_" && find(names, text) === undefined) names.own.set(text, meaning);
}

/** Returns the names that each file sees: its own, then those of the files that it imports. */
export function fileNames(files: ReadonlyMap<string, SourceFile>, entry: string): ReadonlyMap<string, Names> {
  const own = new Map([...files].map(([path, { declarations }]) => [path, ownNames(declarations)]));
  return new Map(
    [...files].map(([path, { declarations }]) => {
      const seen: Names = { own: new Map(own.get(path)) };
      for (const declaration of declarations) {
        if (declaration.kind !== "import") continue;
        const imported = resolveImport(path, declaration.path, entry);
        for (const [name, meaning] of (imported === undefined ? undefined : own.get(imported)) ?? [])
          declare(seen, name, meaning);
      }
      return [path, seen];
    }),
  );
}

function ownNames(declarations: readonly Declaration[]): Map<string, Meaning> {
  const names: Names = { own: new Map() };
  for (const declaration of declarations) {
    if (declaration.kind === "import" || declaration.kind === "train") continue;
    const { name, kind } = declaration;
    declare(names, name.text, {
      kind: kind === "const" ? "constant" : kind,
      declared: name.span,
      ...(kind === "block" ? { block: declaration } : {}),
      ...(kind === "model" || kind === "dataset" ? { of: declaration } : {}),
    });
  }
  return names.own;
}

/** Returns the names of parameters and of the dimensions in their shapes. */
export function parameterNames({ parameters }: Block | Model, file: Names): Names {
  const names = within(file);
  const inputs = new Set(inputsOf(parameters));
  for (const parameter of parameters)
    declare(names, parameter.name.text, {
      kind: inputs.has(parameter) ? "input" : "option",
      declared: parameter.name.span,
    });
  for (const { type } of parameters)
    for (const entry of type?.shape ?? [])
      if (entry.kind === "name") declare(names, entry.name, { kind: "dimension", declared: entry.span });
  return names;
}

/** Returns the names that the statements of a body declare. */
export function bodyNames(body: Body, around: Names): Names {
  const names = within(around);
  for (const statement of body.statements) {
    if (statement.kind === "unpack")
      for (const { text, span } of statement.names) declare(names, text, { kind: "value", declared: span });
    if (statement.kind === "let" || statement.kind === "layer" || statement.kind === "param") {
      const { text, span } = statement.name;
      const kind = ({ let: "value", layer: "layer", param: "weight" } as const)[statement.kind];
      const made = statement.kind === "layer" ? statement.value : undefined;
      const callee = made?.kind === "call" ? made.callee : made;
      const block = callee?.kind === "name" ? find(around, callee.name)?.block : undefined;
      declare(names, text, { kind, declared: span, ...(block === undefined ? {} : { block }) });
    }
  }
  return names;
}
