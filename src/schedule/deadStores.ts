// Removes stores that nobody reads after fusion, and the values that only they used.

import { expressionsOf, renameLocals, turnsOf, walk } from "../ir/expression.ts";
import type { Expr, Kernel, Let, Stage, Store } from "../ir/loops.ts";
import { partAt } from "../ir/places.ts";
import type { Formed, Forms } from "./form.ts";
import { comparedLocals, withoutRounding } from "./rounding.ts";

/**
 * Removes stores to temporaries that no kernel of any run loads, then unused kernels and lets. `keeps` says which buffers stay.
 */
export function dropDeadStores(
  runs: readonly (readonly Formed[])[],
  forms: Forms,
  keeps: (buffer: string) => boolean,
): readonly (readonly Formed[])[] {
  let current = runs;
  for (;;) {
    const loaded = new Set<string>();
    for (const { form, parts } of current.flat())
      for (const { buffer } of form.reads) loaded.add(partAt(parts, buffer).buffer);
    let changed = false;
    const next = current.map((run) =>
      run.flatMap((formed) => {
        const kept = formed.parts.map(({ buffer }) => keeps(buffer));
        const read = formed.parts.map(({ buffer }) => loaded.has(buffer));
        const is = (list: readonly boolean[], buffer: string): boolean => list[Number(buffer)] === true;
        const made = forms.step(formed, `dead stores ${kept.join()} ${read.join()}`, (kernel) =>
          withoutDead(
            kernel,
            (buffer) => is(kept, buffer) || is(read, buffer),
            (buffer) => !is(kept, buffer) && is(read, buffer),
          ),
        );
        changed ||= made !== formed;
        return made.form.kernel.stages.length > 0 ? [made] : [];
      }),
    );
    if (!changed) return next;
    current = next;
  }
}

const withoutDead = (
  kernel: Kernel,
  live: (buffer: string) => boolean,
  isRead: (buffer: string) => boolean,
): Kernel => ({
  ...kernel,
  stages: dropUnusedLocals(withoutAliases(dropStores(kernel.stages, live, isRead)), live),
});

/** The stages without stores to dead buffers; `isRead` says which of the others a kernel of the program loads. */
function dropStores(
  stages: readonly Stage[],
  live: (buffer: string) => boolean,
  isRead: (buffer: string) => boolean,
): readonly Stage[] {
  const isDead = ({ buffer }: Store): boolean => !live(buffer);
  if (!stages.some((s) => (s.kind === "each" || s.kind === "reduce") && s.stores.some(isDead))) return stages;
  const compared = comparedLocals(stages);
  return stages.map((stage) => {
    if (stage.kind !== "each" && stage.kind !== "reduce") return stage;
    const dropped = stage.stores.filter(isDead);
    if (dropped.length === 0) return stage;
    const rest = { ...stage, stores: stage.stores.filter((s) => !isDead(s)) };
    return withoutRounding(rest, dropped, (local, buffers) => compared.has(local) || buffers.some(isRead));
  });
}

/** Replaces locals that only rename other locals by those. */
function withoutAliases(stages: readonly Stage[]): readonly Stage[] {
  const names = new Map<string, string>();
  return stages.map((stage) => {
    const own = stage.kind === "each" || stage.kind === "reduce" ? stage.lets : [];
    for (const { name, value } of own) if (value.kind === "local") names.set(name, names.get(value.name) ?? value.name);
    if (names.size === 0) return stage;
    const rest = stage.kind === "each" || stage.kind === "reduce" ? own.filter(({ name }) => !names.has(name)) : [];
    const kept = stage.kind === "each" || stage.kind === "reduce" ? { ...stage, lets: rest } : stage;
    return renameLocals(kept, names);
  });
}

function dropUnusedLocals(stages: readonly Stage[], live: (buffer: string) => boolean): readonly Stage[] {
  const used = new Set<string>();
  const note = (expr: Expr): void => walk(expr, (e) => void (e.kind === "local" && used.add(e.name)));
  // Backwards: a let is needed if something after it uses it.
  const kept: Stage[] = [];
  for (const stage of [...stages].reverse()) {
    if (stage.kind === "scatter" || stage.kind === "fill") {
      if (!live(stage.buffer)) continue;
      expressionsOf(stage).forEach(note);
      kept.push(stage);
      continue;
    }
    for (const turn of turnsOf(stage.loops)) note(turn);
    for (const store of stage.stores) note(store.value);
    const lets: Let[] = [];
    for (const one of [...stage.lets].reverse()) {
      if (!used.has(one.name)) continue;
      note(one.value);
      lets.unshift(one);
    }
    const needed = stage.stores.length > 0 || lets.length > 0 || (stage.kind === "reduce" && used.has(stage.result));
    if (!needed) continue;
    if (stage.kind === "reduce") note(stage.term);
    // Keep the same object if nothing goes, so that facts about it need no second search.
    kept.push(lets.length === stage.lets.length ? stage : { ...stage, lets });
  }
  return kept.reverse();
}
