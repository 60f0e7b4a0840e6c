// The command line of an evaluation of a model that writes texts: its metrics, and how good the texts are that it writes by itself.

import { bleuCounter } from "../core/bleu.ts";
import type { Rows } from "../core/dataset.ts";
import { dividedData } from "../core/divided.ts";
import type { TokenReader } from "../core/encode.ts";
import type { Program } from "../core/program.ts";
import { countText, metricText } from "../core/text.ts";
import { giveTurn } from "../core/turn.ts";
import { type Writing, writeTexts, writingIn, writtenTokens } from "../core/writing.ts";
import { rowStoreOf } from "./blockFile.ts";
import { evaluateWeights } from "./evaluate.ts";
import { loadData, type Run, withRun } from "./run.ts";
import type { Invocation, Trainer } from "./trainer.ts";

/** Runs an evaluation; returns the exit code: 0, 2 wrong usage, 3 failure while running, 128 + n for a signal. */
export async function runWritten(trainer: Trainer, invocation: Invocation): Promise<number> {
  return withRun(trainer, invocation, async (run, create) => {
    const { args, interrupts } = run;
    const program = await create();
    const { manifest } = program;
    const writing = writingIn(manifest);
    const { store, close } = rowStoreOf(args.memory, manifest);
    try {
      // Texts are written for rows in memory.
      const source = await loadData(run, program, () => {}, writing === undefined ? store : undefined);
      if (source === undefined) return interrupts.code();
      const { seed, limit, evaluate = "" } = args;
      const data = dividedData(source, { manifest, encoders: trainer.encoders ?? {}, seed, limit });
      if (writing === undefined) return await evaluateWeights(run, program, data, evaluate);
      return await evaluateWeights(run, program, data, evaluate, (_, __, rows, learned) =>
        writtenResults(run, program, writing, rows, writtenTokens(writing, learned, trainer.encoders ?? {})),
      );
    } finally {
      close();
    }
  });
}

/** Writes a text for each row and compares it with that of the data. */
async function writtenResults(
  { reporter, interrupts: { signal } }: Run,
  program: Program,
  writing: Writing,
  rows: Rows,
  reader: TokenReader,
) {
  const references = rows.part.texts?.[writing.text] ?? [];
  const counter = bleuCounter();
  const count = rows.rows.length;
  reporter.line(`writing ${countText(count)} texts token by token`);
  const { batch } = program.manifest;
  for (let start = 0; start < count; start += batch) {
    const n = Math.min(batch, count - start);
    const texts = writeTexts(program, writing, reader, rows, start, n);
    for (const [i, text] of texts.entries())
      counter.add(reader.words(text), reader.words(references[rows.rows[start + i] as number] ?? ""));
    await giveTurn();
    if (signal.aborted) return undefined;
  }
  const score = counter.score();
  return {
    line: `BLEU ${metricText(score)} of ${countText(count)} texts that the model wrote by itself`,
    event: { written: { texts: count, bleu: score } },
  };
}
