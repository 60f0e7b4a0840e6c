// A trainer as text, whatever the target: the program, the runtime as it is, and the few lines that join them. ts-morph
// builds and formats what is no kernel; kernels are printed as it would format them, for they are long and it is slow.

import { IndentationText, Project, QuoteKind, type SourceFile } from "ts-morph";
import type { LoopProgram } from "../ir/loops.ts";
import { eraseTypes } from "./erase.ts";
import { comment, type Literal, literal } from "./literal.ts";
import type { Place } from "./programText.ts";
import { runtimeRoots, runtimeText } from "./runtime.ts";

export interface TrainerRequest {
  readonly program: LoopProgram;
  /** The manifest of runtime/core/program.ts, as a value to write. */
  readonly manifest: Literal;
  /** Only arithmetic that is the same on every machine. */
  readonly strictMath: boolean;
  /** The name of the data source: which reader goes into the trainer. */
  readonly source: string;
  readonly place: Place;
  /** Lines for the head of the file: what it is and where it comes from. */
  readonly title: readonly string[];
  /** Names of the model's inputs and outputs with the numbers a sample has, for the typed functions. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** What a target makes of the program. */
export interface TargetText {
  /** `function createProgram(…): Program { … }` with what it needs, and the title of its part of the file. */
  readonly title: string;
  readonly program: string;
  /** Modules of the runtime that it calls. */
  readonly modules: readonly string[];
  /** Whether `createProgram` takes options. */
  readonly hasOptions: boolean;
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
  const data = target.data === undefined ? "" : `${section(target.data.title)}\n\n${target.data.text}\n\n`;
  const join = (head: string, runtime: string): string =>
    `${head.trimEnd()}\n\n${section("The runtime: data, training loop, command line; the same in every trainer")}\n\n${runtime}\n\n${data}` +
    "await runWhenMain(import.meta.url, manifest, createProgram, loadSource);\n";
  return { ts: join(own, runtimeText(modules)), js: join(eraseTypes(own), runtimeText(modules, "js")) };
}

/** Head, model and functions for programs: all that is this trainer's own. The runtime is formatted already. */
function build(request: TrainerRequest, target: TargetText): string {
  return [
    request.title
      .flatMap(comment)
      .map((line) => `// ${line}`.trimEnd())
      .join("\n"),
    section(target.title),
    `/** What is known of the experiment. */\nexport const manifest: Manifest = ${literal(request.manifest)};`,
    target.program.trim(),
    functionsText(request, target),
  ].join("\n\n");
}

function functionsText(request: TrainerRequest, target: TargetText): string {
  const project = new Project({
    useInMemoryFileSystem: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces, quoteKind: QuoteKind.Double },
  });
  const head = section("For programs: import { createModel } from this file");
  const file = project.createSourceFile("functions.ts", `${head}\n`);
  addFunctions(file, request, target);
  file.formatText({ indentSize: 2, ensureNewLineAtEndOfFile: true });
  return file.getFullText();
}

const section = (title: string): string =>
  `// ${"─".repeat(3)} ${title} ${"─".repeat(Math.max(3, 100 - title.length))}`;

/** Typed functions over the model of runtime/core/api.ts. */
function addFunctions(file: SourceFile, { inputs, outputs }: TrainerRequest, { hasOptions }: TargetText): void {
  const fields = (list: TrainerRequest["inputs"], type: string): string =>
    `{ ${list.map(({ name, shape }) => `readonly ${literal(name)}: ${type} /* ${["samples", ...shape].join(" × ")} */`).join("; ")} }`;
  // All at once: each addition reads the file again.
  file.addFunctions([
    {
      name: "createModel",
      isExported: true,
      parameters: [
        { name: "seed?", type: "number" },
        ...(hasOptions ? [{ name: "options?", type: "ProgramOptions" }] : []),
      ],
      returnType: "Model",
      statements: `return modelFrom(createProgram, seed${hasOptions ? ", options" : ""});`,
      docs: ["A model with memory of its own, initialized: train it, predict with it, load and save its weights."],
    },
    {
      name: "predict",
      isExported: true,
      parameters: [
        { name: "model", type: "Model" },
        { name: "inputs", type: fields(inputs, "ArrayLike<number>") },
        { name: "samples", type: "number" },
      ],
      returnType: fields(outputs, "Numbers"),
      statements: `return model.predict(inputs, samples) as ${fields(outputs, "Numbers")};`,
      docs: [
        "What the model says about samples that lie one after another in each input. Throws RunError where sizes do not fit.",
      ],
    },
    {
      name: "train",
      isExported: true,
      isAsync: true,
      parameters: [
        { name: "model", type: "Model" },
        { name: "data", type: "Dataset" },
        { name: "options", type: "TrainOptions", initializer: "{}" },
        { name: "events", type: "TrainEvents", initializer: "{}" },
      ],
      returnType: "Promise<History>",
      statements: "return model.train(data, options, events);",
      docs: ["Trains from the present weights and returns the metrics of each epoch. Throws RunError."],
    },
  ]);
}
