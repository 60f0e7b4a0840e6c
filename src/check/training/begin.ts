// `weights "digits.safetensors", head`: a file of weights in the clause that names what a training changes. The training begins with
// them.

import { quoted } from "../../diagnostics/catalogue/phrases.ts";
import type { Clause, Expr } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import { exprText } from "../say/words.ts";
import type { Env } from "../state/environment.ts";
import { known, type Resolved } from "../state/resolved.ts";

/** The ending by which a text is a file, not the name of a layer. */
const ENDING = ".safetensors";

const isFile = (expr: Expr): expr is Expr & { readonly kind: "string" } =>
  expr.kind === "string" && expr.value.endsWith(ENDING);

const valuesOf = (clause: Clause): readonly Expr[] =>
  clause.groups.flat().flatMap((expr) => (expr.kind === "list" ? expr.items : [expr]));

/** Returns the names of layers in a clause. */
export const layersIn = (clause: Clause): readonly Expr[] => valuesOf(clause).filter((expr) => !isFile(expr));

/** Whether a clause names a file and no layer. */
export const namesFileAlone = (clause: Clause): boolean => valuesOf(clause).length > 0 && layersIn(clause).length === 0;

/**
 * Returns one clause for two of which one names the file and the other what trains: `weights "digits.safetensors"` and `weights head` on
 * lines of their own. Undefined for others.
 */
export function oneOfBoth(first: Clause, second: Clause): Clause | undefined {
  const namesLayersAlone = (clause: Clause): boolean => valuesOf(clause).length > 0 && !valuesOf(clause).some(isFile);
  const both =
    (namesFileAlone(first) && namesLayersAlone(second)) || (namesLayersAlone(first) && namesFileAlone(second));
  return both ? { ...first, groups: [...first.groups, ...second.groups] } : undefined;
}

/** Returns the file that a training begins with; undefined if its clause names none. */
export function readBegin(clause: Clause | undefined, env: Env): Resolved<string | undefined> {
  const [file, second] = clause === undefined ? [] : valuesOf(clause).filter(isFile);
  if (clause === undefined || second === undefined) return known(file?.value);
  const actual = { kind: "code", text: exprText(second) } as const;
  const expected = { kind: "values", count: 1 } as const;
  return report(env, { code: "NN009", span: second.span, what: quoted(ENDING), expected, actual });
}
