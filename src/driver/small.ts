// Texts and trained weights → a small predictor: the forward pass of a model alone, with what the training learned of the data.

import { CompilerBug } from "../base/compilerBug.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { LoopProgram } from "../ir/loops.ts";
import type { DType } from "../ir/types.ts";
import { outputForm } from "../lower/head.ts";
import type { LowerRequest } from "../lower/lower.ts";
import { asLearned, type Learned } from "../runtime/core/encode.ts";
import { RunError } from "../runtime/core/error.ts";
import { meaningOfTarget } from "../runtime/core/predictions.ts";
import type { PredictorFacts, PredictorInput, PredictorOutput } from "../runtime/core/predictor.ts";
import type { ColumnInfo } from "../runtime/core/program.ts";
import { expectedText } from "../runtime/core/values.ts";
import { learnedFrom } from "../runtime/core/weightsFile.ts";
import { writingIn } from "../runtime/core/writing.ts";
import type { PredictorField, PredictorRequest } from "../targets/predictor.ts";
import { batchOf, checkChosen, isReady, requested } from "./choice.ts";
import { type CheckResult, type CompileOptions, type Sources, targetNames } from "./options.ts";
import { predictorOf } from "./predictor.ts";
import { beyondMemory, type LoopTarget, scheduled, targetNamed } from "./targets.ts";
import { asLiteral, columnsOf, fileName, inputsOf, sampleShape, type TrainedRequest, typeOf } from "./trainer.ts";
import { withoutTraining } from "./untrained.ts";
import { placedWeights, weightBytes } from "./weightBytes.ts";
import { fitWeights, type WeightFile } from "./weights.ts";

export interface SmallOptions
  extends Pick<CompileOptions, "training" | "set" | "batch" | "target" | "strictMath" | "winograd"> {
  /** The trained weights; a model without weights needs none. */
  readonly weights?: WeightFile & { readonly metadata: ReadonlyMap<string, string> };
  /** Whether the weights are a file of their own. */
  readonly beside: boolean;
  /** Whether each weight has two bytes in place of four. */
  readonly half: boolean;
}

/** The files by name; none if there are errors, or a problem with the weights. */
export interface SmallResult extends CheckResult {
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** What is wrong with what the training learned. */
  readonly problem?: string;
  /** Whether weights are needed, and there are none. */
  readonly untrained?: true;
  /** The weight with a number that 16 bits cannot hold. */
  readonly beyond?: string;
}

type Made =
  | { readonly files: SmallResult["files"] }
  | { readonly diagnostic: Diagnostic }
  | { readonly untrained: true }
  | { readonly beyond: string };

/** What a model without weights has of a training. */
const nothingLearned = { name: "", tensors: new Map(), metadata: new Map() };

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Returns the names of columns in a row: of the field, where it is all that the field reads and no other field reads it. */
function keysOf(columns: readonly ColumnInfo[], { dataset: { fields } }: TrainedRequest): ReadonlyMap<string, string> {
  const keys = columns.map(({ name }) => {
    const owners = fields.filter((field) => field.columns.some((column) => column.name === name));
    const [owner] = owners;
    return owners.length === 1 && owner?.columns.length === 1 ? owner.name : name;
  });
  const unique = new Set(keys).size === keys.length;
  return new Map(columns.map(({ name }, i) => [name, unique ? (keys[i] ?? name) : name]));
}

interface Input extends Omit<PredictorInput, "at"> {
  readonly field: PredictorField;
}

function inputOf(column: ColumnInfo, key: string, learned: Learned, windows: boolean): Input {
  const { shape, from = [], encoder } = column;
  const count = product(shape);
  const text = encoder !== undefined && encoder.numbers !== true;
  const side = !text && !windows && count > 1 && from.length === count;
  const takes = text ? "text" : side ? "record" : count === 1 ? "number" : "numbers";
  const own: ColumnInfo = encoder === undefined ? column : { name: column.name, dtype: "f32", shape };
  const types = {
    text: "string",
    number: "number",
    numbers: "ArrayLike<number>",
    record: `{ ${from.map((name) => `readonly ${JSON.stringify(name)}: number`).join("; ")} }`,
  };
  const each = expectedText(own);
  const docs = {
    text: "A text.",
    number: `It is ${each}.`,
    numbers: `${shape.join(" × ")} numbers in a row; each is ${each}.`,
    record: `Each is ${each}.`,
  };
  return {
    key,
    takes,
    ...(side ? { names: from } : {}),
    column,
    ...(encoder === undefined
      ? {}
      : {
          encoder: {
            module: encoder.module,
            options: encoder.options,
            learned: learned[column.name] ?? [],
            elements: windows && !text ? product(shape.slice(1)) : count,
          },
        }),
    field: { key, type: types[takes], doc: docs[takes] },
  };
}

interface Output extends Omit<PredictorOutput, "at"> {
  /** Its name in the model. */
  readonly name: string;
  readonly field: PredictorField;
}

const storedAs = (dtype: DType): ColumnInfo["dtype"] => (dtype === "f32" || dtype === "u8" ? dtype : "i32");

function outputsOf({ model, meanings = [] }: TrainedRequest, learned: Learned): readonly Output[] {
  return model.outputs.map(({ name, value }) => {
    const meaning = meanings.find(({ output }) => output === name);
    const type = typeOf(model, value);
    const shape = sampleShape(type);
    const elements = product(shape);
    const dtype = storedAs(type.dtype);
    const { labels, scale } = meaning === undefined ? {} : meaningOfTarget(meaning, learned);
    const key = meaning?.name ?? name;
    const base = { name, key, dtype, elements };
    if (meaning?.classes !== undefined && elements === meaning.classes && elements > 1) {
      const numbers = outputForm(model.nodes[value]) === undefined ? "scores" : "probabilities";
      const label = labels === undefined ? "number" : labels.map((text) => JSON.stringify(text)).join(" | ");
      const list = labels === undefined ? "readonly number[]" : `Readonly<Record<${label}, number>>`;
      const said = { key, type: `{ readonly label: ${label}; readonly ${numbers}: ${list} }`, doc: "The class." };
      return { ...base, numbers, ...(labels === undefined ? {} : { labels }), field: said };
    }
    const array = dtype === "f32" ? "Float32Array" : dtype === "u8" ? "Uint8Array" : "Int32Array";
    const doc = elements === 1 ? "A number." : `${shape.join(" × ")} numbers in a row.`;
    const field = { key, type: elements === 1 ? "number" : array, doc };
    return { ...base, ...(scale === undefined ? {} : { scale }), field };
  });
}

/** The answer of a model that writes. */
const generatedField: PredictorField = { key: "generated", type: "string", doc: "The text that the model writes." };

/** How the model writes texts, and the numbers of that output in a row; undefined where it writes none. */
function textsOf({ model, meanings = [] }: TrainedRequest, inputs: readonly ColumnInfo[]) {
  const outputs = model.outputs.map(({ name, value }) => ({ name, shape: sampleShape(typeOf(model, value)) }));
  const writing = writingIn({ inputs, outputs, meanings });
  if (writing === undefined) return undefined;
  return { ...writing, length: product(outputs.find(({ name }) => name === writing.output)?.shape ?? []) };
}

type Named = readonly { readonly name: string; readonly buffer: string }[];

/** Returns the function that says where one of these inputs or outputs lies, in bytes. */
const offsets =
  ({ buffers }: LoopProgram) =>
  (list: Named, name: string): number => {
    const buffer = buffers.find((each) => each.name === list.find((one) => one.name === name)?.buffer);
    if (buffer === undefined) throw new CompilerBug(`the forward pass has no '${name}'`);
    return buffer.offset;
  };

async function write(request: LowerRequest, target: LoopTarget, options: SmallOptions, entry: string): Promise<Made> {
  const { model } = request;
  const { weights: given = nothingLearned, beside, half } = options;
  const learned = learnedFrom(given.metadata, given.name);
  const asked = predictorOf(request, options) ?? withoutTraining(request, options);
  const { lower } = await import("../lower/lower.ts");
  const ops = lower(asked);
  const fitted = fitWeights(ops.slots, given);
  const own = asked.rows !== undefined ? columnsOf(asked.dataset.fields) : inputsOf(model);
  const isLearned = [...own, ...(asked.meanings ?? [])].some(({ encoder }) => encoder !== undefined);
  if (options.weights === undefined && ("misfit" in fitted || isLearned)) return { untrained: true };
  if ("misfit" in fitted)
    return {
      diagnostic: diagnose({ code: "NN503", span: model.span, file: given.name, model: model.name, ...fitted.misfit }),
    };
  // Columns first: weights of another program do not know them.
  const columns = asked.rows !== undefined ? asLearned(own, learned, given.name) : own;
  const predict = { slots: ops.slots, programs: ops.programs.filter(({ name }) => name === "predict") };
  const { loops } = await scheduled(predict, target, batchOf(request, options), { ...options, strictMath: true });
  const beyond = beyondMemory(loops, target, model.span);
  if (beyond !== undefined) return { diagnostic: beyond };
  const weights = placedWeights(loops, fitted.weights);
  const bytes = weightBytes(weights, half);
  if ("beyond" in bytes) return bytes;
  const said = factsOf(asked, columns, loops, learned);
  const small: PredictorRequest = {
    program: loops,
    title: `${fileName(entry)}: predicts with ${model.name}. Made by nnc for target ${options.target}; do not edit.`,
    facts: asLiteral({
      batch: loops.batch,
      ...said.facts,
      weights: weights.map(({ at, values }) => [at, values.length]),
      half,
      ...(beside ? { hash: bytes.hash } : {}),
    }),
    ...{
      encoders: said.encoders,
      writes: said.facts.writing !== undefined,
      inputs: said.inputs,
      outputs: said.outputs,
    },
    weights: bytes.bytes,
    ...{ beside, half },
  };
  const { predictorFiles } = await import("../targets/predictor.ts");
  return { files: predictorFiles(small, await target.predictor(loops)) };
}

/** What the module knows of rows and answers, and their types. */
function factsOf(asked: TrainedRequest, columns: readonly ColumnInfo[], loops: LoopProgram, learned: Learned) {
  const [pass] = loops.functions;
  const placeOf = offsets(loops);
  const keys = keysOf(columns, asked);
  const windows = asked.dataset.source.options.window !== undefined;
  const inputAt = (column: ColumnInfo): Input =>
    inputOf(column, keys.get(column.name) ?? column.name, learned, windows);
  const placed = ({ field: _, ...input }: Input): PredictorInput => ({
    ...input,
    at: placeOf(pass?.inputs ?? [], input.column.name),
  });
  const writing = textsOf(asked, columns);
  // An input that the forward pass does not read has no place in it.
  const read = new Set(pass?.inputs.map(({ name }) => name));
  const inputs = columns.filter(({ name }) => read.has(name) && name !== writing?.soFar.name).map(inputAt);
  const soFar = writing === undefined ? [] : [inputAt(writing.soFar)];
  const outputs = writing === undefined ? outputsOf(asked, learned) : [];
  const facts: Pick<PredictorFacts, "inputs" | "outputs" | "writing"> = {
    inputs: inputs.map(placed),
    outputs: outputs.map(({ field: _, name, ...output }) => ({ ...output, at: placeOf(pass?.outputs ?? [], name) })),
    ...(writing === undefined
      ? {}
      : {
          writing: {
            soFar: placed(inputAt(writing.soFar)),
            output: { at: placeOf(pass?.outputs ?? [], writing.output), length: writing.length },
            ...{ steps: writing.steps, classes: writing.classes },
          },
        }),
  };
  return {
    facts,
    encoders: [...new Set([...inputs, ...soFar].flatMap(({ encoder }) => encoder?.module ?? []))],
    inputs: inputs.map(({ field }) => field),
    outputs: writing === undefined ? outputs.map(({ field }) => field) : [generatedField],
  };
}

/** Compiles a small predictor. Never throws because of the content of a text or of a weights file. */
export async function compileSmall(sources: Sources, options: SmallOptions): Promise<SmallResult> {
  const checked = checkChosen(sources, options);
  const { diagnostics, missing, unread = [] } = checked;
  const none: SmallResult = { diagnostics, missing, unread, files: new Map() };
  if (!isReady(sources, checked)) return none;
  const found = await requested(checked, sources.entry, options);
  if ("diagnostic" in found) return { ...none, diagnostics: [...diagnostics, found.diagnostic] };
  const target = targetNamed(options.target);
  if (target?.kind !== "loops")
    throw new CompilerBug(`target ${options.target} of ${targetNames.join()} has no predictor`);
  try {
    const made = await write(found.request, target, options, sources.entry);
    if ("diagnostic" in made) return { ...none, diagnostics: [...diagnostics, made.diagnostic] };
    return { ...none, ...made };
  } catch (error) {
    if (error instanceof RunError) return { ...none, problem: error.message };
    throw error;
  }
}
