// The form of a kernel as text: two kernels have the same form where they differ in addresses, names and random streams alone.

import type { Address, Expr, Extent, Guard, Kernel, Let, Loop, Stage, Store } from "../../ir/loops.ts";
import type { DType } from "../../ir/types.ts";
import { type Parts, stageExtents } from "./parts.ts";

/** Numbers for names, by first appearance. */
function numbering(): (name: string) => number {
  const known = new Map<string, number>();
  return (name) => {
    const number = known.get(name) ?? known.size;
    known.set(name, number);
    return number;
  };
}

const extentForm = (extent: Extent): string => (typeof extent === "number" ? `${extent}` : `<${extent.batch}`);

/** `streams` are the random streams that the kernel draws from, in order. */
export function formOf(
  kernel: Kernel,
  parts: Parts,
  streams: readonly number[],
  dtypeOf: (buffer: string) => DType,
): string {
  const loops = numbering();
  const locals = numbering();
  const written: string[] = [];
  const put = (...texts: readonly (string | number)[]): void => void written.push(texts.join(" "));
  const loopsForm = (list: readonly Loop[]): string =>
    `[${list.map((l) => `${loops(l.name)}:${extentForm(l.extent)}`).join()}]`;
  const strides = (address: Address): string =>
    Object.entries(address.strides)
      .map(([name, stride]): readonly [number, number] => [loops(name), stride])
      .sort(([a], [b]) => a - b)
      .map(([loop, stride]) => `${loop}*${stride}`)
      .join("+");
  const index = (address: Address): string => `${address.offset}+${strides(address)}`;
  const guards = (list: readonly Guard[]): string =>
    list.map((g) => `${index(g.index)}<${extentForm(g.size)}`).join("&");

  function stageForm(stage: Stage): void {
    const extents = stageExtents(kernel, stage);
    const place = (buffer: string, address: Address): string => {
      const number = parts.find(buffer, address, extents);
      const part = number === undefined ? undefined : parts.list[number];
      return part === undefined
        ? `${JSON.stringify(buffer)}@${index(address)}`
        : `$${number}${dtypeOf(buffer)}@${address.offset - part.start}+${strides(address)}`;
    };
    const value = (expr: Expr): string => {
      switch (expr.kind) {
        case "number":
          return Object.is(expr.value, -0) ? "-0" : `${expr.value}`;
        case "load":
          return `${place(expr.buffer, expr.address)}?${guards(expr.guards)}:${expr.otherwise}`;
        case "index":
          return `#${index(expr.address)}`;
        case "batch":
          return `n*${expr.factor}`;
        case "apply":
          return `${expr.fn}(${expr.args.map(value).join()})`;
        case "random":
          return `random(${value(expr.seed)},${value(expr.step)},${streams.indexOf(expr.stream)},${index(expr.element)})`;
        case "guarded":
          return `(${value(expr.value)}?${guards(expr.guards)}:${expr.otherwise})`;
        case "local":
          return `_${locals(expr.name)}`;
      }
    };
    const point = (lets: readonly Let[], stores: readonly Store[]): void => {
      for (const one of lets) put("let", locals(one.name), one.dtype, value(one.value));
      for (const store of stores)
        put(store.adds === true ? "add" : "store", place(store.buffer, store.address), value(store.value));
    };
    switch (stage.kind) {
      case "each":
        put("each", loopsForm(stage.loops));
        point(stage.lets, stage.stores);
        break;
      case "reduce":
        put(stage.op, stage.chunk, loopsForm(stage.loops), loopsForm(stage.over), value(stage.term));
        put("result", locals(stage.result));
        point(stage.lets, stage.stores);
        break;
      case "scatter":
        put("scatter", stage.op, loopsForm(stage.loops), loopsForm(stage.over), guards(stage.guards));
        put(value(stage.term), value(stage.value), place(stage.buffer, stage.address));
        put("clear", place(stage.buffer, stage.clear.address), stage.clear.count);
        break;
      case "fill":
        put(
          "fill",
          place(stage.buffer, stage.range.address),
          stage.range.count,
          value({ kind: "number", value: stage.value }),
        );
    }
  }
  put(loopsForm(kernel.loops));
  for (const stage of kernel.stages) stageForm(stage);
  return written.join("\n");
}
