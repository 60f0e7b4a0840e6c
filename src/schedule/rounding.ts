// Rounds values to the number that memory would hold. A target may compute with more digits than a buffer keeps. Values that
// are compared, and values that replace a stored one, are rounded first, so that two computations of a value agree.

import { expressionsOf, walk } from "../ir/expression.ts";
import type { Expr, Stage, Store } from "../ir/loops.ts";
import { scalarFunction } from "../ir/scalar.ts";
import type { DType } from "../ir/types.ts";

const isRounded = (value: Expr): boolean => value.kind === "apply" && value.fn === "f32";

/** The value as a buffer of its type would return it. */
export function asStored(value: Expr, dtype: DType): Expr {
  if (dtype !== "f32") return value;
  switch (value.kind) {
    case "number":
      return { ...value, value: Math.fround(value.value) };
    case "load":
    case "random":
    case "batch":
      return value;
    case "apply":
      return isRounded(value) ? value : { kind: "apply", fn: "f32", args: [value] };
    case "index":
    case "guarded":
    case "local":
      return { kind: "apply", fn: "f32", args: [value] };
  }
}

type Point = Extract<Stage, { kind: "each" | "reduce" }>;

/** The local that holds the value of a store as memory does; undefined if there is none yet. */
export function storedLocal(stage: Point, { value }: Store, dtype: DType): string | undefined {
  if (value.kind !== "local") return undefined;
  const bound = stage.lets.find((one) => one.name === value.name);
  const isExact = dtype !== "f32" || (bound !== undefined && (isRounded(bound.value) || bound.value.kind === "load"));
  return isExact ? value.name : undefined;
}

/** The locals that are compared without rounding. */
export function comparedLocals(stages: readonly Stage[]): ReadonlySet<string> {
  const found = new Set<string>();
  const note = (value: Expr): void => void (value.kind === "local" && found.add(value.name));
  for (const stage of stages) {
    for (const whole of expressionsOf(stage))
      walk(whole, (expr) => {
        if (expr.kind === "apply" && scalarFunction(expr.fn).jumps === true) expr.args.forEach(note);
      });
    if (stage.kind === "reduce" && (stage.op === "arg_max" || stage.op === "arg_min")) note(stage.term);
  }
  return found;
}

/** Drops the rounding of locals whose stores are gone, unless `isExact` says that other values rely on it. */
export function withoutRounding(
  stage: Point,
  dropped: readonly Store[],
  isExact: (local: string, buffers: readonly string[]) => boolean,
): Point {
  const free = new Set(dropped.flatMap(({ value }) => (value.kind === "local" ? [value.name] : [])));
  if (free.size === 0) return stage;
  const lets = stage.lets.map((one) => {
    if (!free.has(one.name) || one.value.kind !== "apply" || one.value.fn !== "f32") return one;
    const keeping = stage.stores.filter((s) => s.value.kind === "local" && s.value.name === one.name);
    if (
      isExact(
        one.name,
        keeping.map((s) => s.buffer),
      )
    )
      return one;
    const [value] = one.value.args;
    return value === undefined ? one : { ...one, value };
  });
  return { ...stage, lets };
}
