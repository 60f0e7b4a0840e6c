// `npm run oracle`: compares random programs with Keras in f64, over two epochs from the same weights, data and order. Keras runs
// in its own process, which answers line by line.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv, env, exit, stderr, stdout } from "node:process";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { openTools, programOf } from "./campaign.ts";
import { pythonText } from "./kerasProgram.ts";
import { type Answer, questionOf } from "./oracle.ts";
import { normalised, requestsOf } from "./run.ts";
import { shrink } from "./shrink.ts";
import type { Program } from "./tree.ts";

const text = { type: "string" } as const;
const several = { type: "string", multiple: true } as const;
const flag = { type: "boolean" } as const;
const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    seed: text,
    count: text,
    seconds: text,
    python: text,
    script: text,
    save: text,
    file: several,
    shrink: flag,
  },
});
const python = values.python ?? env.KERAS_PYTHON;
if (python === undefined || values.script === undefined) {
  stderr.write(
    "usage: npm run oracle -- --python PATH [--seed N] [--count N] [--seconds S] [--save DIR] [--shrink] [--file FILE]…\n",
  );
  stderr.write("PATH is a Python that has Keras 3 on TensorFlow; or KERAS_PYTHON names it.\n");
  exit(2);
}

/** Keras, asked one program after another. */
function keras(command: string, script: string) {
  const child = spawn(command, [script], { stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface({ input: child.stdout });
  const waiting: ((line: string) => void)[] = [];
  lines.on("line", (line) => waiting.shift()?.(line));
  child.on("close", () => {
    for (const go of waiting.splice(0)) go('{"skipped":"Keras has ended"}');
  });
  return {
    ask: (question: object): Promise<Answer> =>
      new Promise((go) => {
        // Where Keras has no finite number, its answer holds null.
        waiting.push((line) => go(JSON.parse(line, (_, value) => (value === null ? Number.NaN : value)) as Answer));
        child.stdin.write(`${pythonText(question)}\n`);
      }),
    // Programs that still wait are of no use.
    close: () => child.kill(),
  };
}

const tools = await openTools();
const oracle = keras(python, values.script);

interface Asked {
  /** Kinds of differences with one detail each; empty where all agrees. */
  readonly differences: ReadonlyMap<string, string>;
  readonly reason?: string;
}
async function ask(program: string, seed: number): Promise<Asked> {
  const none: Asked["differences"] = new Map();
  const asked = requestsOf(program);
  const request = "refusal" in asked ? undefined : asked.requests[0];
  if (request === undefined) return { differences: none, reason: "refused by the checker" };
  try {
    const question = await questionOf(request, seed, tools);
    if (typeof question === "string") return { differences: none, reason: question };
    const answer = await oracle.ask(question.program);
    if (answer.arrays === undefined) return { differences: none, reason: `Keras: ${answer.skipped}` };
    return { differences: new Map(question.compare(answer).map(({ kind, detail }) => [kind, detail])) };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { differences: new Map([[`stops: ${normalised(words)}`, words.split("\n")[0]!]]) };
  }
}

if (values.file !== undefined) {
  let different = 0;
  for (const file of values.file) {
    const { differences, reason } = await ask(readFileSync(file, "utf8"), Number(values.seed ?? 1));
    for (const [kind, detail] of differences) stdout.write(`${kind}\n   ${detail}\n`);
    const outcome = reason === undefined ? `compared: ${differences.size} kinds differ` : `not compared: ${reason}`;
    stdout.write(values.file.length > 1 ? `${file} ${outcome}\n` : `${outcome}\n`);
    different += differences.size;
  }
  oracle.close();
  await tools.close();
  exit(different > 0 ? 1 : 0);
}

interface Kind {
  count: number;
  readonly seeds: number[];
  readonly detail: string;
  readonly text: string;
}
const kinds = new Map<string, Kind>();
const reasons = new Map<string, number>();
let [tried, compared, failed] = [0, 0, 0];
const started = performance.now();
let shown = 0;
const line = (): string =>
  `${compared} programs compared of ${tried}, ${failed} differ in ${kinds.size} kinds, ${Math.round((compared / (performance.now() - started)) * 60_000)} a minute`;

async function smallest(program: Program, seed: number, kind: string, whole: string): Promise<string> {
  if (values.shrink !== true) return whole;
  return (await shrink(program, async (candidate) => (await ask(candidate, seed)).differences.has(kind), 150)).text;
}

/** Programs that are prepared while Keras works on those before them. */
const AHEAD = 3;

interface Drawn {
  readonly seed: number;
  readonly made: NonNullable<ReturnType<typeof programOf>>;
  readonly asked: Promise<Asked>;
}
/** Programs of the seeds from `seed` on with their answers, in order. */
async function* answered(seed: number): AsyncGenerator<Omit<Drawn, "asked"> & { readonly asked: Asked }> {
  const waiting: Drawn[] = [];
  for (let next = seed; ; next++) {
    const made = programOf(next);
    if (made !== undefined) waiting.push({ seed: next, made, asked: ask(made.text, next) });
    if (waiting.length <= AHEAD) continue;
    const { asked, ...first } = waiting.shift() as Drawn;
    yield { ...first, asked: await asked };
  }
}

const first = Number(values.seed ?? Math.floor(Math.random() * 1e9));
const count = Number(values.count ?? 2000);
const seconds = Number(values.seconds ?? Number.POSITIVE_INFINITY);
for await (const { seed, made, asked } of answered(first)) {
  tried++;
  const { differences, reason } = asked;
  if (reason !== undefined) {
    const key = reason
      .replace(/'[^']*'/g, "'…'")
      .replace(/\d+/g, "N")
      .slice(0, 240);
    reasons.set(key, (reasons.get(key) ?? 0) + 1);
  } else compared++;
  if (differences.size > 0) {
    failed++;
    stdout.write(
      `seed ${seed} differs: ${[...differences].map(([kind, detail]) => `${kind} (${detail})`).join("; ")}\n`,
    );
  }
  for (const [kind, detail] of differences) {
    const known = kinds.get(kind);
    if (known !== undefined) {
      known.count++;
      known.seeds.push(seed);
      continue;
    }
    const small = await smallest(made.program, seed, kind, made.text);
    kinds.set(kind, { count: 1, seeds: [seed], detail, text: small });
    if (values.save === undefined) continue;
    mkdirSync(values.save, { recursive: true });
    const name = `keras-${kind.replace(/[^\w]+/g, "-").slice(0, 80)}.nn`;
    writeFileSync(join(values.save, name), `// ${kind}\n// ${detail}\n// seed ${seed}\n${small}`);
  }
  if (performance.now() - shown > 5000) {
    shown = performance.now();
    stdout.write(`${line()}\n`);
  }
  if (compared >= count || performance.now() - started > seconds * 1000) break;
}
oracle.close();
await tools.close();
for (const [kind, { count: times, seeds, detail, text: small }] of [...kinds].sort((a, b) => b[1].count - a[1].count))
  stdout.write(`\n── ${times} × ${kind}\n   ${detail}\n   seeds ${seeds.slice(0, 5).join(", ")}\n${small}`);
stdout.write(`\nseed ${first}: ${line()}\nnot compared:\n`);
for (const [reason, times] of [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 25))
  stdout.write(`  ${times} × ${reason}\n`);
exit(failed > 0 ? 1 : 0);
