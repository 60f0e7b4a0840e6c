// Makes a failing program smaller as long as it fails in the same kind: it drops steps, options, inputs, metrics, blocks and whole
// experiments, takes parts of expressions for the whole, and reduces sizes and counts. The printer or the checker refuses trees
// whose steps no longer fit.

import { printProgram } from "./print.ts";
import type { Program } from "./tree.ts";

type Json = null | boolean | number | string | undefined | readonly Json[] | { readonly [key: string]: Json };
type Fields = { readonly [key: string]: Json };

/** Lists that may lose items, and parts that may go altogether. */
const lists: ReadonlySet<string> = new Set([
  ..."steps whenTrue whenFalse branches given common metrics inputs others blocks parameters constants".split(" "),
  ..."entries links more outputs named goals stages groups paths terms weighted classWeights".split(" "),
]);
const dispensable: ReadonlySet<string> = new Set([
  ..."whenFalse seed epochs initializer last layout split from axes result entries apart single formula untrained idle goals stages groups paths terms weight weighted classWeights importance buckets".split(
    " ",
  ),
]);
const sizes: ReadonlySet<string> = new Set(["shape", "pixels"]);

interface Steps {
  readonly steps: readonly Json[];
}
const hasSteps = (value: Json): value is Json & Steps =>
  typeof value === "object" && value !== null && "steps" in value && Array.isArray(value.steps);
const isFields = (value: Json): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** Items that can stand in the place of a list's item: those of its own lists. */
function contents(item: Json): readonly (readonly Json[])[] {
  if (!isFields(item)) return [];
  if (item.kind === "branch") return (item.branches as readonly Json[]).filter(hasSteps).map(({ steps }) => steps);
  if (item.kind === "repeat") return [item.steps as readonly Json[]];
  if (item.kind === "if") return [item.whenTrue, item.whenFalse].filter((list) => Array.isArray(list)) as Json[][];
  return [];
}

/** Expressions that can stand in the place of one: its parts, and the value alone. */
function parts({ form, left, right, of }: Fields): readonly Json[] {
  const inside = [left, right, ...(Array.isArray(of) ? of : [of])].filter(
    (part) => isFields(part) && part.form !== undefined,
  );
  return form === "current" || form === undefined ? inside : [{ form: "current" }, ...inside];
}

function* smallerList(value: readonly Json[], key: string): Generator<Json> {
  const without = (i: number, ...instead: readonly Json[]): Json => [
    ...value.slice(0, i),
    ...instead,
    ...value.slice(i + 1),
  ];
  if (lists.has(key)) {
    if (value.length > 3) {
      const half = Math.floor(value.length / 2);
      yield value.slice(half);
      yield value.slice(0, half);
    }
    for (let i = 0; i < value.length; i++) yield without(i);
    for (let i = 0; i < value.length; i++) for (const inside of contents(value[i])) yield without(i, ...inside);
  }
  if (sizes.has(key)) {
    for (let i = 0; i < value.length; i++) {
      const size = value[i] as number;
      for (const less of [1, 2, size - 1]) if (less < size && less > 0) yield without(i, less);
    }
    if (key === "shape") for (let i = 0; i < value.length && value.length > 1; i++) yield without(i);
  }
  for (let i = 0; i < value.length; i++) for (const item of smaller(value[i], "")) yield without(i, item);
}

/** Counts, batches, classes and whole options that are less. */
function* smallerNumbers(record: Fields): Generator<Json> {
  const { option, value, from } = record;
  if (option === undefined || typeof value !== "number" || from !== undefined || !Number.isInteger(value)) return;
  for (const less of [1, 2, value - 1])
    if (less < value && less > 0) yield { ...record, text: String(less), value: less };
}

/** All trees that are one change smaller. */
function* smaller(value: Json, key = ""): Generator<Json> {
  if (Array.isArray(value)) return yield* smallerList(value, key);
  if (typeof value === "number") {
    if (key === "batch" || key === "count" || key === "classes")
      for (const less of [1, 2, value - 1]) if (less < value && less > 0) yield less;
    return;
  }
  if (!isFields(value)) return;
  for (const name of Object.keys(value))
    if (dispensable.has(name)) yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== name));
  if (Array.isArray(value.more)) for (const other of value.more) yield { ...value, more: [], ...(other as Fields) };
  if (value.files !== undefined && value.files !== "one") yield { ...value, files: "one" };
  if (key === "optimizer" && value.name !== "sgd") yield { name: "sgd", given: [], common: [] };
  if (key === "loss" && value.name !== "mse") yield { name: "mse", given: [], common: [] };
  if (key !== "from" && key !== "condition") yield* parts(value);
  if (key === "condition" && value.form !== "literal")
    for (const truth of [true, false]) yield { form: "literal", value: truth, text: String(truth) };
  yield* smallerNumbers(value);
  for (const [name, part] of Object.entries(value)) {
    if (name === "value") continue;
    for (const less of smaller(part, name)) yield { ...value, [name]: less };
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
