// A trained model → the files of its trainer: the manifest, with all that the runtime must know of the experiment, the
// origins of kernels, and the target's text. Loads only to compile something.

import { CompilerBug } from "../base/compilerBug.ts";
import { type LineIndex, lineIndex } from "../base/lineIndex.ts";
import type {
  Bucket,
  CheckedDataset,
  CheckedModel,
  CheckedTraining,
  DataField,
  LangType,
  Stopping,
} from "../check/model.ts";
import { diagnose } from "../diagnostics/catalogue.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { extents, type TensorType } from "../ir/types.ts";
import { type LowerRequest, lower, type OpModule } from "../lower/lower.ts";
import { probeOutputs } from "../lower/probe.ts";
import { rateTest } from "../ops/rateTest.ts";
import type { ColumnInfo, Manifest } from "../runtime/core/program.ts";
import type { Literal } from "../targets/literal.ts";
import type { TrainerFiles, TrainerRequest } from "../targets/trainer.ts";
import { type CompileOptions, type Sources, type ToolName, targetNames } from "./options.ts";
import { withParts } from "./parts.ts";
import { beyondMemory, primOptions, scheduled, type Target, targetNamed } from "./targets.ts";

export interface TrainedRequest extends LowerRequest {
  readonly training: CheckedTraining;
  readonly dataset: CheckedDataset;
  /** What the numbers of outputs mean, for a predictor. */
  readonly meanings?: Manifest["meanings"];
  readonly tool?: ToolName;
}

export const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/** Returns the sizes of one sample as numbers. */
export function sampleShape(type: TensorType): readonly number[] {
  const sizes = extents(type.shape, 1);
  return typeof type.shape[0] === "object" ? sizes.slice(1) : sizes;
}

export const columnDType = ({ dtype }: TensorType): ColumnInfo["dtype"] =>
  dtype === "u8" || dtype === "f32" ? dtype : "i32";

/** Returns the bound of classes or tokens: whole numbers below their count. */
const boundOf = ({ element }: LangType): Pick<ColumnInfo, "classes" | "tokens"> => {
  if ((element.kind !== "class" && element.kind !== "token") || typeof element.count !== "number") return {};
  return { classes: element.count, ...(element.kind === "token" ? { tokens: true } : {}) };
};

/**
 * Returns the columns that the fields read, each once. A field of classes or tokens bounds the values of its column, however it
 * moves them: nothing computes other classes.
 */
export function columnsOf(fields: readonly DataField[]): readonly ColumnInfo[] {
  const columns = new Map<string, ColumnInfo>();
  for (const field of fields)
    for (const { name, type, from, except, ahead, encoder } of field.columns) {
      const plain = from.length === 1 && from[0] === name;
      columns.set(name, {
        ...columns.get(name),
        ...{ name, dtype: columnDType(type), shape: sampleShape(type) },
        ...boundOf(field.type),
        ...(plain ? {} : { from }),
        ...(except === undefined ? {} : { except }),
        ...(ahead === undefined ? {} : { ahead }),
        ...(encoder === undefined ? {} : { encoder }),
      });
    }
  return [...columns.values()];
}

export function typeOf(model: CheckedModel, value: number): TensorType {
  const node = model.nodes[value];
  if (node === undefined) throw new CompilerBug(`model ${model.name} has no value ${value}`);
  return node.type;
}

/** A result of the program `metrics`. */
interface Result {
  readonly name: string;
  readonly shape: readonly number[];
}

function resultsOf(ops: OpModule): readonly Result[] {
  const graph = ops.programs.find((program) => program.name === "metrics");
  const shapes = new Map(graph?.nodes.map(({ id, type }) => [id, extents(type.shape, 1)]));
  return (graph?.outputs ?? []).map(({ name, value }) => ({ name, shape: shapes.get(value) ?? [] }));
}

export const inputsOf = (model: CheckedModel): readonly ColumnInfo[] =>
  model.inputs.map(({ name, value, type: declared }) => {
    const type = typeOf(model, value);
    return { name, dtype: columnDType(type), shape: sampleShape(type), ...boundOf(declared) };
  });

/** Returns the rule of stopping with the place of its result among those of the program. */
function stoppingOf({ name, ...rule }: Stopping, metrics: readonly Result[]): NonNullable<Manifest["stopping"]> {
  const metric = metrics.findIndex((result) => result.name === name);
  if (metric < 0) throw new CompilerBug(`the training does not report '${name}'`);
  return { metric, ...rule };
}

/** Returns the paths of the weights of layers of which no step trains any: beside a weight that trains, the others are statistics. */
function frozenIn({ weights }: CheckedModel, { steps }: CheckedTraining): readonly string[] {
  const layerOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/"))) || path;
  const trained = new Set(steps.flatMap(({ groups }) => groups.flatMap((group) => group.weights.map(layerOf))));
  return weights.filter(({ path }) => !trained.has(layerOf(path))).map(({ path }) => path);
}

/** Returns the outputs of `predict`; for a probe, also the values that it looks at. */
function outputsOf(
  { model }: TrainedRequest,
  { probed }: OpModule,
  place: TrainerRequest["place"],
): Pick<Manifest, "outputs" | "probed"> {
  if (probed === undefined)
    return { outputs: model.outputs.map(({ name, value }) => ({ name, shape: sampleShape(typeOf(model, value)) })) };
  return {
    outputs: probeOutputs.map((name) => ({ name, shape: [probed.length] })),
    probed: probed.map(({ name, span, what }) => ({ name, what, place: place({ span }) ?? name })),
  };
}

function manifestOf(
  request: TrainedRequest,
  ops: OpModule,
  { entry: file, ...sources }: Sources,
  made: Pick<Manifest, "target" | "threads" | "strictMath" | "winograd">,
): Manifest {
  const { model, training, dataset } = request;
  const metrics = resultsOf(ops);
  const place = placer({ entry: file, ...sources });
  return {
    file: fileName(file),
    model: model.name,
    dataset: dataset.name,
    ...made,
    source: { name: dataset.source.name, options: dataset.source.options },
    columns: columnsOf(dataset.fields),
    inputs: request.rows === undefined ? inputsOf(model) : columnsOf(request.rows.fields),
    ...(request.meanings === undefined ? {} : { meanings: request.meanings }),
    ...outputsOf(request, ops, place),
    metrics: metrics.map(({ name }) => name),
    ...(metrics.some(({ shape }) => shape.length > 0) ? { metricShapes: metrics.map(({ shape }) => shape) } : {}),
    split: dataset.split,
    ...(request.tool === "rates" ? { rates: rateTest } : {}),
    ...(training.stopping === undefined ? {} : { stopping: stoppingOf(training.stopping, metrics) }),
    ...(training.begin === undefined ? {} : { begin: { file: training.begin, frozen: frozenIn(model, training) } }),
    batch: training.batch,
    ...(training.buckets === undefined ? {} : { buckets: training.buckets.map((one) => bucketColumns(one, dataset)) }),
    epochs: training.epochs,
    seed: training.seed,
    parameters: model.weights.reduce((sum, { shape }) => sum + extents(shape, 1).reduce((a, b) => a * b, 1), 0),
  };
}

/** Returns the steps of each column that is shorter in a bucket: the most that a field there reads of it. */
function bucketColumns({ lengths }: Bucket, { fields }: CheckedDataset): Readonly<Record<string, number>> {
  const steps = new Map<string, number>();
  for (const { field, steps: count } of lengths)
    for (const { name } of fields.find((one) => one.name === field)?.columns ?? [])
      steps.set(name, Math.max(count, steps.get(name) ?? 0));
  return Object.fromEntries(steps);
}

/** Turns a manifest into a value that a target can write. */
export function asLiteral(value: unknown): Literal {
  if (value === null || ["string", "number", "boolean", "undefined"].includes(typeof value)) return value as Literal;
  if (Array.isArray(value)) return value.map(asLiteral);
  if (typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asLiteral(item)]));
  throw new CompilerBug(`a ${typeof value} in the manifest`);
}

const longestText = 70;

/** Returns the origin of a kernel in the program: `mnist.nn:9  Conv2D(32, 3x3, relu)`. */
function placer({ texts }: Sources): TrainerRequest["place"] {
  const indices = new Map<string, LineIndex>();
  return ({ span }) => {
    const text = span === undefined ? undefined : texts.get(span.file);
    if (span === undefined || text === undefined) return undefined;
    const index = indices.get(span.file) ?? lineIndex(text);
    indices.set(span.file, index);
    const written = text.slice(span.start, span.end).replace(/\s+/g, " ");
    const short = written.length > longestText ? `${written.slice(0, longestText - 1)}…` : written;
    return `${fileName(span.file)}:${index.position(span.start).line}  ${short}`;
  };
}

const purposeOf = ({ model, dataset }: Manifest): string =>
  dataset === "" ? `predicts with ${model}` : `trains ${model} on ${dataset}`;

/** Returns the description of the trainer that every target gets. */
function common(
  sources: Sources,
  request: TrainedRequest,
  ops: OpModule,
  target: Target,
  options: Pick<CompileOptions, "target" | "strictMath" | "winograd">,
): TrainerRequest {
  const { target: name, strictMath = false } = options;
  const manifest = manifestOf(request, ops, sources, {
    target: name,
    threads: target.threads,
    strictMath,
    winograd: target.kind === "loops" && primOptions(target, options).winograd === true,
  });
  const strict = strictMath ? " with --strict-math" : "";
  return {
    manifest: asLiteral(manifest),
    strictMath,
    ...(manifest.meanings === undefined ? {} : { tool: "predict" }),
    ...(request.tool === undefined ? {} : { tool: request.tool }),
    source: manifest.source.name,
    encoders: [
      ...new Set(
        [...manifest.columns, ...manifest.inputs, ...(manifest.meanings ?? [])].flatMap(({ encoder }) =>
          encoder === undefined ? [] : [encoder.module],
        ),
      ),
    ],
    place: placer(sources),
    title: [
      `${manifest.file}: ${purposeOf(manifest)}. Made by nnc for target ${name}${strict}; do not edit.`,
      target.kind === "calls" ? "Needs TensorFlow.js: node train.js --help" : "Runs by itself: node train.js --help",
    ],
    inputs: manifest.inputs,
    outputs: manifest.outputs,
  };
}

/** Returns the trainer of a target; a diagnostic if it needs more memory than the target has. */
async function made(
  request: TrainedRequest,
  shared: TrainerRequest,
  ops: OpModule,
  target: Target,
  options: Pick<CompileOptions, "target" | "strictMath" | "winograd">,
): Promise<TrainerFiles | Diagnostic | undefined> {
  const { batch, span } = request.training;
  if (target.kind === "calls") {
    const { toWholePrims } = await import("../passes/index.ts");
    return target.emit({ ...shared, primitives: toWholePrims(ops), batch });
  }
  const { loops } = await scheduled(ops, target, batch, options);
  const whole = request.tool === "profile" ? withParts(loops, shared.place) : { program: loops };
  return beyondMemory(loops, target, span) ?? target.emit({ ...shared, ...whole });
}

/** Returns the files of the trainer's folder by name, or a diagnostic if the target cannot make a trainer. */
export async function emitTrainer(
  sources: Sources,
  request: TrainedRequest,
  options: Pick<CompileOptions, "target" | "strictMath" | "winograd">,
): Promise<{ readonly outputs: ReadonlyMap<string, string>; readonly diagnostics: readonly Diagnostic[] }> {
  const refused = (diagnostic: Diagnostic) => ({ outputs: new Map<string, string>(), diagnostics: [diagnostic] });
  const { span } = request.training;
  const { target: name } = options;
  const target = targetNamed(name);
  if (target === undefined)
    return refused(diagnose({ code: "NN002", span, what: "target", name, nearest: [...targetNames] }));
  const ops = lower(request);
  const shared = common(sources, request, ops, target, options);
  const trainer = await made(request, shared, ops, target, options);
  if (trainer !== undefined && "code" in trainer) return refused(trainer);
  if (trainer === undefined) throw new Error(`the runtime has no reader for the source '${shared.source}'`);
  const description = `${JSON.stringify({ type: "module" }, undefined, 2)}\n`;
  const outputs = new Map([
    ["package.json", description],
    ["train.ts", trainer.ts],
    ["train.js", trainer.js],
  ]);
  return { outputs, diagnostics: [] };
}
