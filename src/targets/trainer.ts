// A trainer as text, whatever the target: the program, the runtime as it is, and the few lines that join them. It prints
// everything as TypeScript's formatter would, so that no compilation waits for a formatter; tests check this.

import { fnv1a } from "../base/hash.ts";
import type { Span } from "../base/span.ts";
import type { Module, Prim } from "../ir/graph.ts";
import type { LoopProgram } from "../ir/loops.ts";
import { comment, type Literal, literal } from "./literal.ts";
import { docComment, printer } from "./printer.ts";
import { runtimeRoots, runtimeText } from "./runtime.ts";
import { asJavaScript, asTypeScript, typed } from "./types.ts";

/** What a command line may do in place of training: the module of the runtime, and its function. */
export const tools = {
  predict: { module: "node/predict", run: "runPredictor" },
  written: { module: "node/written", run: "runWritten" },
  examine: { module: "node/examine", run: "runExaminer" },
  damage: { module: "node/damagedLayer", run: "runDamagedLayer" },
  overfit: { module: "node/overfit", run: "runOverfit" },
  rates: { module: "node/rates", run: "runRates" },
  profile: { module: "node/profile", run: "runProfile" },
  folds: { module: "node/folds", run: "runFolds" },
} as const;
export type Tool = keyof typeof tools;

export interface TrainerRequest {
  /** The manifest of runtime/core/program.ts, as a value to print. */
  readonly manifest: Literal;
  /** Whether to use only arithmetic that is the same on every machine. */
  readonly strictMath: boolean;
  /** The name of the data source, which selects the reader in the trainer. */
  readonly source: string;
  /** The encoders of its columns, by the names of their modules. */
  readonly encoders: readonly string[];
  /** What its command line does in place of training. */
  readonly tool?: Tool;
  /** The origin of a kernel or a primitive, for its comment. */
  readonly place: (made: { readonly span?: Span }) => string | undefined;
  /** Lines for the head of the file: what it is and where it comes from. */
  readonly title: readonly string[];
  /** The names of the model's inputs and outputs and their sizes for a sample, for the typed functions. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** The request for a target with loop nests. */
export interface LoopRequest extends TrainerRequest {
  readonly program: LoopProgram;
  /** Functions that are the parts of a training step in order, to run and time them alone. */
  readonly parts?: readonly { readonly function: string; readonly name: string; readonly forward: boolean }[];
}
/** The request for a target that calls a library. */
export interface CallRequest extends TrainerRequest {
  /** The programs as primitives, before passes rewrite the products. */
  readonly primitives: Module<Prim>;
  /** The largest number of samples in a batch. */
  readonly batch: number;
}

/** The program as the text of a target. */
export interface TargetText {
  /** `function createProgram(…): Program { … }` with its helpers, and the title of its part of the file. */
  readonly title: string;
  readonly program: string;
  /** The modules of the runtime that it calls. */
  readonly modules: readonly string[];
  /** The argument of `createProgram`, if it takes one, and how Node's command line gets it. */
  readonly needs?: { readonly name: string; readonly type: string; readonly open: string };
  /** Large data for the end of the file, the same in TypeScript and JavaScript. No formatter touches it. */
  readonly data?: { readonly title: string; readonly text: string };
}
export interface TrainerFiles {
  readonly ts: string;
  readonly js: string;
}

/** `train.ts` and its transpiled `train.js`; undefined where the runtime has no reader for the source. */
export function trainerFiles(request: TrainerRequest, target: TargetText): TrainerFiles | undefined {
  const roots = runtimeRoots(request.source, request.encoders);
  if (roots === undefined) return undefined;
  const modules = [...roots, ...(request.tool === undefined ? [] : [tools[request.tool].module]), ...target.modules];
  const own = build(request, target);
  // A trainer recognises its own file by this.
  const mark = fnv1a(`${own}${target.data?.text ?? ""}`)
    .toString(16)
    .padStart(8, "0");
  const data = target.data === undefined ? "" : `${section(target.data.title)}\n\n${target.data.text}\n\n`;
  const join = (head: string, runtime: string, typing: string): string =>
    `${head.trimEnd()}\n\n${section("The runtime: data, training loop, command line; the same in every trainer")}\n\n${runtime}\n\n${data}` +
    `${section("The command line: it runs where Node was started with this file, not where a program holds it")}\n\n` +
    `/** The parts that the command line runs. */\nexport const trainer${typing} = ${trainerValue(target, request, mark)};\n\n` +
    `runWhenMain("${mark}", trainer);\n`;
  return {
    ts: join(asTypeScript(own), runtimeText(modules), ": Trainer"),
    js: join(asJavaScript(own), runtimeText(modules, "js"), ""),
  };
}

function trainerValue({ needs }: TargetText, { encoders, tool }: TrainerRequest, mark: string): string {
  const own = encoders.map((name) => `${name}: ${name}Encoder`);
  if (needs === undefined && own.length === 0 && tool === undefined)
    return `{ manifest, createProgram, loadSource, mark: "${mark}" }`;
  const lines = ["manifest", needs === undefined ? "createProgram" : `createProgram: ${needs.open}`, "loadSource"];
  lines.push(`mark: "${mark}"`);
  if (tool !== undefined) lines.push(`run: ${tools[tool].run}`);
  if (own.length > 0) lines.push(`encoders: { ${own.join(", ")} }`);
  return `{\n${lines.map((line) => `  ${line},\n`).join("")}}`;
}

/** The parts that differ between trainers: head, model and typed functions. The runtime is formatted already. */
function build(request: TrainerRequest, target: TargetText): string {
  return [
    request.title
      .flatMap(comment)
      .map((line) => `// ${line}`.trimEnd())
      .join("\n"),
    section(target.title),
    `/** The facts about the experiment. */\nexport const manifest${typed(": Manifest")} = ${literal(request.manifest)};`,
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
