// The element type of an expression of a LoopProgram, from the types of its buffers and locals.

import type { Expr } from "./loops.ts";
import { scalarFunction } from "./scalar.ts";
import type { DType } from "./types.ts";

export interface TypesInScope {
  buffer(name: string): DType | undefined;
  local(name: string): DType | undefined;
}

const isTruth = (expr: Expr | undefined): boolean => expr?.kind === "number" && (expr.value === 0 || expr.value === 1);

/** Whether a `select` is between truths, some of them numbers. All other functions count with truths. */
function choosesTruth({ fn, args }: Extract<Expr, { kind: "apply" }>, known: readonly (DType | undefined)[]): boolean {
  const chosen = known.slice(1);
  return (
    fn === "select" && chosen.includes("bool") && chosen.every((type, i) => type === "bool" || isTruth(args[i + 1]))
  );
}

/** Undefined for a number, which takes the type of its neighbour, and for an unknown name. */
export function typeOfExpr(expr: Expr, types: TypesInScope): DType | undefined {
  switch (expr.kind) {
    case "number":
      return undefined;
    case "load":
      return types.buffer(expr.buffer);
    case "index":
      return "i32";
    case "batch":
    case "random":
      return "f32";
    case "guarded":
      return typeOfExpr(expr.value, types);
    case "local":
      return types.local(expr.name);
    case "apply": {
      const known = expr.args.map((arg) => typeOfExpr(arg, types));
      const others = known.find((type) => type !== undefined && type !== "bool") ?? "f32";
      const ofNumbers = choosesTruth(expr, known) ? "bool" : others;
      return scalarFunction(expr.fn).result(known.map((type) => type ?? ofNumbers));
    }
  }
}
