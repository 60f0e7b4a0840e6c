// NN006: definitions that nothing reads. Names alone decide it, which is exact because no name hides another. A body with
// a hole may have lost the use, so its definitions go unreported.

import type { Finding } from "../../diagnostics/catalogue.ts";
import type { Declaration, SourceFile, Statement } from "../../syntax/ast.ts";
import { optionsOf } from "../evaluate/index.ts";
import { report } from "../say/report.ts";
import type { FileScope, Session } from "../state/environment.ts";
import { contentsOf, declaredNames, exprsOf, statementsIn } from "./walk.ts";

/** The names in a body that nothing in it reads. A declaration never changes, so it is read once. */
const known = new WeakMap<Declaration, readonly Finding[]>();

function unusedIn(declaration: Declaration): readonly Finding[] {
  if (declaration.kind !== "block" && declaration.kind !== "model") return [];
  const before = known.get(declaration);
  if (before !== undefined) return before;
  const found = contentsOf(declaration).hasHole ? [] : unusedInBody(declaration);
  known.set(declaration, found);
  return found;
}

/** Checks every definition of the entry; those of other files may serve other programs. */
export function reportUnused(session: Session, entry: SourceFile, scope: FileScope): void {
  const used = new Set<string>();
  for (const declaration of entry.declarations) {
    // A use in the definition itself does not count.
    const own = declaration.kind === "const" || declaration.kind === "block" ? declaration.name.text : undefined;
    for (const name of contentsOf(declaration).names) if (name !== own) used.add(name);
    if (declaration.kind === "train") {
      used.add(declaration.model.text);
      if (declaration.dataset !== undefined) used.add(declaration.dataset.text);
    }
    for (const finding of unusedIn(declaration)) report({ session }, finding);
  }
  const runs = entry.declarations.some((declaration) => declaration.kind === "model" || declaration.kind === "train");
  const trains = entry.declarations.some((declaration) => declaration.kind === "train");
  const broken = entry.declarations.some((declaration) => contentsOf(declaration).hasHole);
  if (!runs || broken) return;
  for (const declaration of scope.names.values()) {
    const { name, kind } = declaration;
    if (name.span.file !== scope.path || used.has(name.text) || kind === "model") continue;
    if (kind === "dataset" && !trains) continue;
    report({ session }, { code: "NN006", span: name.span, what: kind, name: name.text });
  }
}

function unusedInBody(declaration: Extract<Declaration, { kind: "block" | "model" }>): readonly Finding[] {
  const found: Finding[] = [];
  const names = new Set(contentsOf(declaration).names);
  const statements: Statement[] = [
    ...declaration.body.statements,
    ...exprsOf(declaration).flatMap((expr) => statementsIn(expr)),
  ];
  for (const statement of statements) {
    for (const { text, span } of declaredNames(statement)) {
      if (names.has(text)) continue;
      // A second definition of the same name has its own diagnostic.
      names.add(text);
      const what = statement.kind === "layer" || statement.kind === "param" ? statement.kind : "value";
      found.push({ code: "NN006", span, what, name: text });
    }
  }
  for (const { name } of optionsOf(declaration.parameters))
    if (!names.has(name.text)) found.push({ code: "NN006", span: name.span, what: "option", name: name.text });
  return found;
}
