// Checkpoints: a training goes on from any of them to the same bits, and a damaged one is refused. The best weights, and the end of
// a training for want of better ones.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestWatcher } from "../../src/runtime/core/best.ts";
import { checkCircumstances, readCheckpoint, writeCheckpoint } from "../../src/runtime/core/checkpoint.ts";
import { allRows, type Dataset } from "../../src/runtime/core/dataset.ts";
import { RunError } from "../../src/runtime/core/error.ts";
import { FormatError } from "../../src/runtime/core/formats/formatError.ts";
import { trainProgram } from "../../src/runtime/core/loop.ts";
import type { EpochResult, Manifest, Program } from "../../src/runtime/core/program.ts";
import { createFakeProgram } from "../support/fakeProgram.ts";

const data: Dataset = {
  train: allRows({
    count: 22,
    columns: {
      pixels: Uint8Array.from({ length: 44 }, (_, i) => (i * 37) % 256),
      label: Int32Array.from({ length: 22 }, (_, i) => (i % 3 === 0 ? 1 : 0)),
    },
  }),
};
const circumstances = { program: "p", seed: 0, epochs: 3, examples: { train: 22, validation: 0, test: 0 } };
const learned = { "name: labels": ["no", "yes"] };
/** Stops at each step, as a turn of timers does. */
const slow = () => createFakeProgram({ delay: 101, epochs: 3, batch: 10 });
const weights = ({ slots }: Program): readonly (readonly number[])[] => slots.map(({ values }) => [...values]);

describe("a checkpoint", () => {
  it("is a place to go on from, within an epoch too, to the same bits", async () => {
    const whole = slow();
    whole.initialize(0);
    const states: { readonly bytes: Uint8Array; readonly at: string }[] = [];
    await trainProgram(
      whole,
      data,
      {},
      {
        onState: (state) =>
          states.push({
            bytes: writeCheckpoint(whole, state, circumstances, learned),
            at: `${state.epoch}/${state.step}`,
          }),
      },
    );
    expect(states.map(({ at }) => at)).toEqual([
      "1/1",
      "1/2",
      "1/3",
      "2/0",
      "2/1",
      "2/2",
      "2/3",
      "3/0",
      "3/1",
      "3/2",
      "3/3",
      "4/0",
    ]);
    for (const { bytes } of states) {
      const program = createFakeProgram({ epochs: 3, batch: 10 });
      program.initialize(5);
      const found = readCheckpoint(bytes, "c");
      found.restore(program);
      await trainProgram(program, data, { from: found.state });
      expect(weights(program)).toEqual(weights(whole));
      expect(found.learned).toEqual(learned);
    }
  });

  it("is refused where one bit differs, or its end is missing", () => {
    const program = createFakeProgram();
    program.initialize(0);
    const bytes = writeCheckpoint(program, { epoch: 1, step: 2, done: [] }, circumstances, {});
    const headerEnd = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
    fc.assert(
      fc.property(fc.nat(bytes.length - headerEnd - 1), fc.nat(7), fc.nat(bytes.length - 1), (at, bit, length) => {
        const flipped = Uint8Array.from(bytes);
        flipped[headerEnd + at] = (flipped[headerEnd + at] ?? 0) ^ (1 << bit);
        expect(() => readCheckpoint(flipped, "c")).toThrow(FormatError);
        expect(() => readCheckpoint(bytes.subarray(0, length), "c")).toThrow(FormatError);
      }),
    );
  });

  it("answers every mutation of its header with a state or one RunError", () => {
    const program = createFakeProgram();
    program.initialize(0);
    const bytes = writeCheckpoint(program, { epoch: 1, step: 2, done: [] }, circumstances, {});
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (changes) => {
          const other = Uint8Array.from(bytes);
          for (const [at, to] of changes) other[at] = to;
          try {
            readCheckpoint(other, "c").restore(program);
          } catch (error) {
            expect(error).toBeInstanceOf(RunError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("is for its own program, seed and data", () => {
    const check = (other: Partial<typeof circumstances>) =>
      checkCircumstances(circumstances, { ...circumstances, ...other }, "c");
    check({});
    expect(() => check({ program: "q" })).toThrow("c: is a checkpoint of another program");
    expect(() => check({ seed: 7 })).toThrow("is a checkpoint of another seed: 0, now 7");
    expect(() => check({ examples: { train: 21, validation: 0, test: 0 } })).toThrow("of other data");
  });
});

describe("the best weights", () => {
  const program = (stopping: NonNullable<Manifest["stopping"]>): Program => {
    const fake = createFakeProgram();
    return { ...fake, manifest: { ...fake.manifest, stopping } };
  };
  const rule = { metric: 0, part: "train", higherIsBetter: false, minDelta: 0, start: 0, restore: true } as const;
  const epoch = (number: number, loss: number): EpochResult => ({
    ...{ epoch: number, epochs: 9, steps: 1, seconds: 1, samplesPerSecond: 1, metrics: [loss] },
  });
  /** Runs a watcher over losses, with weights that are the number of the epoch; returns the epoch after which it ends. */
  const run = (
    one: Program,
    losses: readonly number[],
  ): { readonly ended: number | undefined; readonly restored: number | undefined } => {
    const watcher = bestWatcher(one);
    const ended = losses.findIndex((loss, i) => {
      one.slots[0]?.values.fill(i + 1);
      return watcher.see(epoch(i + 1, loss));
    });
    return { ended: ended < 0 ? undefined : ended + 1, restored: watcher.restore() };
  };

  // The numbers are those of Keras's EarlyStopping.
  it("end a training after so many epochs without better ones", () => {
    const one = program({ ...rule, patience: 2 });
    expect(run(one, [5, 4, 4, 3, 3, 3.5])).toEqual({ ended: 6, restored: 4 });
    expect(one.slots[0]?.values[0]).toBe(4);
    expect(run(program({ ...rule, patience: 0 }), [5, 4, 4])).toEqual({ ended: 3, restored: 2 });
  });
  it("are better by more than min_delta, and from the first epoch that counts", () => {
    expect(run(program({ ...rule, patience: 1, minDelta: 0.5 }), [5, 4.6])).toEqual({ ended: 2, restored: 1 });
    expect(run(program({ ...rule, patience: 1, start: 2 }), [1, 1, 5, 4, 4])).toEqual({ ended: 5, restored: 4 });
    expect(run(program({ ...rule, higherIsBetter: true }), [1, 3, 2])).toEqual({ ended: undefined, restored: 2 });
  });
  it("come back where a training that had ended goes on, as after a kill in its last moment", () => {
    const one = program({ ...rule, patience: 2 });
    const watcher = bestWatcher(one);
    [5, 4, 4.5, 4.2].forEach((loss, i) => {
      one.slots[0]?.values.fill(i + 1);
      watcher.see(epoch(i + 1, loss));
    });
    const again = bestWatcher(one, watcher.state(), 4);
    expect([again.ended(), again.restore(), one.slots[0]?.values[0]]).toEqual([true, 2, 2]);
    expect(bestWatcher(one, watcher.state(), 2).restore()).toBeUndefined();
  });
  it("stay as they are where the last ones are the best", () => {
    expect(run(program({ ...rule, patience: 2 }), [3, 2, 1])).toEqual({ ended: undefined, restored: undefined });
  });
});
