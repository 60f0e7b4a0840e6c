// One kernel as one JavaScript function: plain loops over typed arrays, stage by stage.

import type { Kernel, Loop, Stage } from "../../ir/loops.ts";
import type { Printer } from "../printer.ts";
import { addressText, expressionText, guardText, numberText } from "./expressions.ts";
import { bases, type Context, nest, openLoop, pointAddresses, printPoint, spelling } from "./lines.ts";
import { printReduce } from "./reduce.ts";
import { type TileSizes, tileSizes } from "./tiles.ts";

type Scatter = Extract<Stage, { kind: "scatter" }>;

function printEach(context: Context, stage: Extract<Stage, { kind: "each" }>, loops: readonly Loop[]): void {
  const inner = loops[loops.length - 1];
  nest(context, loops.slice(0, -1), () => {
    const address = bases(context, pointAddresses(stage.lets, stage.stores), inner?.name);
    const body = (): void => printPoint(context, stage.lets, stage.stores, spelling(context, address));
    if (inner === undefined) body();
    else openLoop(context, inner, body);
  });
}

function printScatter(context: Context, stage: Scatter, outer: readonly Loop[]): void {
  const { out } = context;
  nest(context, outer, () => {
    const from = addressText(stage.clear.address);
    const start = context.fresh("p");
    out.line(`const ${start} = ${from};`);
    out.line(`${stage.buffer}.fill(0, ${start}, ${start} + ${stage.clear.count});`);
    nest(context, stage.loops, () => {
      const spell = spelling(context, addressText);
      const test = guardText(stage.guards, spell);
      const value = context.fresh("v");
      out.line(`const ${value} = ${expressionText(stage.value, spell)};`);
      const guarded = (body: () => void): void => (test === undefined ? body() : out.block(`if (${test})`, body));
      if (stage.op === "sum") {
        nest(context, stage.over, () =>
          guarded(() => out.line(`${stage.buffer}[${addressText(stage.address)}] += ${value};`)),
        );
        return;
      }
      const best = context.fresh("best");
      const at = context.fresh("at");
      out.line(`let ${best} = -Infinity, ${at} = -1;`);
      nest(context, stage.over, () =>
        guarded(() => {
          const term = context.fresh("x");
          out.line(`const ${term} = ${expressionText(stage.term, spell)};`);
          out.block(`if (${at} < 0 || ${term} > ${best})`, () => {
            out.line(`${best} = ${term};`);
            out.line(`${at} = ${addressText(stage.address)};`);
          });
        }),
      );
      out.line(`if (${at} >= 0) ${stage.buffer}[${at}] += ${value};`);
    });
  });
}

function printStage(context: Context, stage: Stage, loops: readonly Loop[]): void {
  switch (stage.kind) {
    case "each":
      printEach(context, stage, [...loops, ...stage.loops]);
      break;
    case "reduce":
      printReduce(context, stage, [...loops, ...stage.loops]);
      break;
    case "scatter":
      printScatter(context, stage, loops);
      break;
    case "fill":
      nest(context, loops, () => {
        const from = addressText(stage.range.address);
        const end = addressText({ ...stage.range.address, offset: stage.range.address.offset + stage.range.count });
        context.out.line(`${stage.buffer}.fill(${numberText(stage.value)}, ${from}, ${end});`);
      });
  }
}

/** Prints the body of a kernel's function. */
export function printKernel(
  out: Printer,
  kernel: Kernel,
  { helpers, stream }: Pick<Context, "helpers" | "stream">,
  sizes: TileSizes = tileSizes,
): void {
  const counters = new Map<string, number>();
  const fresh = (prefix: string): string => {
    const next = counters.get(prefix) ?? 0;
    counters.set(prefix, next + 1);
    return `${prefix}_${next}`;
  };
  /** Loops of different stages may share a name. */
  const contextOf = (stage: Stage): Context => {
    const own = stage.kind === "fill" ? [] : stage.loops;
    const over = stage.kind === "reduce" || stage.kind === "scatter" ? stage.over : [];
    const extents = new Map([...kernel.loops, ...own, ...over].map((loop) => [loop.name, loop.extent]));
    return { out, helpers, stream, sizes, extents, fresh };
  };
  const [only] = kernel.stages;
  if (kernel.stages.length === 1 && only !== undefined) {
    printStage(contextOf(only), only, kernel.loops);
    return;
  }
  nest({ out, helpers, stream, sizes, extents: new Map(), fresh }, kernel.loops, () => {
    for (const stage of kernel.stages) printStage(contextOf(stage), stage, []);
  });
}
