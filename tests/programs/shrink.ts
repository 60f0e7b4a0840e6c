// Makes a failing program smaller as long as it fails in the same kind: it drops steps, options, inputs, metrics and
// blocks, and reduces sizes and counts. The printer or the checker refuses trees whose steps no longer fit.

import { printProgram } from "./print.ts";
import type { Program } from "./tree.ts";

type Json = null | boolean | number | string | undefined | readonly Json[] | { readonly [key: string]: Json };

/** Lists that may lose items, and parts that may go altogether. */
const lists: ReadonlySet<string> = new Set([
  ..."steps whenTrue whenFalse branches given common metrics inputs blocks parameters constants".split(" "),
]);
const dispensable: ReadonlySet<string> = new Set([..."whenFalse seed epochs initializer last".split(" ")]);
const sizes: ReadonlySet<string> = new Set(["shape", "pixels"]);

interface Steps {
  readonly steps: readonly Json[];
}
const hasSteps = (value: Json): value is Json & Steps =>
  typeof value === "object" && value !== null && "steps" in value && Array.isArray(value.steps);

/** Items that can stand in the place of a list's item: those of its own lists. */
function contents(item: Json): readonly (readonly Json[])[] {
  if (typeof item !== "object" || item === null || Array.isArray(item)) return [];
  const record = item as { readonly [key: string]: Json };
  if (record.kind === "branch") return (record.branches as readonly Json[]).filter(hasSteps).map(({ steps }) => steps);
  if (record.kind === "repeat") return [record.steps as readonly Json[]];
  if (record.kind === "if")
    return [record.whenTrue, record.whenFalse].filter((list) => Array.isArray(list)) as Json[][];
  return [];
}

/** All trees that are one change smaller. */
function* smaller(value: Json, key = ""): Generator<Json> {
  if (Array.isArray(value)) {
    if (lists.has(key)) {
      if (value.length > 3) {
        const half = Math.floor(value.length / 2);
        yield value.slice(half);
        yield value.slice(0, half);
      }
      for (let i = 0; i < value.length; i++) yield [...value.slice(0, i), ...value.slice(i + 1)];
      for (let i = 0; i < value.length; i++)
        for (const inside of contents(value[i])) yield [...value.slice(0, i), ...inside, ...value.slice(i + 1)];
    }
    if (sizes.has(key)) {
      for (let i = 0; i < value.length; i++) {
        const size = value[i] as number;
        for (const less of [1, 2, size - 1])
          if (less < size && less > 0) yield [...value.slice(0, i), less, ...value.slice(i + 1)];
      }
      if (key === "shape")
        for (let i = 0; i < value.length && value.length > 1; i++) yield [...value.slice(0, i), ...value.slice(i + 1)];
    }
    for (let i = 0; i < value.length; i++)
      for (const item of smaller(value[i], "")) yield [...value.slice(0, i), item, ...value.slice(i + 1)];
    return;
  }
  if (typeof value === "number") {
    if (key === "batch" || key === "count" || key === "classes")
      for (const less of [1, 2, value - 1]) if (less < value && less > 0) yield less;
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const record = value as { readonly [key: string]: Json };
  for (const name of Object.keys(record))
    if (dispensable.has(name)) yield Object.fromEntries(Object.entries(record).filter(([other]) => other !== name));
  if (key === "optimizer" && record.name !== "sgd") yield { name: "sgd", given: [], common: [] };
  if (key === "loss" && record.name !== "mse") yield { name: "mse", given: [], common: [] };
  if (
    record.option !== undefined &&
    typeof record.value === "number" &&
    record.from === undefined &&
    Number.isInteger(record.value)
  )
    for (const less of [1, 2, record.value - 1])
      if (less < record.value && less > 0) yield { ...record, text: String(less), value: less };
  for (const [name, part] of Object.entries(record)) {
    if (name === "value") continue;
    for (const less of smaller(part, name)) yield { ...record, [name]: less };
  }
}

/** The smallest program found whose failure is the same, in at most `attempts` runs. */
export async function shrink(
  program: Program,
  isSame: (text: string) => Promise<boolean>,
  attempts = 400,
): Promise<{ readonly program: Program; readonly text: string }> {
  let best = program;
  let text = printProgram(program) ?? "";
  let left = attempts;
  const seen = new Set([text]);
  for (let changed = true; changed && left > 0; ) {
    changed = false;
    for (const candidate of smaller(best as unknown as Json)) {
      if (left <= 0) break;
      const tree = candidate as unknown as Program;
      if (tree.inputs.length === 0 || tree.steps.length === 0) continue;
      const candidateText = printed(tree);
      if (candidateText === undefined || seen.has(candidateText)) continue;
      seen.add(candidateText);
      left--;
      if (!(await isSame(candidateText))) continue;
      best = tree;
      text = candidateText;
      changed = true;
      break;
    }
  }
  return { program: best, text };
}

/** A tree that was cut may have parts that do not fit: then there is no text. */
function printed(tree: Program): string | undefined {
  try {
    return printProgram(tree);
  } catch {
    return undefined;
  }
}
