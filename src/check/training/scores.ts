// Checks the `metrics` of a training: a list for the only output, or lists by the names of outputs.

import { quoted } from "../../diagnostics/catalogue/phrases.ts";
import type { Clause, Expr } from "../../syntax/ast.ts";
import type { MetricUse, Use } from "../model.ts";
import { report } from "../say/report.ts";
import { exprText } from "../say/words.ts";
import { allOf, isUnresolved, known, type Resolved, valueIn } from "../state/resolved.ts";
import { checkMetric } from "./fits.ts";
import { type Judged, onlyPair, type Pairing, pairOf, readRecord } from "./pairing.ts";
import { readUse } from "./uses.ts";

/** Returns the values of a clause in one row: `metrics accuracy, mae` and `metrics [accuracy, mae]` alike. */
const listed = (exprs: readonly Expr[]): readonly Expr[] =>
  exprs.flatMap((expr) => (expr.kind === "list" ? expr.items : [expr]));

/** Reads both clauses of metrics. `fits`: whether the loss was found right. */
export function readMetrics(
  { plain, weighted }: { readonly plain: Clause | undefined; readonly weighted: Clause | undefined },
  pairing: Pairing,
  fits: () => boolean,
): Resolved<readonly MetricUse[]> {
  const first = readClause(plain, pairing, fits);
  const second = readClause(weighted, pairing, fits);
  if (isUnresolved(first)) return first;
  if (isUnresolved(second)) return second;
  const taken = new Set(first.value.map(({ shown }) => shown));
  const more = second.value.map((use) => ({
    ...use,
    weighted: true,
    shown: taken.has(use.shown) ? `weighted_${use.shown}` : use.shown,
  }));
  return known([...first.value, ...more]);
}

/** Reads the clause; without a clause there are no metrics. */
function readClause(clause: Clause | undefined, pairing: Pairing, fits: () => boolean): Resolved<readonly MetricUse[]> {
  if (clause === undefined) return known([]);
  const exprs = clause.groups.flat();
  const [only] = exprs;
  if (only?.kind === "record" && exprs.length === 1) {
    const read = readRecord(only, pairing, (expr, output, name) =>
      usesOf(listed([expr]), pairing, () => pairOf(output, name.span, pairing), fits),
    );
    return isUnresolved(read) ? read : known(read.value.flat());
  }
  return usesOf(listed(exprs), pairing, () => onlyPair(pairing, clause.keyword.span), fits);
}

function usesOf(
  exprs: readonly Expr[],
  pairing: Pairing,
  pair: () => Resolved<Judged>,
  fits: () => boolean,
): Resolved<readonly MetricUse[]> {
  const { entry, env } = pairing;
  const uses: Resolved<Use>[] = [];
  const told = new Map<string, Use>();
  for (const expr of exprs) {
    const use = readUse("metric", expr, env, quoted("metrics"));
    uses.push(use);
    const found = valueIn(use);
    if (found === undefined) continue;
    const key = JSON.stringify([found.name, found.options]);
    const before = told.get(key);
    if (before === undefined) {
      told.set(key, found);
      continue;
    }
    report(env, { code: "NN004", span: expr.span, name: exprText(expr), first: before.span, what: "metric" });
  }
  const all = allOf(uses);
  // Metrics compare the same values as the loss, and would find its problem again.
  if (isUnresolved(all) || all.value.length === 0 || !fits()) return isUnresolved(all) ? all : known([]);
  const judged = pair();
  if (isUnresolved(judged)) return judged;
  const { output, target } = judged.value;
  const several = entry.model.outputs.length > 1;
  return known(
    all.value.map((use) => {
      checkMetric(entry, judged.value, use, env);
      const shown = several ? `${output.name}_${use.name}` : use.name;
      return { ...use, output: output.name, target: target.name, weighted: false, shown };
    }),
  );
}
