// Spells a kernel without its parts: the text is equal for kernels of one form. Loops and locals keep their names, because
// the steps of scheduling read them.

import type { Address, Expr, Extent, Guard, Kernel, Let, Loop, Stage, Store } from "../ir/loops.ts";
import type { Part } from "../ir/places.ts";
import type { BufferKind } from "./form.ts";

const numberText = (value: number): string => (Object.is(value, -0) ? "-0" : `${value}`);
const extentText = (extent: Extent): string => (typeof extent === "number" ? `${extent}` : `<${extent.batch}`);

function addressText({ offset, strides }: Address, start: number): string {
  let text = `${offset - start}`;
  for (const loop of Object.keys(strides)) text += `+${strides[loop]}${loop}`;
  return text;
}

function guardsText(guards: readonly Guard[]): string {
  let text = "";
  for (const { index, size } of guards) text += `${addressText(index, 0)}<${extentText(size)}&`;
  return text;
}

function loopsText(loops: readonly Loop[]): string {
  let text = "[";
  for (const { name, extent } of loops) text += `${name}:${extentText(extent)},`;
  return `${text}]`;
}

/** The texts of expressions that read no memory and draw no random numbers. Tables share them between kernels. */
const stillTexts = new WeakMap<Expr, string>();

export interface Spelt {
  readonly text: string;
  /** The buffers in order of first appearance, and where the addresses of each begin. */
  readonly parts: readonly Part[];
  readonly streams: readonly number[];
}

export function spellForm(kernel: Kernel, kindOf: (buffer: string) => BufferKind): Spelt {
  const parts: Part[] = [];
  const numbers = new Map<string, number>();
  const streams: number[] = [];
  /** The number of loads and streams so far: an expression between two equal numbers has none. */
  let open = 0;
  const place = (buffer: string, address: Address): string => {
    open++;
    const number = numbers.get(buffer);
    if (number !== undefined) return `$${number}@${addressText(address, parts[number]?.start ?? 0)}`;
    const { dtype, fromFirst } = kindOf(buffer);
    const start = fromFirst ? address.offset : 0;
    numbers.set(buffer, parts.length);
    parts.push({ buffer, start });
    return `$${fromFirst ? "s" : ""}${dtype}@${addressText(address, start)}`;
  };
  const stream = (value: number): number => {
    open++;
    if (!streams.includes(value)) streams.push(value);
    return streams.indexOf(value);
  };
  const valueText = (expr: Expr): string => {
    switch (expr.kind) {
      case "number":
        return numberText(expr.value);
      case "load":
        return `${place(expr.buffer, expr.address)}?${guardsText(expr.guards)}:${numberText(expr.otherwise)}`;
      case "index":
        return `#${addressText(expr.address, 0)}`;
      case "batch":
        return `n*${expr.factor}`;
      case "local":
        return `_${expr.name}`;
      case "random":
        return `random(${valueText(expr.seed)},${valueText(expr.step)},${stream(expr.stream)},${addressText(expr.element, 0)})`;
      case "apply": {
        const known = stillTexts.get(expr);
        if (known !== undefined) return known;
        const before = open;
        let text = `(${expr.fn}`;
        for (const arg of expr.args) text += ` ${valueText(arg)}`;
        text += ")";
        if (open === before) stillTexts.set(expr, text);
        return text;
      }
      case "guarded":
        return `(${valueText(expr.value)}?${guardsText(expr.guards)}:${numberText(expr.otherwise)})`;
    }
  };
  const pointText = (lets: readonly Let[], stores: readonly Store[]): string => {
    let text = "";
    for (const one of lets) text += `let ${one.name} ${one.dtype} ${valueText(one.value)}\n`;
    for (const store of stores)
      text += `${store.adds === true ? "add" : "store"} ${place(store.buffer, store.address)} ${valueText(store.value)}\n`;
    return text;
  };
  const stageText = (stage: Stage): string => {
    switch (stage.kind) {
      case "each":
        return `each ${loopsText(stage.loops)}\n${pointText(stage.lets, stage.stores)}`;
      case "reduce":
        return `${stage.op} ${stage.chunk} ${loopsText(stage.loops)} ${loopsText(stage.over)} ${valueText(stage.term)} ${stage.result}\n${pointText(stage.lets, stage.stores)}`;
      case "scatter":
        return `scatter ${stage.op} ${loopsText(stage.loops)} ${loopsText(stage.over)} ${guardsText(stage.guards)} ${valueText(stage.term)} ${valueText(stage.value)} ${place(stage.buffer, stage.address)} ${place(stage.buffer, stage.clear.address)} ${stage.clear.count}\n`;
      case "fill":
        return `fill ${place(stage.buffer, stage.range.address)} ${stage.range.count} ${numberText(stage.value)}\n`;
    }
  };
  let text = `${loopsText(kernel.loops)}\n`;
  for (const stage of kernel.stages) text += stageText(stage);
  return { text, parts, streams };
}
