// A LoopProgram as text, for people, `--emit loops` and golden tests. loopParse.ts reads it back.

import { formulasOf } from "./formulas.ts";
import type { Address, Expr, Guard, Kernel, Loop, LoopProgram, Stage, Step } from "./loops.ts";
import { isRepeat } from "./steps.ts";

const extentText = (extent: Loop["extent"]): string =>
  typeof extent === "number" ? `<${extent}` : `<=${extent.batch}`;

const loopText = ({ name, extent, at }: Loop): string =>
  `${name}${extentText(extent)}${at === undefined ? "" : ` at ${printExpr(at)}`}`;

const loopsText = (loops: readonly Loop[]): string => `[${loops.map(loopText).join(", ")}]`;

/** `784*n + i - 29` */
export function printAddress(address: Address): string {
  let text = "";
  for (const [loop, stride] of Object.entries(address.strides)) {
    const size = Math.abs(stride);
    const term = size === 1 ? loop : `${size}*${loop}`;
    text += text === "" ? (stride < 0 ? `-${term}` : term) : `${stride < 0 ? " - " : " + "}${term}`;
  }
  if (text === "") return String(address.offset);
  if (address.offset === 0) return text;
  return `${text}${address.offset < 0 ? " - " : " + "}${Math.abs(address.offset)}`;
}

const guardsText = (guards: readonly Guard[]): string =>
  guards.map((g) => `${printAddress(g.index)} in ${extentText(g.size)}`).join(" and ");

const numberText = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case "number":
      return numberText(expr.value);
    case "load": {
      const where = printAddress(expr.address);
      if (expr.guards.length === 0) return `${expr.buffer}[${where}]`;
      return `${expr.buffer}[${where} if ${guardsText(expr.guards)} else ${numberText(expr.otherwise)}]`;
    }
    case "index":
      return `index(${printAddress(expr.address)})`;
    case "batch":
      return `batch(${numberText(expr.factor)})`;
    case "apply":
      return `${expr.fn}(${expr.args.map(printExpr).join(", ")})`;
    case "random":
      return `random(${printExpr(expr.seed)}, ${printExpr(expr.step)}, ${expr.stream}, ${printAddress(expr.element)})`;
    case "guarded":
      return `guarded(${printExpr(expr.value)} if ${guardsText(expr.guards)} else ${numberText(expr.otherwise)})`;
    case "local":
      return `%${expr.name}`;
  }
}

function stageLines(stage: Stage): readonly string[] {
  switch (stage.kind) {
    case "fill":
      return [
        `fill ${stage.buffer}[${printAddress(stage.range.address)}] count ${stage.range.count} = ${numberText(stage.value)}`,
      ];
    case "scatter":
      return [
        `scatter ${stage.op} ${loopsText(stage.loops)} over ${loopsText(stage.over)}`,
        `  clear ${stage.buffer}[${printAddress(stage.clear.address)}] count ${stage.clear.count}`,
        `  term ${printExpr(stage.term)}${stage.guards.length === 0 ? "" : ` if ${guardsText(stage.guards)}`}`,
        `  add ${stage.buffer}[${printAddress(stage.address)}] += ${printExpr(stage.value)}`,
      ];
    case "each":
    case "reduce": {
      const head =
        stage.kind === "each"
          ? `each ${loopsText(stage.loops)}`
          : `reduce ${stage.op} ${loopsText(stage.loops)} over ${loopsText(stage.over)} chunk ${stage.chunk}`;
      return [
        head,
        ...(stage.kind === "reduce" ? [`  %${stage.result} = ${printExpr(stage.term)}`] : []),
        ...stage.lets.map((l) => `  let %${l.name}: ${l.dtype} = ${printExpr(l.value)}`),
        ...stage.stores.map(
          (s) =>
            `  ${s.adds === true ? "add" : "store"} ${s.buffer}[${printAddress(s.address)}] = ${printExpr(s.value)}`,
        ),
      ];
    }
  }
}

function kernelLines(kernel: Kernel): readonly string[] {
  return [
    `kernel ${kernel.name} ${loopsText(kernel.loops)} flops ${kernel.flops} bytes ${kernel.bytes} origins ${JSON.stringify(kernel.origins)}`,
    ...formulasOf(kernel).map((line) => `  # ${line}`),
    ...kernel.stages.flatMap(stageLines).map((line) => `  ${line}`),
  ];
}

/** `repeat 20 (state + 96, gates - 384)` above the steps of a repeat. */
const stepLines = (steps: readonly Step[]): readonly string[] =>
  steps
    .flatMap((step) => {
      if (!isRepeat(step)) return kernelLines(step);
      const moves = [...step.moves].map(([buffer, move]) => `${buffer} ${move < 0 ? "-" : "+"} ${Math.abs(move)}`);
      return [`repeat ${step.turns} (${moves.join(", ")})`, ...stepLines(step.steps)];
    })
    .map((line) => `  ${line}`);

/** One kernel alone, printed as in a program. */
export const printKernel = (kernel: Kernel): string =>
  kernelLines(kernel)
    .map((line) => `${line}\n`)
    .join("");

const pairs = (list: readonly { readonly name: string; readonly buffer: string }[]): string =>
  `(${list.map((x) => `${JSON.stringify(x.name)}: ${x.buffer}`).join(", ")})`;

export function printLoops(program: LoopProgram): string {
  const lines = [`loops batch ${program.batch} arena ${program.arenaBytes}`];
  for (const b of program.buffers)
    lines.push(
      `buffer ${b.name}: ${b.dtype}[${b.length}] ${b.role} at ${b.offset}${b.data === undefined ? "" : ` = ${JSON.stringify(b.data)}`}`,
    );
  for (const s of program.slots)
    lines.push(
      `slot ${JSON.stringify(s.name)}: ${s.dtype}${JSON.stringify(s.shape)} ${s.role} in ${s.buffer} from ${s.start}`,
    );
  for (const f of program.functions) {
    lines.push(`function ${f.name} ${pairs(f.inputs)} -> ${pairs(f.outputs)}`);
    lines.push(...stepLines(f.steps));
  }
  return lines.map((line) => `${line}\n`).join("");
}
