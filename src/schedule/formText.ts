// Spells a kernel without its parts: the text is equal for kernels of one form. Loops and locals keep their names, because
// the steps of scheduling read them.

import type { Address, Expr, Extent, Guard, Kernel, Let, Loop, Stage, Store } from "../ir/loops.ts";
import type { Part } from "../ir/places.ts";
import type { DType } from "../ir/types.ts";

/** The facts about a buffer that belong to a form. */
export interface BufferKind {
  readonly dtype: DType;
  /**
   * Whether addresses count from the form's first access. Buffers without a batch axis may hold many values, as those of all
   * weights do. The rows of samples begin at fixed places.
   */
  readonly fromFirst: boolean;
}

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

function loopsText(speller: Speller, loops: readonly Loop[]): string {
  let text = "[";
  for (const { name, extent, at } of loops)
    text += `${name}:${extentText(extent)}${at === undefined ? "" : ` at ${valueText(speller, at)}`},`;
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

/** A kernel being spelt. */
interface Speller {
  readonly kindOf: (buffer: string) => BufferKind;
  readonly parts: Part[];
  /** The numbers of buffers. */
  readonly numbers: Map<string, number>;
  readonly streams: number[];
  /** The number of places and streams so far: an expression without any leaves it. */
  open: number;
}

function placeText(speller: Speller, buffer: string, address: Address): string {
  const { numbers, parts, kindOf } = speller;
  speller.open++;
  const number = numbers.get(buffer);
  if (number !== undefined) return `$${number}@${addressText(address, parts[number]?.start ?? 0)}`;
  const { dtype, fromFirst } = kindOf(buffer);
  const start = fromFirst ? address.offset : 0;
  numbers.set(buffer, parts.length);
  parts.push({ buffer, start });
  return `$${fromFirst ? "s" : ""}${dtype}@${addressText(address, start)}`;
}

function streamText(speller: Speller, stream: number): string {
  const { streams } = speller;
  speller.open++;
  if (!streams.includes(stream)) streams.push(stream);
  return String(streams.indexOf(stream));
}

function applyText(speller: Speller, expr: Extract<Expr, { kind: "apply" }>): string {
  const known = stillTexts.get(expr);
  if (known !== undefined) return known;
  const before = speller.open;
  let text = `(${expr.fn}`;
  for (const arg of expr.args) text += ` ${valueText(speller, arg)}`;
  text += ")";
  if (speller.open === before) stillTexts.set(expr, text);
  return text;
}

function valueText(speller: Speller, expr: Expr): string {
  switch (expr.kind) {
    case "number":
      return numberText(expr.value);
    case "load":
      return `${placeText(speller, expr.buffer, expr.address)}?${guardsText(expr.guards)}:${numberText(expr.otherwise)}`;
    case "index":
      return `#${addressText(expr.address, 0)}`;
    case "batch":
      return `n*${expr.factor}`;
    case "local":
      return `_${expr.name}`;
    case "random":
      return `random(${valueText(speller, expr.seed)},${valueText(speller, expr.step)},${streamText(speller, expr.stream)},${addressText(expr.element, 0)})`;
    case "apply":
      return applyText(speller, expr);
    case "guarded":
      return `(${valueText(speller, expr.value)}?${guardsText(expr.guards)}:${numberText(expr.otherwise)})`;
  }
}

function pointText(speller: Speller, lets: readonly Let[], stores: readonly Store[]): string {
  let text = "";
  for (const one of lets) text += `let ${one.name} ${one.dtype} ${valueText(speller, one.value)}\n`;
  for (const { adds, buffer, address, value } of stores)
    text += `${adds === true ? "add" : "store"} ${placeText(speller, buffer, address)} ${valueText(speller, value)}\n`;
  return text;
}

function stageText(speller: Speller, stage: Stage): string {
  const value = (expr: Expr): string => valueText(speller, expr);
  const place = (buffer: string, address: Address): string => placeText(speller, buffer, address);
  switch (stage.kind) {
    case "each":
      return `each ${loopsText(speller, stage.loops)}\n${pointText(speller, stage.lets, stage.stores)}`;
    case "reduce": {
      const head = `${stage.op} ${stage.chunk} ${loopsText(speller, stage.loops)} ${loopsText(speller, stage.over)}`;
      return `${head} ${value(stage.term)} ${stage.result}\n${pointText(speller, stage.lets, stage.stores)}`;
    }
    case "scatter": {
      const { op, loops, over, guards, term, buffer, address, clear } = stage;
      const head = `scatter ${op} ${loopsText(speller, loops)} ${loopsText(speller, over)} ${guardsText(guards)}`;
      const cleared = `${place(buffer, clear.address)} ${clear.count}`;
      return `${head} ${value(term)} ${value(stage.value)} ${place(buffer, address)} ${cleared}\n`;
    }
    case "fill":
      return `fill ${place(stage.buffer, stage.range.address)} ${stage.range.count} ${numberText(stage.value)}\n`;
  }
}

export function spellForm(kernel: Kernel, kindOf: (buffer: string) => BufferKind): Spelt {
  const speller: Speller = { kindOf, parts: [], numbers: new Map(), streams: [], open: 0 };
  let text = `${loopsText(speller, kernel.loops)}\n`;
  for (const stage of kernel.stages) text += stageText(speller, stage);
  return { text, parts: speller.parts, streams: speller.streams };
}
