// A trainer as text, whatever the target: the program, the runtime as it is, and the few lines that join them. Everything is
// printed as TypeScript's formatter would lay it out; tests hold it to that, so that no compilation waits for a formatter.

import { fnv1a } from "../base/hash.ts";
import type { Span } from "../base/span.ts";
import type { Module, Prim } from "../ir/graph.ts";
import type { LoopProgram } from "../ir/loops.ts";
import { comment, type Literal, literal } from "./literal.ts";
import { docComment, printer } from "./printer.ts";
import { runtimeRoots, runtimeText } from "./runtime.ts";
import { asJavaScript, asTypeScript, typed } from "./types.ts";

export interface TrainerRequest {
  /** The manifest of runtime/core/program.ts, as a value to write. */
  readonly manifest: Literal;
  /** Only arithmetic that is the same on every machine. */
  readonly strictMath: boolean;
  /** The name of the data source: which reader goes into the trainer. */
  readonly source: string;
  /** Where a kernel or a primitive comes from, for its comment. */
  readonly place: (made: { readonly span?: Span }) => string | undefined;
  /** Lines for the head of the file: what it is and where it comes from. */
  readonly title: readonly string[];
  /** Names of the model's inputs and outputs with the numbers a sample has, for the typed functions. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** Of a target with loop nests. */
export interface LoopRequest extends TrainerRequest {
  readonly program: LoopProgram;
}
/** Of a target that calls a library. */
export interface CallRequest extends TrainerRequest {
  /** The programs as primitives, before products are taken apart. */
  readonly primitives: Module<Prim>;
  /** Samples in a batch at most. */
  readonly batch: number;
}

/** What a target makes of the program. */
export interface TargetText {
  /** `function createProgram(…): Program { … }` with what it needs, and the title of its part of the file. */
  readonly title: string;
  readonly program: string;
  /** Modules of the runtime that it calls. */
  readonly modules: readonly string[];
  /** What `createProgram` must be given, where it is something, and how Node's command line comes by it. */
  readonly needs?: { readonly name: string; readonly type: string; readonly open: string };
  /** Large data for the end of the file, as it is in TypeScript and in JavaScript: nothing formats it. */
  readonly data?: { readonly title: string; readonly text: string };
}
export interface TrainerFiles {
  readonly ts: string;
  readonly js: string;
}

/** `train.ts` and its transpiled `train.js`; undefined where the runtime has no reader for the source. */
export function trainerFiles(request: TrainerRequest, target: TargetText): TrainerFiles | undefined {
  const roots = runtimeRoots(request.source);
  if (roots === undefined) return undefined;
  const modules = [...roots, ...target.modules];
  const own = build(request, target);
  // By this a trainer knows its own file.
  const mark = fnv1a(`${own}${target.data?.text ?? ""}`)
    .toString(16)
    .padStart(8, "0");
  const data = target.data === undefined ? "" : `${section(target.data.title)}\n\n${target.data.text}\n\n`;
  const join = (head: string, runtime: string, typing: string): string =>
    `${head.trimEnd()}\n\n${section("The runtime: data, training loop, command line; the same in every trainer")}\n\n${runtime}\n\n${data}` +
    `${section("The command line: it runs where Node was started with this file, not where a program holds it")}\n\n` +
    `/** What it runs. */\nexport const trainer${typing} = ${trainerValue(target)};\n\n` +
    `runWhenMain("${mark}", trainer);\n`;
  return {
    ts: join(asTypeScript(own), runtimeText(modules), ": Trainer"),
    js: join(asJavaScript(own), runtimeText(modules, "js"), ""),
  };
}

const trainerValue = ({ needs }: TargetText): string =>
  needs === undefined
    ? "{ manifest, createProgram, loadSource }"
    : `{\n  manifest,\n  createProgram: ${needs.open},\n  loadSource,\n}`;

/** Head, model and functions for programs: all that is this trainer's own. The runtime is formatted already. */
function build(request: TrainerRequest, target: TargetText): string {
  return [
    request.title
      .flatMap(comment)
      .map((line) => `// ${line}`.trimEnd())
      .join("\n"),
    section(target.title),
    `/** What is known of the experiment. */\nexport const manifest${typed(": Manifest")} = ${literal(request.manifest)};`,
    target.program.trim(),
    functionsText(request, target),
  ].join("\n\n");
}

const section = (title: string): string =>
  `// ${"─".repeat(3)} ${title} ${"─".repeat(Math.max(3, 100 - title.length))}`;

/** Typed functions over the model of runtime/core/api.ts. */
function functionsText({ inputs, outputs }: TrainerRequest, { needs }: TargetText): string {
  const fields = (list: TrainerRequest["inputs"], type: string): string =>
    `{ ${list.map(({ name, shape }) => `readonly ${literal(name)}: ${type} /* ${["samples", ...shape].join(" × ")} */`).join("; ")} }`;
  const number = typed(": number");
  const model = `model${typed(": Model")}`;
  const results = fields(outputs, "Numbers");
  const out = printer();
  out.line(section("For programs: import { createModel } from this file"));
  out.line("");
  docComment(out, [
    "A model with memory of its own, initialized: train it, predict with it, load and save its weights.",
  ]);
  out.block(
    `export function createModel(${needs === undefined ? "" : `${needs.name}${typed(`: ${needs.type}`)}, `}seed${typed("?: number")}, options${typed("?: ProgramOptions")})${typed(": Model")}`,
    () =>
      out.line(
        `return modelFrom(${needs === undefined ? "createProgram" : `() => createProgram(${needs.name})`}, seed, options);`,
      ),
  );
  out.line("");
  docComment(out, [
    "What the model says about samples that lie one after another in each input. Throws RunError where sizes do not fit.",
  ]);
  const given = `inputs${typed(`: ${fields(inputs, "ArrayLike<number>")}`)}`;
  out.block(`export function predict(${model}, ${given}, samples${number})${typed(`: ${results}`)}`, () => {
    out.line('checkModel(model, "predict");');
    out.line(`return model.predict(inputs, samples)${typed(` as ${results}`)};`);
  });
  out.line("");
  docComment(out, ["Trains from the present weights and returns the metrics of each epoch. Throws RunError."]);
  const settings = `options${typed(": TrainOptions")} = {}, events${typed(": TrainEvents")} = {}`;
  out.block(
    `export async function train(${model}, data${typed(": Dataset")}, ${settings})${typed(": Promise<History>")}`,
    () => {
      out.line('checkModel(model, "train");');
      out.line("return model.train(data, options, events);");
    },
  );
  return out.toString();
}
