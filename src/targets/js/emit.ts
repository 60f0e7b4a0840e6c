// A trainer for target `js`: the program as text, the runtime as it is, and the few lines that join them. ts-morph builds
// and formats the TypeScript; TypeScript itself makes the JavaScript.

import { IndentationText, Project, QuoteKind, ts } from "ts-morph";
import type { LoopProgram } from "../../ir/loops.ts";
import { comment, type Literal } from "../literal.ts";
import { runtimeRoots, runtimeText } from "../runtime.ts";
import { type Place, programText } from "./program.ts";

export interface TrainerRequest {
  readonly program: LoopProgram;
  /** The manifest of runtime/core/program.ts, as a value to write. */
  readonly manifest: Literal;
  /** The name of the data source: which reader goes into the trainer. */
  readonly source: string;
  readonly place: Place;
  /** Lines for the head of the file: what it is and where it comes from. */
  readonly title: readonly string[];
  /** Names of the model's inputs and outputs with the numbers a sample has, for the typed functions. */
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly outputs: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** `train.ts` and its transpiled `train.js`; undefined where the runtime has no reader for the source. */
export function emitTrainer(request: TrainerRequest): { readonly ts: string; readonly js: string } | undefined {
  const roots = runtimeRoots(request.source);
  if (roots === undefined) return undefined;
  const program = programText(request.program, request.manifest, request.place);
  const runtime = runtimeText(program.usesRandom ? [...roots, "core/threefry"] : roots);
  const project = new Project({
    useInMemoryFileSystem: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, strict: true },
    manipulationSettings: { indentationText: IndentationText.TwoSpaces, quoteKind: QuoteKind.Double },
  });
  const file = project.createSourceFile("train.ts", (writer) => {
    for (const line of request.title.flatMap(comment)) writer.writeLine(`// ${line}`.trimEnd());
    writer.blankLine();
    writer.writeLine(section("The model: one function for each kernel"));
    writer.blankLine();
    writer.write(program.text);
    writer.blankLine();
    writer.writeLine(section("For programs: import { createModel } from this file"));
    writer.blankLine();
    writer.write(api(request));
    writer.blankLine();
    writer.writeLine(section("The runtime: data, training loop, command line; the same in every trainer"));
    writer.blankLine();
    writer.write(runtime);
    writer.blankLine();
    writer.writeLine("await runWhenMain(import.meta.url, createProgram, loadSource);");
  });
  file.formatText({ indentSize: 2, ensureNewLineAtEndOfFile: true });
  const text = file.getFullText();
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, removeComments: false },
    fileName: "train.ts",
  });
  return { ts: text, js: outputText };
}

const section = (title: string): string => `// ${"─".repeat(3)} ${title} ${"─".repeat(Math.max(3, 100 - title.length))}`;

/** Typed functions over the model of runtime/core/api.ts. */
function api(_request: TrainerRequest): string {
  return [
    "/** A model of its own, initialized: train it, predict with it, load and save its weights. */",
    "export const createModel = (seed?: number): Model => modelFrom(createProgram, seed);",
    "",
  ].join("\n");
}
