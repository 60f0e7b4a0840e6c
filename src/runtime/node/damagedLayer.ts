// The command line of a probe: the state before a step that did damage → the layer where numbers stop being finite first.

import type { Program } from "../core/program.ts";
import { safeText } from "../core/text.ts";
import { type DamagedStep, damageText, readDamaged } from "./damage.ts";
import { messageOf, openOutput, tell } from "./output.ts";
import type { Invocation, Trainer } from "./trainer.ts";
import { readWeightsFile } from "./weights.ts";

/** The places of the samples with a count above 0 in a column of a table. */
function samplesWith(table: ArrayLike<number>, columns: number, column: number, samples: number): readonly number[] {
  return Array.from({ length: samples }, (_, i) => i).filter((i) => table[i * columns + column] !== 0);
}

/** Says where numbers stop being finite: forwards in the values of layers, then backwards in gradients. */
function layerOf(
  program: Program,
  { n, said: { alone } }: DamagedStep,
): { readonly text: string; readonly rows: readonly number[] } {
  const { probed = [] } = program.manifest;
  const { values, gradients } = program.outputs;
  for (const [i, { what, place }] of probed.entries()) {
    const rows = values === undefined ? [] : samplesWith(values, probed.length, i, n);
    if (rows.length === 0) continue;
    const first = what === "field" ? "this field of the data is the first value" : "its output is the first";
    return { text: `${safeText(place)}: ${first} that is not finite`, rows };
  }
  for (const [i, { what, place }] of [...probed.entries()].reverse()) {
    const rows = gradients === undefined ? [] : samplesWith(gradients, probed.length, i, n);
    if (rows.length === 0) continue;
    const next = probed[i + 1];
    const whose = what === "field" ? `the field ${safeText(place)}` : safeText(place);
    const behind = next === undefined ? "the loss" : safeText(next.place);
    return { text: `behind ${whose}: the gradient that comes back from ${behind} is not finite`, rows };
  }
  return {
    text: "none: all values of layers and their gradients are finite, the loss or the update is not",
    rows: alone,
  };
}

/** Finds the layer, and prints the whole error. The exit code is that of the training. */
export async function runDamagedLayer(trainer: Trainer, { args: [file = "", form] }: Invocation): Promise<number> {
  const output = openOutput();
  try {
    const program = await trainer.createProgram();
    const step = readDamaged(readWeightsFile(file), file);
    step.restore(program);
    program.predict(step.n);
    const { text, rows } = layerOf(program, step);
    const message = damageText({ ...step.said, layer: text, ...(rows.length === 0 ? {} : { alone: rows }) });
    program.close();
    if (form === "--json") output.event("error", { message, layer: text });
    tell(`error: ${message}`);
  } catch (error) {
    tell(`error: a step of the training was not finite, and its layer cannot be found: ${messageOf(error)}`);
  }
  return 3;
}
