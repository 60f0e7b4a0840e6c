// Prints the form of a kernel. Two kernels have the same form if only addresses, names and random streams differ.

import type { Address, Expr, Extent, Guard, Kernel, Let, Loop, Stage, Store } from "../../ir/loops.ts";
import type { DType } from "../../ir/types.ts";
import type { AccessKey, Parts } from "./parts.ts";

/** Numbers for names, in order of first appearance. */
function numbering(): (name: string) => number {
  const known = new Map<string, number>();
  return (name) => {
    const number = known.get(name) ?? known.size;
    known.set(name, number);
    return number;
  };
}

const numberForm = (value: number): string => (Object.is(value, -0) ? "-0" : `${value}`);
const extentForm = (extent: Extent): string => (typeof extent === "number" ? `${extent}` : `<${extent.batch}`);

export interface Form {
  readonly text: string;
  /** The random streams that the kernel draws from, in order of first appearance. */
  readonly streams: readonly number[];
}

/** Prints loops, addresses and guards, with numbers for loops. */
function addressForms(loops: (name: string) => number) {
  const loopForm = ({ name, extent }: Loop): string => `${loops(name)}:${extentForm(extent)}`;
  /** The strides by the numbers of their loops, in ascending order. */
  const strides = ({ strides: by }: Address): string => {
    const names = Object.keys(by);
    if (names.length > 1) names.sort((a, b) => loops(a) - loops(b));
    let text = "";
    for (const name of names) text += `+${loops(name)}*${by[name]}`;
    return text;
  };
  const index = (address: Address): string => `${address.offset}${strides(address)}`;
  const guards = (list: readonly Guard[]): string => {
    let text = "";
    for (const guard of list) text += `${index(guard.index)}<${extentForm(guard.size)}&`;
    return text;
  };
  return { loopForm, strides, index, guards };
}

/** Prints the values and places of a kernel. */
interface Spelling extends Omit<ReturnType<typeof addressForms>, "loopForm"> {
  loopsForm(list: readonly Loop[]): string;
  local(name: string): number;
  value(expr: Expr): string;
  place(key: AccessKey, buffer: string, address: Address): string;
}

function spelling(parts: Parts, dtypeOf: (buffer: string) => DType, streams: number[]): Spelling {
  const forms = addressForms(numbering());
  const { strides, index, guards } = forms;
  const locals = numbering();
  const streamNumber = (stream: number): number => {
    if (!streams.includes(stream)) streams.push(stream);
    return streams.indexOf(stream);
  };
  const place = (key: AccessKey, buffer: string, address: Address): string => {
    const number = parts.of.get(key);
    const part = number === undefined ? undefined : parts.list[number];
    return part === undefined
      ? `${JSON.stringify(buffer)}@${index(address)}`
      : `$${number}${dtypeOf(buffer)}@${address.offset - part.start}${strides(address)}`;
  };
  const value = (expr: Expr): string => {
    switch (expr.kind) {
      case "number":
        return numberForm(expr.value);
      case "load":
        return `${place(expr, expr.buffer, expr.address)}?${guards(expr.guards)}:${numberForm(expr.otherwise)}`;
      case "index":
        return `#${index(expr.address)}`;
      case "batch":
        return `n*${expr.factor}`;
      case "apply":
        return expr.args.reduce((text, arg) => `${text},${value(arg)}`, `(${expr.fn}`).concat(")");
      case "random":
        return `random(${value(expr.seed)},${value(expr.step)},${streamNumber(expr.stream)},${index(expr.element)})`;
      case "guarded":
        return `(${value(expr.value)}?${guards(expr.guards)}:${numberForm(expr.otherwise)})`;
      case "local":
        return `_${locals(expr.name)}`;
    }
  };
  const loopsForm = (list: readonly Loop[]): string => {
    let text = "[";
    for (const loop of list) text += `${forms.loopForm(loop)}${loop.at === undefined ? "" : ` at ${value(loop.at)}`},`;
    return `${text}]`;
  };
  return { ...forms, loopsForm, local: locals, value, place };
}

/** The lines of a stage. */
function stageForm(stage: Stage, { loopsForm, guards, local, value, place }: Spelling): readonly string[] {
  const lines: string[] = [];
  const put = (line: string): void => void lines.push(line);
  const point = (lets: readonly Let[], stores: readonly Store[]): void => {
    for (const one of lets) put(`let ${local(one.name)} ${one.dtype} ${value(one.value)}`);
    for (const store of stores)
      put(
        `${store.adds === true ? "add" : "store"} ${place(store, store.buffer, store.address)} ${value(store.value)}`,
      );
  };
  switch (stage.kind) {
    case "each":
      put(`each ${loopsForm(stage.loops)}`);
      point(stage.lets, stage.stores);
      break;
    case "reduce":
      put(`${stage.op} ${stage.chunk} ${loopsForm(stage.loops)} ${loopsForm(stage.over)} ${value(stage.term)}`);
      put(`result ${local(stage.result)}`);
      point(stage.lets, stage.stores);
      break;
    case "scatter":
      put(`scatter ${stage.op} ${loopsForm(stage.loops)} ${loopsForm(stage.over)} ${guards(stage.guards)}`);
      put(`${value(stage.term)} ${value(stage.value)} ${place(stage, stage.buffer, stage.address)}`);
      put(`clear ${place(stage.clear, stage.buffer, stage.clear.address)} ${stage.clear.count}`);
      break;
    case "fill":
      put(
        `fill ${place(stage.range, stage.buffer, stage.range.address)} ${stage.range.count} ${numberForm(stage.value)}`,
      );
  }
  return lines;
}

export function formOf(kernel: Kernel, parts: Parts, dtypeOf: (buffer: string) => DType): Form {
  const streams: number[] = [];
  const spell = spelling(parts, dtypeOf, streams);
  const lines = [spell.loopsForm(kernel.loops), ...kernel.stages.flatMap((stage) => stageForm(stage, spell))];
  return { text: lines.join("\n"), streams };
}
