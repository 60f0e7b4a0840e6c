// Random whole programs on every target, equal to the evaluator: the same few in each run, and NNC_PROGRAMS new ones,
// from the seed NNC_PROGRAMS_SEED or one that it prints.

import { env } from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Loaded } from "../support/compiled.ts";
import { amount, everything } from "../support/extent.ts";
import { enginesOf, openTools, programOf, SLIPS } from "./campaign.ts";
import type { Engine } from "./engines.ts";
import { generate } from "./generate.ts";
import { judge, shrinkText } from "./judge.ts";
import { printProgram } from "./print.ts";
import { type Failure, type Outcome, requestsOf, runProgram } from "./run.ts";
import { shrink } from "./shrink.ts";
import { withSlips } from "./slips.ts";

let tools: Awaited<ReturnType<typeof openTools>>;
beforeAll(async () => {
  tools = await openTools();
});
afterAll(() => tools.close());

/** What is wrong with the program of a seed, with its text; undefined where all is well. */
async function wrongWith(seed: number): Promise<string | undefined> {
  const made = programOf(seed);
  if (made === undefined) return undefined;
  const trial = { seed, engines: enginesOf({}, seed), tools };
  const { failures } = await runProgram(made.text, trial);
  if (failures.length > 0) return told(seed, failures, made.text);
  for (const slip of withSlips(made.text, seed, SLIPS)) {
    const { failure } = await judge(slip, trial);
    if (failure !== undefined) return told(seed, [failure], slip);
  }
  return undefined;
}
const told = (seed: number, failures: readonly Failure[], text: string): string =>
  [...failures.map(({ kind, detail }) => `${kind}: ${detail}`), `npm run fuzz -- --seed ${seed} --count 1`, text].join(
    "\n",
  );

function programs(first: number, count: number, groups: number): void {
  const each = Math.ceil(count / groups);
  for (let group = 0; group < groups; group++) {
    const from = first + group * each;
    test(`seeds ${from} to ${from + each - 1}`, async () => {
      for (let seed = from; seed < from + each; seed++) expect(await wrongWith(seed)).toBeUndefined();
    });
  }
}

describe("the same programs each time", () => programs(1, amount(4, 40), 4));

const more = Number(env.NNC_PROGRAMS ?? 0);
if (more > 0) {
  const seed = Number(env.NNC_PROGRAMS_SEED ?? Math.floor(Math.random() * 1e9));
  describe(`new programs from NNC_PROGRAMS_SEED=${seed}`, () => programs(seed, more, 10));
}

/** The text of the first program that the checker accepts. */
function someText(): string {
  for (let seed = 1; ; seed++) {
    const made = programOf(seed);
    if (made !== undefined && !("refusal" in requestsOf(made.text))) return made.text;
  }
}

test("a seed names one program", () => {
  for (let seed = 1; seed <= 20; seed++) expect(programOf(seed)?.text).toBe(programOf(seed)?.text);
});

test("a text that is refused or stops is told, and does not stop the others", async () => {
  const run = (text: string): Promise<Outcome> => runProgram(text, { seed: 1, engines: enginesOf({}, 1), tools });
  expect(await run("model M(x: f32[4]) { Dense(0) }")).toMatchObject({ result: "refused" });
  const broken = { family: "js", name: "js", open: () => Promise.reject(new Error("no value %12 of 'a'")) } as const;
  expect(await runProgram(someText(), { seed: 1, engines: [broken], tools })).toMatchObject({
    result: "failed",
    failures: [{ kind: "js stops: no value %N of '…'" }],
  });
});

test.runIf(everything)("a text with slips is rejected or runs, and loses what does not fail", async () => {
  const trial = { seed: 1, engines: enginesOf({ only: ["js"] }, 1), tools };
  const text = someText();
  expect(await judge(text, trial)).toEqual({ result: "accepted" });
  const slips = withSlips(text, 1, 8);
  expect(slips.length).toBeGreaterThan(4);
  for (const slip of slips) expect((await judge(slip, trial)).failure).toBeUndefined();
  const broken = { family: "js", name: "js", open: () => Promise.reject(new Error("no")) } as const;
  const failing = { ...trial, engines: [broken] };
  const { failure } = await judge(text, failing);
  expect(failure?.kind).toBe("js stops: no");
  expect((await shrinkText(text, failure!.what, failing, 150)).length).toBeLessThan(text.length);
});

test("a tie between sums of the same terms in different orders is taken for rounding", async () => {
  const text = `dataset Data {
  source idx("images", "labels", shape: 4x2x1, classes: 1)
  input d1: f32[4, 4] = (pixels - 127.5) / 127.5 -> Flatten() -> RepeatVector(2) -> Flatten() -> Reshape([4, 4])
  target p1: class(1) = label
  target r1: class(1) = label
}
model Net(d1: f32[4, 4]) {
  arctan2(_, d1)
  softplus()
  let u1 = cast(argmax(_ @ _), dtype: float32)
  return { p1: _, r1: u1 }
}
train Net on Data {
  loss      2 * max(prediction.r1)
  optimizer sgd()
  batch     1
}
`;
  const seed = 711600;
  const outcome = await runProgram(text, { seed, engines: enginesOf({ only: ["wasm"] }, seed), tools });
  expect(outcome.failures).toEqual([]);
  expect(outcome.widened.length).toBeGreaterThan(0);
});

test("a difference that cancels but for rounding is taken for 0", async () => {
  const text = `const b1 = false, c1 = 4

dataset Data {
  source idx("images", "labels", shape: 4x1x1, classes: 2)
  input seed = sqrt(pixels / 255) -> Flatten() -> RepeatVector(3) -> Flatten() -> Reshape([3, 4])
  target v1: class(2) = label
  target scratch: f32[1] = pixels / 128 - 1 -> Flatten() -> Reshape([4, 1]) -> Cropping1D([0, 3]) -> Flatten()
  target p1: f32[1] = label / 2
}

model Net(seed: f32[3, 4]) {
  GroupNormalization(groups: -1, center: false)
  Dropout(0.5)
  let u1 = _
  Flatten()
  Dense(2)
  return { v1: _, scratch: _ -> Dense(1), p1: u1 -> Flatten() -> Dense(1) }
}

train Net on Data {
  batch     2
  metrics   { v1: confusion_matrix(threshold: 0.25) }
  optimizer rmsprop
  loss      { v1: sparse_categorical_crossentropy, scratch: mse(), p1: mae }
}
`;
  const seed = 719695;
  const outcome = await runProgram(text, { seed, engines: enginesOf({ only: ["js"] }, seed), tools });
  expect(outcome.failures).toEqual([]);
  expect(outcome.widened.length).toBeGreaterThan(0);
});

test("a difference is found, and not taken for rounding", async () => {
  const text = `dataset Data {
  source idx("images", "labels", shape: 4x2x1, classes: 3)
  input d1 = pixels / 255 -> Flatten()
  target label
}

model Net(d1: f32[8]) {
  Dense(3)
}

train Net on Data {
  loss      sparse_categorical_crossentropy(from_logits: true)
  optimizer sgd()
  batch     2
}
`;
  const seed = 3;
  const [js] = enginesOf({ only: ["js"] }, seed);
  const slightlyMore = (values: Float64Array): Float64Array => values.map((value) => value * 1.0001);
  const wrong: Engine = {
    ...js!,
    async open(making) {
      const [loaded] = await js!.open(making);
      const run: Loaded["run"] = (name, ...rest) => {
        const { outputs, slots } = loaded!.run(name, ...rest);
        if (name !== "predict") return { outputs, slots };
        return { outputs: new Map([...outputs].map(([key, values]) => [key, slightlyMore(values)])), slots };
      };
      return [{ run }];
    },
  };
  const { failures } = await runProgram(text, { seed, engines: [wrong], tools });
  expect(failures.map(({ kind }) => kind)).toEqual([expect.stringMatching(/^js differs: \S+ of predict$/)]);
});

test.runIf(everything)(
  "a failing program loses what does not fail: other experiments, files, layout, entries and expressions",
  async () => {
    const fails = (text: string): boolean =>
      /let (\S+) = .*-> Block\d[\s\S]*\b\1\.\S/.test(text) && "requests" in requestsOf(text);
    const seeds: number[] = [];
    for (let seed = 0; seeds.length < 2; seed++) if (fails(programOf(seed)?.text ?? "")) seeds.push(seed);
    for (const seed of seeds) {
      const { text } = await shrink(generate(seed)!, async (candidate) => fails(candidate));
      expect(text.split("\n").length, text).toBeLessThan(32);
      expect(text).not.toMatch(/^import|split|\/\//m);
    }
  },
);

test.runIf(everything)("a failing program gets smaller as long as it fails", async () => {
  const program = Array.from({ length: 200 }, (_, i) => generate(i)!).find(
    (one) => one?.more.length === 0 && !one.returned && printProgram(one)?.includes("Dense("),
  )!;
  const { text } = await shrink(program, async (candidate) => candidate.includes("Dense("));
  const body = /model Net\(.*\) \{\n([\s\S]*?)\n\}/.exec(text)![1]!;
  expect(body.trim().split("\n")).toHaveLength(1);
});
