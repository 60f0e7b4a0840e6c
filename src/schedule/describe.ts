// Describes kernels: their names, costs and formulas for people. It never changes their computation.

import { largest, range } from "../ir/address.ts";
import { expressionsOf, loadsOf, walk } from "../ir/expression.ts";
import type { Address, Expr, Kernel, Stage } from "../ir/loops.ts";
import { scalarFunction } from "../ir/scalar.ts";
import { extentsOf, storesOf } from "./dependence.ts";

/** `[n, i+k1, j]`: loops that share a stride are one sum, the largest stride first. */
function index(address: Address): string {
  const groups = new Map<number, string[]>();
  for (const [loop, stride] of Object.entries(address.strides))
    groups.set(stride, [...(groups.get(stride) ?? []), loop]);
  const parts = [...groups].sort(([a], [b]) => Math.abs(b) - Math.abs(a)).map(([, loops]) => loops.join("+"));
  return parts.length === 0 ? "" : `[${parts.join(", ")}]`;
}

const formulas = new WeakMap<Expr, string>();

export function formulaOf(expr: Expr): string {
  if (expr.kind === "local") return expr.name;
  const text = formulas.get(expr) ?? spelt(expr);
  formulas.set(expr, text);
  return text;
}

function spelt(expr: Expr): string {
  switch (expr.kind) {
    case "number":
      return Number.isInteger(expr.value) ? String(expr.value) : String(Number(expr.value.toPrecision(6)));
    case "load":
      return `${expr.buffer}${index(expr.address)}`;
    case "index":
      return index(expr.address).slice(1, -1) || String(expr.address.offset);
    case "batch":
      return expr.factor === 1 ? "samples" : `${expr.factor} * samples`;
    case "local":
      return expr.name;
    case "random":
      return "uniform()";
    case "guarded":
      return `inside(${formulaOf(expr.value)}, else ${expr.otherwise})`;
    case "apply": {
      const args = expr.args.map(formulaOf);
      const form = scalarFunction(expr.fn).formula ?? `${expr.fn}(${args.map((_, i) => `#${i}`).join(", ")})`;
      const wrap = (text: string): string =>
        /[ ]/.test(text) && !/^[\w.]*\(.*\)$/.test(text) && !/^\w*\[[^\]]*\]$/.test(text) ? `(${text})` : text;
      const call = !/#\d [-+*/<>=!]|[-+*/] #\d|^-#/.test(form);
      return form.replace(/#(\d)/g, (_, i: string) => (call ? (args[Number(i)] ?? "") : wrap(args[Number(i)] ?? "")));
    }
  }
}

function stageFormulas(stage: Stage): readonly string[] {
  switch (stage.kind) {
    case "fill":
      return [`${stage.buffer} = ${stage.value}`];
    case "scatter":
      return stage.op === "max"
        ? [
            `${stage.buffer}[first max of ${formulaOf(stage.term)} over ${stage.over.map((l) => l.name).join(", ")}] += ${formulaOf(stage.value)}`,
          ]
        : [`${stage.buffer}${index(stage.address)} += ${formulaOf(stage.value)}`];
    case "each":
    case "reduce": {
      const lines: string[] = [];
      if (stage.kind === "reduce") {
        const sign = stage.op === "sum" ? "Σ" : stage.op;
        lines.push(`${stage.result} = ${sign}(${stage.over.map((l) => l.name).join(", ")}) ${formulaOf(stage.term)}`);
      }
      for (const one of stage.lets) lines.push(`${one.name} = ${formulaOf(one.value)}`);
      for (const store of stage.stores)
        lines.push(
          `${store.buffer}${index(store.address)} ${store.adds === true ? "+=" : "="} ${formulaOf(store.value)}`,
        );
      return lines;
    }
  }
}

const known = new WeakMap<Expr, number>();

/** Floating-point operations of an expression. */
function operations(expr: Expr): number {
  const before = known.get(expr);
  if (before !== undefined) return before;
  let count = 0;
  walk(expr, (e) => {
    if (e.kind === "apply" && e.fn !== "f32" && e.fn !== "i32") count++;
    else if (e.kind === "random") count += 20;
  });
  known.set(expr, count);
  return count;
}

/** The floating-point operations: one for each scalar function and each step of a combination. */
function flopsOf(kernel: Kernel): number {
  let flops = 0;
  const turns = (loops: readonly { readonly extent: Parameters<typeof largest>[0] }[]): number =>
    loops.reduce((product, l) => product * largest(l.extent), 1);
  for (const stage of kernel.stages) {
    if (stage.kind === "fill") continue;
    const outer = turns(kernel.loops) * turns(stage.loops);
    if (stage.kind === "each") flops += outer * expressionsOf(stage).reduce((sum, e) => sum + operations(e), 0);
    else if (stage.kind === "scatter") flops += outer * turns(stage.over) * (1 + operations(stage.term));
    else {
      flops += outer * turns(stage.over) * (1 + operations(stage.term));
      flops += outer * [...stage.lets, ...stage.stores].reduce((sum, l) => sum + operations(l.value), 0);
    }
  }
  return flops;
}

/** The bytes of memory that a kernel touches. Each element counts once in each stage. */
function bytesOf(kernel: Kernel, width: (buffer: string) => number): number {
  let bytes = 0;
  for (const stage of kernel.stages) {
    const extents = extentsOf(kernel, stage);
    const seen = new Map<string, readonly [number, number]>();
    const touch = (key: string, buffer: string, address: Address, count: number): void => {
      const [low, high] = range(address, extents);
      const before = seen.get(key);
      const now = [Math.min(low, before?.[0] ?? low), Math.max(high + count, before?.[1] ?? 0)] as const;
      bytes += (now[1] - now[0] - (before === undefined ? 0 : before[1] - before[0])) * width(buffer);
      seen.set(key, now);
    };
    for (const load of loadsOf(stage)) touch(`r${load.buffer}`, load.buffer, load.address, 1);
    for (const store of storesOf(stage)) touch(`w${store.buffer}`, store.buffer, store.address, store.count);
  }
  return bytes;
}

/** Fills in formulas and costs. */
export function describe(kernel: Kernel, width: (buffer: string) => number): Kernel {
  return {
    ...kernel,
    formula: kernel.stages.flatMap(stageFormulas),
    flops: flopsOf(kernel),
    bytes: bytesOf(kernel, width),
  };
}
