// Spells kernels as formulas for people.

import type { Address, Expr, Kernel, Stage } from "./loops.ts";
import { scalarFunction } from "./scalar.ts";

/** `[n, i+k1, j]`: loops that share a stride are one sum, the largest stride first. */
function index(address: Address): string {
  const groups = new Map<number, string[]>();
  for (const [loop, stride] of Object.entries(address.strides))
    groups.set(stride, [...(groups.get(stride) ?? []), loop]);
  const parts = [...groups].sort(([a], [b]) => Math.abs(b) - Math.abs(a)).map(([, loops]) => loops.join("+"));
  return parts.length === 0 ? "" : `[${parts.join(", ")}]`;
}

const formulas = new WeakMap<Expr, string>();

function formulaOf(expr: Expr): string {
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
      const lines = stage.loops.flatMap(({ name, at }) => (at === undefined ? [] : [`${name} = ${formulaOf(at)}`]));
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

/** The formulas that a kernel computes, one on each line. */
export const formulasOf = (kernel: Kernel): readonly string[] => kernel.stages.flatMap(stageFormulas);
