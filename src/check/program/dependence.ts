// The dependence of constants and blocks on each other: the order of evaluation of constants, and cycles (NN011).

import type { Const, Declaration, Expr } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import type { FileScope, NamedDeclaration, Session } from "../state/environment.ts";
import { contentsOf, namesIn } from "./walk.ts";

export interface Dependence {
  /** Every constant, after all those it needs. */
  readonly constants: readonly Const[];
  /** Definitions that need themselves. */
  readonly circular: ReadonlySet<Declaration>;
}

/** Walks all definitions through the names they mention; reports NN011 once for each cycle. */
export function findDependence(
  session: Session,
  declarations: readonly Declaration[],
  scopes: ReadonlyMap<string, FileScope>,
): Dependence {
  const circular = new Set<Declaration>();
  const done = new Set<NamedDeclaration>();
  for (const start of declarations) {
    if ((start.kind !== "const" && start.kind !== "block") || done.has(start)) continue;
    const way: { readonly declaration: NamedDeclaration; readonly needs: readonly NamedDeclaration[]; next: number }[] =
      [];
    const places = new Map<NamedDeclaration, number>();
    const enter = (declaration: NamedDeclaration): void => {
      places.set(declaration, way.length);
      way.push({ declaration, needs: neededBy(declaration, scopes, session.set), next: 0 });
    };
    enter(start);
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const needed = top.needs[top.next++];
      if (needed === undefined) {
        done.add(top.declaration);
        places.delete(top.declaration);
        way.pop();
        continue;
      }
      const at = places.get(needed);
      if (at !== undefined) {
        const ring = way.slice(at).map((step) => step.declaration);
        reportRing(session, ring, circular);
      } else if (!done.has(needed)) enter(needed);
    }
  }
  // A definition is done once all those it needs are done.
  return { constants: [...done].filter((declaration) => declaration.kind === "const"), circular };
}

function reportRing(session: Session, ring: readonly NamedDeclaration[], circular: Set<Declaration>): void {
  const [first] = ring;
  if (first === undefined) return;
  for (const declaration of ring) circular.add(declaration);
  const names = [...ring, first].map((declaration) => declaration.name.text);
  const others = ring.slice(1).map((declaration) => declaration.name.span);
  report({ session }, { code: "NN011", span: first.name.span, ring: names, others });
}

/** Returns the definitions of its file that a block or a constant, with its `--set` value, mentions. */
function neededBy(
  declaration: NamedDeclaration,
  scopes: ReadonlyMap<string, FileScope>,
  set: ReadonlyMap<string, Expr>,
): readonly NamedDeclaration[] {
  if (declaration.kind !== "const" && declaration.kind !== "block") return [];
  const names = scopes.get(declaration.name.span.file)?.names;
  const given = declaration.kind === "const" ? set.get(declaration.name.text) : undefined;
  const settings = new Set<string>();
  if (given !== undefined) namesIn(given, settings);
  const mentioned = given === undefined ? contentsOf(declaration).names : settings;
  return [...mentioned].flatMap((name) => {
    const found = names?.get(name);
    return found !== undefined && (found.kind === "const" || found.kind === "block") ? [found] : [];
  });
}
