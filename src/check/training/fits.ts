// Checks the output of a model against the target of its data, by the loss and the metrics that compare them: NN205 to
// NN209, and NN103 if a missing Flatten is the cause.

import type { Span } from "../../base/span.ts";
import { write, writeBefore } from "../../diagnostics/catalogue/fixes.ts";
import type { MetricActual } from "../../diagnostics/catalogue/training.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { batchSize, type Size, sameSize } from "../../ir/size.ts";
import { sameShape, type TensorType } from "../../ir/types.ts";
import type { LossDef, MetricDef } from "../../ops/definition.ts";
import { findAdaptation, findLoss, findMetric, findOperator, usualLoss, usualMetric } from "../../ops/registry.ts";
import { classPlace, withClasses } from "../evaluate/index.ts";
import type { CheckedModel, DataField, LangType, ModelNode, Use } from "../model.ts";
import { report } from "../say/report.ts";
import { traceTo, wayTo } from "../say/trace.ts";
import { innerShape, shapeText, sizeText, typeText } from "../say/words.ts";
import type { Env } from "../state/environment.ts";
import type { ModelEntry } from "./models.ts";

/** A model without errors, and the state of its check. */
export interface CheckedEntry extends Pick<ModelEntry, "declared" | "work"> {
  readonly model: CheckedModel;
}

interface Comparison {
  readonly entry: CheckedEntry;
  readonly output: CheckedModel["outputs"][number];
  readonly target: DataField;
  readonly loss: Use;
  readonly def: LossDef;
  readonly env: Env;
}

/** Compares an output of the model with a target of the data, as the loss will do. */
export function compare(given: Omit<Comparison, "def">): void {
  const def = findLoss(given.loss.name);
  if (def === undefined) return;
  const comparison = { ...given, def };
  const { element } = given.target.type;
  if (tellMisfit(def, comparison)) return;
  if (def.wants === "embeddings") compareEmbeddings(comparison);
  else if (def.wants === "sequences") compareSequences(comparison);
  else if (element.kind === "class" || element.kind === "token") compareClasses(comparison, element.count);
  else compareNumbers(comparison);
}

/** Reports NN007 for an option that does not go with the shapes. */
function tellMisfit(
  def: LossDef | MetricDef,
  { output, target, loss: use, env }: Pick<Comparison, "output" | "target" | "loss" | "env">,
): boolean {
  const problem = def.misfit?.(typeOf(output), typeOf(target), use.options);
  if (problem === undefined) return false;
  const what = { kind: "option", name: problem.option, of: def.name } as const;
  report(env, { code: "NN007", span: use.span, what, is: { fact: { kind: "told", text: problem.message } } });
  return true;
}

/** Returns the type as graphs have it: classes are indices. */
const typeOf = ({ type }: { readonly type: LangType }): TensorType => ({
  dtype: type.element.kind === "f32" ? "f32" : "i32",
  shape: [batchSize, ...type.shape],
});

/** Compares a vector for each sample with the index of its class, of which there may be any number. */
function compareEmbeddings(comparison: Comparison): void {
  const { def, output, target, loss, env } = comparison;
  const { element, shape } = target.type;
  const fields = { span: loss.span, loss: def.name, target: target.name, declared: target.span };
  if (element.kind === "f32" || element.kind === "bool")
    report(env, { code: "NN206", ...fields, holds: "numbers", wants: "indices" });
  else if (output.type.shape.length !== 1 || !(shape.length === 0 || (shape.length === 1 && shape[0] === 1)))
    differs(comparison, [output.type.shape.at(-1) ?? 1]);
}

/** Compares a row of classes for each step with a sequence of their indices, which may have another length. */
function compareSequences(comparison: Comparison): void {
  const { def, output, target, loss, env } = comparison;
  const { element, shape } = target.type;
  const fields = { span: loss.span, loss: def.name, target: target.name, declared: target.span };
  const symbols = output.type.shape.at(-1) ?? 1;
  const count = element.kind === "class" || element.kind === "token" ? element.count : symbols;
  if (element.kind === "f32" || element.kind === "bool")
    report(env, { code: "NN206", ...fields, holds: "numbers", wants: "indices" });
  else if (output.type.shape.length !== 2 || shape.length > 1) differs(comparison, [output.type.shape[0] ?? 1, count]);
  else if (!sameSize(symbols, count)) unitsDiffer(comparison, count);
}

function compareClasses(comparison: Comparison, count: Size): void {
  const { def, output, target, loss, env } = comparison;
  const { shape } = target.type;
  const fields = { span: loss.span, loss: def.name, target: target.name, declared: target.span };
  const one = sameShape(output.type.shape, shape) || sameShape(output.type.shape, [...shape, 1]);
  const fix = onRows(comparison, count) ?? betterLoss(usualLoss(one && count === 2 ? "binary" : "classes")?.name, loss);
  if (def.takesClasses !== true) {
    report(env, { code: "NN206", ...fields, holds: "indices", wants: "numbers", ...fix });
    return;
  }
  if (def.wants === "binary") {
    if (count !== 2)
      report(env, {
        code: "NN206",
        ...fields,
        holds: "indices",
        wants: "binary",
        ...fix,
      });
    else if (!one) differs(comparison, [...shape, 1]);
    return;
  }
  const actual = output.type.shape;
  const at = classPlace(loss.options, actual.length);
  const wanted = withClasses(shape, count, at);
  if (sameShape(actual, wanted)) return;
  if (at === shape.length && actual.length === wanted.length && sameShape(actual.slice(0, -1), shape))
    unitsDiffer(comparison, count);
  else if (!flattenMissing(comparison, wanted)) differs(comparison, wanted);
}

/** The same loss on rows with a 1 for each class index, where the output has such rows and the loss compares them. */
function onRows({ def, output, target, loss }: Comparison, count: Size): { readonly fix: Fix } | undefined {
  if (def.comparesShares !== true || !sameShape(output.type.shape, [...target.type.shape, count])) return undefined;
  const changed = Object.entries(loss.options).some(([name, value]) => value !== def.options[name]?.default);
  if (changed) return undefined;
  return { fix: write(loss.span, `${def.name}(one_hot(${target.name}, ${sizeText(count)}), ${output.name})`, false) };
}

const betterLoss = (name: string | undefined, loss: Use): { readonly fix?: Fix } =>
  name === undefined ? {} : { fix: write(loss.span, name, false) };

function compareNumbers(comparison: Comparison): void {
  const { def, output, target, loss, env } = comparison;
  const { shape } = target.type;
  const last = shape.at(-1);
  if (def.onShares !== undefined) {
    const holds = typeof last === "number" && last > 1 && sameShape(shape, output.type.shape) ? "rows" : "numbers";
    const fix = betterLoss(holds === "rows" ? def.onShares : undefined, loss);
    const fields = { span: loss.span, loss: def.name, target: target.name, declared: target.span };
    report(env, { code: "NN206", ...fields, holds, wants: "indices", ...fix });
    return;
  }
  if (sameShape(output.type.shape, shape)) return;
  if (!flattenMissing(comparison, shape)) differs(comparison, shape);
}

/** Whether targets are numbers for predictions of a shape, or, where they may be `indices`, a class for each row of them. */
function areComparable(predictions: readonly Size[], targets: readonly Size[], indices: boolean): boolean {
  const rows = predictions.slice(0, -1);
  const shapes = [predictions, [...predictions, 1], ...(indices ? [rows, [...rows, 1]] : [])];
  return shapes.some((shape) => sameShape(shape, targets)) || sameShape(predictions, [...targets, 1]);
}

/** Returns the side that is no sequence, of tokens or (only a prediction) of rows of numbers; undefined if both are. */
function noSequence(model: string, output: LangType, target: LangType): MetricActual | undefined {
  const isRows = output.element.kind === "f32" && output.shape.length === 2;
  if (!isRows && !(isWhole(output) && output.shape.length === 1)) return { model, type: typeText(output) };
  // A single token is a sequence of one.
  return isWhole(target) && target.shape.length < 2 ? undefined : { type: typeText(target) };
}

/** Returns the side that is no list of boxes with their classes and (only a prediction) scores; undefined if both are. */
function noBoxes(model: string, output: LangType, target: LangType): MetricActual | undefined {
  const isList = ({ element, shape }: LangType, size: number): boolean =>
    element.kind === "f32" && shape.length === 2 && shape[1] === size;
  if (!isList(output, 6)) return { model, type: typeText(output) };
  return isList(target, 5) ? undefined : { type: typeText(target) };
}

const isWhole = ({ element: { kind } }: LangType): boolean => kind === "class" || kind === "token" || kind === "i32";

/** Compares the target with the shape and kind that a metric takes. A loss that is an expression has compared nothing. */
export function checkMetric(
  entry: CheckedEntry,
  { output, target }: Pick<Comparison, "output" | "target">,
  metric: Use,
  env: Env,
): void {
  const def = findMetric(metric.name);
  if (def === undefined || tellMisfit(def, { output, target, loss: metric, env }) || def.fits === "unchecked") return;
  const named = { metric: metric.name, target: target.name, declared: target.span };
  if (def.fits === "sequences" || def.fits === "boxes") {
    const find = def.fits === "boxes" ? noBoxes : noSequence;
    const actual = find(entry.model.name, output.type, target.type);
    if (actual !== undefined) report(env, { code: "NN209", span: metric.span, ...named, wants: def.fits, actual });
    return;
  }
  const { element } = target.type;
  const indices = element.kind !== "f32" || def.fits === "indices";
  if (!areComparable(output.type.shape, target.type.shape, indices)) {
    const count = element.kind === "class" || element.kind === "token" ? [element.count] : [];
    differs({ entry, output, target, loss: metric, env }, [...target.type.shape, ...count]);
    return;
  }
  const { fits } = def;
  if (fits === "anything") return;
  const { shape } = target.type;
  const classes = element.kind === "class" || element.kind === "token";
  const last = output.type.shape.at(-1) ?? 1;
  const single = classes ? output.type.shape.length === shape.length || last === 1 : last === 1;
  const misfit = (wants: "numbers" | "indices" | "rows", actual: MetricActual, better?: string): void => {
    const fix = better === undefined ? {} : { fix: write(metric.span, better, false) };
    report(env, { code: "NN209", span: metric.span, ...named, wants, actual, ...fix });
  };
  if (fits === "numbers") {
    if (classes && !single) misfit("numbers", "indices", usualMetric("classes")?.name);
  } else if (single) misfit("rows", { single: entry.model.name }, usualMetric(classes ? "classes" : "numbers")?.name);
  else if (fits === "indices" && !classes) misfit("indices", "numbers", def.onShares);
}

function differs({ entry, output, target, loss, env }: Omit<Comparison, "def">, wanted: readonly Size[]): void {
  const node = entry.work.nodes[output.value];
  const isClass = target.type.element.kind !== "f32";
  report(env, {
    code: "NN207",
    span: loss.span,
    model: entry.model.name,
    misfit: {
      kind: "shape",
      output: row(output.type.shape),
      target: target.name,
      wanted: row(wanted),
      ...(isClass ? { type: typeText(target.type) } : {}),
      ...meantType(output.type.shape, target),
    },
    declared: target.span,
    made: node?.span ?? entry.declared.name.span,
    trace: traceTo(entry.work, output.value),
  });
}

const row = (shape: readonly Size[]) => ({ text: shapeText(shape), axes: shape.length });

/** Returns the type that the user surely means for the target. */
function meantType(
  output: readonly Size[],
  { type }: DataField,
): { readonly meant?: { readonly type: string; readonly as: "class" | "row" } } {
  if (type.shape.length > 0 || output.length !== 1) return {};
  const [size = 1] = output;
  if (type.element.kind === "i32") return { meant: { type: `class(${sizeText(size)})`, as: "class" } };
  return type.element.kind === "f32" && size === 1 ? { meant: { type: "f32[1]", as: "row" } } : {};
}

function unitsDiffer({ entry, output, target, env }: Comparison, count: Size): void {
  const { work, model } = entry;
  const units = output.type.shape.at(-1) ?? 1;
  const made = makerOfLast(entry, output.value, units);
  const place = made?.literal;
  const classes = sizeText(count);
  const fix = place === undefined ? {} : { fix: write(place, classes, true) };
  report(env, {
    code: "NN205",
    span: place ?? made?.node.span ?? model.span,
    model: model.name,
    units: sizeText(units),
    target: target.name,
    classes,
    declared: target.span,
    trace: traceTo(work, output.value),
    ...fix,
  });
}

/** Returns the call that sets the size of the last axis, and the place of that number, if it is a plain one. */
function makerOfLast(
  entry: CheckedEntry,
  id: number,
  size: Size,
): { readonly node: ModelNode; readonly literal?: Span } | undefined {
  const way = [...wayTo(entry.work, id)].reverse();
  for (const node of way) {
    if (node.kind === "part") continue;
    if (node.kind !== "call") return undefined;
    const literals = [...(entry.work.literals.get(node.id) ?? [])];
    const literal = literals.find(([option]) => node.options[option] === size)?.[1];
    if (literal !== undefined) return { node, literal };
    // A layer with weights sets the size, though not by a plain number; activations and the like pass it on.
    if (node.weights.length > 0 && node.options.units !== undefined) return { node };
  }
  return undefined;
}

/** Reports NN103 if layers along the last axis work on an image: the first of them lacks a Flatten. */
function flattenMissing({ entry, output, target, env }: Comparison, wanted: readonly Size[]): boolean {
  const { work } = entry;
  const actual = output.type.shape;
  const last = work.nodes[output.value];
  if (last === undefined || actual.length <= wanted.length || wanted.length !== 1) return false;
  let first: Extract<ModelNode, { kind: "call" }> | undefined;
  for (const node of [...wayTo(work, output.value)].reverse()) {
    if (node.kind !== "call" || innerShape(node.type).length !== actual.length) break;
    if (findOperator(node.op)?.alongLastAxis === true) first = node;
    else if (node.weights.length > 0) break;
  }
  if (first === undefined) return false;
  const before = work.nodes[first.args[0] ?? -1];
  if (before === undefined || innerShape(before.type).length < 2) return false;
  const adaptation = findAdaptation(innerShape(before.type), [undefined], ({ parameters }) => parameters === 0);
  const { file, start } = first.span;
  const statement = work.statements.some(({ span }) => span.file === file && span.start === start);
  report(env, {
    code: "NN103",
    span: first.span,
    layer: first.text,
    input: shapeText(innerShape(before.type)),
    output: shapeText(innerShape(first.type)),
    wanted: shapeText(wanted),
    target: target.span,
    trace: traceTo(work, first.args[0]),
    ...(adaptation === undefined ? {} : { fix: writeBefore(first.span, adaptation.call, statement) }),
  });
  return true;
}
