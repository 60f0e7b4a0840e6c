// Checks models: gives their inputs all sizes, runs their body once, and finds their outputs and unused parts.

import type { Span } from "../../base/span.ts";
import { batchSize, type Size } from "../../ir/size.ts";
import type { Expr, Model, TypeExpr } from "../../syntax/ast.ts";
import { adviseLayers } from "../advice/layers.ts";
import { networkOf } from "../advice/network.ts";
import {
  bindOptions,
  bodyValue,
  checkAlone,
  declare,
  evaluate,
  inputsOf,
  isDimension,
  optionsOf,
  resolveElement,
  sizeOf,
  wholeShape,
} from "../evaluate/index.ts";
import { type CheckedModel, dtypeOf } from "../model.ts";
import { constantEnv } from "../program/constants.ts";
import { contentsOf } from "../program/walk.ts";
import { batchWritten, isBatchName } from "../say/batchAxis.ts";
import { report, reportNeed } from "../say/report.ts";
import { sourcesOf } from "../say/trace.ts";
import { exprText, isBatched, shapeWanted } from "../say/words.ts";
import { addNode, type ModelUnderWay, newModel, newNaming } from "../state/building.ts";
import type { Env, FileScope, Session, Value } from "../state/environment.ts";
import { note } from "../state/facts.ts";
import { allOf, broken, isUnresolved, known, type Resolved, unresolvedOf } from "../state/resolved.ts";
import { emptyScope } from "../state/scope.ts";
import { langType, type Tensor } from "../state/tensor.ts";
import { int, shown } from "../state/values.ts";

/** A model after checking; `checked` is broken if it has errors. */
export interface ModelEntry {
  readonly declared: Model;
  readonly work: ModelUnderWay;
  readonly checked: Resolved<CheckedModel>;
}

/**
 * Checks a model. `fed`: the shape of the field that a training feeds each input, which binds its dimensions. `shorter`: the inputs
 * whose first axis has another size than they say.
 */
export function checkModel(
  session: Session,
  file: FileScope,
  declared: Model,
  fed: ReadonlyMap<string, readonly Size[]>,
  shorter: ReadonlyMap<string, Size> = new Map(),
): ModelEntry {
  const work = newModel();
  const env: Env = { ...constantEnv(session, file), model: work, scope: emptyScope(), naming: newNaming("") };
  const dimensions = bindDimensions(declared, fed, env);
  if (dimensions !== "bound") {
    // With an extra axis, every line would get a report.
    if (dimensions === "open") checkAlone(session, file, declared);
    return { declared, work, checked: broken };
  }
  bindOptions(declared.parameters, optionsFromSet(session, file, declared), env, {
    text: declared.name.text,
    span: declared.name.span,
    settable: true,
  });
  const inputs = inputsOf(declared.parameters).map((parameter) => {
    const value = parameter.type === undefined ? broken : modelInput(parameter, shorter, env);
    declare(env, parameter.name, "parameter", value);
    return { name: parameter.name.text, value };
  });
  const value = bodyValue(declared, env);
  const outputs = outputsOf(declared, value, env);
  // Arms that these options do not choose are still worth checking.
  if (contentsOf(declared).hasChoice) checkAlone(session, file, declared);
  if (isUnresolved(outputs) || work.errors.length > 0 || session.budget.exhausted)
    return { declared, work, checked: broken };
  reportUnreached(declared, outputs.value, inputs, env);
  const tensors = inputs.flatMap(({ name, value: input }) => (input.kind === "tensor" ? [{ name, input }] : []));
  const checked: CheckedModel = {
    name: declared.name.text,
    span: declared.name.span,
    ...(declared.doc === undefined ? {} : { doc: declared.doc }),
    inputs: tensors.map(({ name, input }) => ({ name, type: langType(input), value: input.id })),
    weights: [...work.weights.values()],
    nodes: work.nodes,
    parts: work.parts,
    outputs: outputs.value.map(({ name, tensor }) => ({
      name,
      type: langType(tensor),
      value: tensor.id,
      ...(tensor.mask === undefined ? {} : { mask: tensor.mask.id }),
    })),
  };
  if (!session.budget.exhausted) adviseLayers(networkOf(checked, work, declared.span), env);
  return { declared, work, checked: known(checked) };
}

/** Gives names in the inputs' shapes their sizes, from `--set` or a training; reports NN010 for those left open. */
function bindDimensions(
  declared: Model,
  fed: ReadonlyMap<string, readonly Size[]>,
  env: Env,
): "bound" | "open" | "misread" {
  const options = new Set(optionsOf(declared.parameters).map((parameter) => parameter.name.text));
  const known = sizesFed(declared, fed);
  let whole = true;
  let misread = false;
  for (const { name, type } of inputsOf(declared.parameters)) {
    if (type === undefined) continue;
    if (writesBatch(type, fed.get(name.text), env)) {
      misread = true;
      reportBatch(declared, name.text, type, env);
      continue;
    }
    for (const entry of type.shape ?? []) whole = bindDimension(declared, entry, known, options, env) && whole;
  }
  if (misread) return "misread";
  return whole ? "bound" : "open";
}

/** Returns the sizes of dimensions by their names. A field with another number of axes tells nothing about them. */
function sizesFed(declared: Model, fed: ReadonlyMap<string, readonly Size[]>): ReadonlyMap<string, Size> {
  const sizes = new Map<string, Size>();
  for (const { name, type } of inputsOf(declared.parameters)) {
    const field = fed.get(name.text);
    if (field?.length !== type?.shape?.length) continue;
    for (const [i, entry] of (type?.shape ?? []).entries()) {
      const size = field?.[i];
      if (entry.kind === "name" && size !== undefined && !sizes.has(entry.name)) sizes.set(entry.name, size);
    }
  }
  return sizes;
}

/** Whether the first axis is the batch: by its name, or because the field has all the others. */
function writesBatch(type: TypeExpr, field: readonly Size[] | undefined, env: Env): boolean {
  const [first, ...others] = type.shape ?? [];
  if (first === undefined || others.length === 0) return false;
  const open = first.kind === "placeholder" || isDimension(first, env);
  return open && !isSet(first, env) && (isBatchName(first) || field?.length === others.length);
}

const isSet = (entry: Expr, env: Env): boolean => entry.kind === "name" && env.session.set.has(entry.name);

function reportBatch(declared: Model, name: string, type: TypeExpr, env: Env): void {
  const entries = type.shape ?? [];
  report(env, {
    code: "NN101",
    span: entries[0]?.span ?? type.span,
    what: { kind: "modelInput", name, of: declared.name.text },
    expected: shapeWanted(entries.slice(1)),
    actual: `[${entries.map(exprText).join(", ")}]`,
    axes: entries.length,
    ...batchWritten(type, entries.length - 1),
  });
}

/** Declares the dimension that an entry of a shape names, if there is one; false after a report. */
function bindDimension(
  declared: Model,
  entry: Expr,
  known: ReadonlyMap<string, Size>,
  options: ReadonlySet<string>,
  env: Env,
): boolean {
  const owner = { kind: "input" as const, of: declared.name.text };
  if (entry.kind === "placeholder") {
    reportNeed(env, declared.name.text, { code: "NN010", span: entry.span, owner, missing: "axisSize" });
    return false;
  }
  if (!isDimension(entry, env) || options.has(entry.name)) return true;
  const given = env.session.set.get(entry.name);
  const value = given === undefined ? undefined : evaluate(given, constantEnv(env.session, env.file));
  if (given !== undefined && value !== undefined && value.kind !== "int") {
    if (!isUnresolved(value))
      report(env, { code: "NN009", span: given.span, what: "axis", expected: "integer", actual: shown(value) });
    return false;
  }
  const size = value?.kind === "int" ? value.size : known.get(entry.name);
  if (size !== undefined) {
    declare(env, { text: entry.name, span: entry.span }, "dimension", int(size));
    return true;
  }
  const missing = { kind: "dimension", name: entry.name } as const;
  reportNeed(env, declared.name.text, { code: "NN010", span: entry.span, owner, missing });
  return false;
}

function optionsFromSet(session: Session, file: FileScope, declared: Model) {
  const env = constantEnv(session, file);
  const given = new Map<string, { expr: Parameters<typeof evaluate>[0]; env: Env }>();
  for (const { name } of optionsOf(declared.parameters)) {
    const expr = session.set.get(name.text);
    if (expr !== undefined) given.set(name.text, { expr, env });
  }
  return given;
}

function modelInput(parameter: Model["parameters"][number], shorter: ReadonlyMap<string, Size>, env: Env): Value {
  const { type } = parameter;
  const name = parameter.name.text;
  if (type === undefined) return broken;
  const element = resolveElement(type, env);
  const sizes = (type.shape ?? []).map((entry) => sizeOf(entry, env, "axis"));
  const shape = wholeShape(allOf(sizes), type.span, env);
  if (isUnresolved(element) || isUnresolved(shape)) return unresolvedOf([element, shape]) ?? broken;
  const axes = shape.value.map((size, axis) => (axis === 0 ? (shorter.get(name) ?? size) : size));
  const tensorType = { dtype: dtypeOf(element.value), shape: [batchSize, ...axes] };
  const tensor = addNode(env.model, tensorType, parameter.name.span, { kind: "input", name }, element.value);
  note(env.session, { kind: "shape", span: parameter.name.span, inputs: [], output: langType(tensor) });
  return { ...tensor, axes: (type.shape ?? []).map((entry) => (entry.kind === "name" ? entry.name : undefined)) };
}

interface Output {
  readonly name: string;
  readonly tensor: Tensor;
}

function outputsOf(declared: Model, value: Value, env: Env): Resolved<readonly Output[]> {
  if (isUnresolved(value)) return value;
  const entries =
    value.kind === "record"
      ? [...value.entries].map(([name, entry]) => ({ name, ...entry }))
      : [{ name: "output", value, span: declared.name.span }];
  return allOf(entries.map((entry) => outputOf(declared, entry, env)));
}

function outputOf(
  declared: Model,
  { name, value, span }: { readonly name: string; readonly value: Value; readonly span: Span },
  env: Env,
): Resolved<Output> {
  const what = { kind: "result", of: declared.name.text } as const;
  if (isUnresolved(value)) return value;
  if (value.kind !== "tensor")
    return report(env, {
      code: "NN009",
      span,
      what,
      expected: "tensorOrRecord",
      actual: shown(value),
    });
  if (isBatched(value.type)) return known({ name, tensor: value });
  return report(env, {
    code: "NN009",
    span,
    what,
    expected: "batchedResult",
    actual: "batchless",
  });
}

/** Reports NN116 for inputs and lines that the outputs do not depend on. */
function reportUnreached(
  declared: Model,
  outputs: readonly Output[],
  inputs: readonly { readonly name: string; readonly value: Value }[],
  env: Env,
): void {
  const reached = sourcesOf(
    env.model,
    outputs.flatMap(({ tensor: { id, mask } }) => (mask === undefined ? [id] : [id, mask.id])),
  );
  const key = (span: { readonly file: string; readonly start: number }): string => `${span.start} ${span.file}`;
  const { statements } = env.model;
  // A line of a block may reach the result in one use and not in another: only one that never does is worth a report.
  const used = new Set(statements.filter(({ id }) => reached.has(id)).map(({ span }) => key(span)));
  const lost = statements.filter(({ span }) => !used.has(key(span)));
  for (const { span, text } of lost) report(env, { code: "NN116", span, what: text, kind: "statement" });
  // An input that only such a line reads is lost with the line.
  const read = sourcesOf(
    env.model,
    lost.map(({ id }) => id),
  );
  for (const [i, { name, value }] of inputs.entries()) {
    const span = inputsOf(declared.parameters)[i]?.name.span;
    if (value.kind === "tensor" && span !== undefined && !reached.has(value.id) && !read.has(value.id))
      report(env, { code: "NN116", span, what: name, kind: "input" });
  }
}
