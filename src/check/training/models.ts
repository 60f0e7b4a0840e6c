// Models: their inputs with every size known, their body run once, their outputs and what does not reach them.

import { batchSize, type Size } from "../../ir/size.ts";
import type { Model } from "../../syntax/ast.ts";
import { bodyValue, checkAlone } from "../evaluate/blocks.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { bindOptions, inputsOf, optionsOf } from "../evaluate/parameters.ts";
import { isDimension, resolveElement, sizeOf, smallEnough } from "../evaluate/types.ts";
import { type CheckedModel, dtypeOf } from "../model.ts";
import { constantEnv } from "../program/global.ts";
import { exprsOf, visit } from "../program/walk.ts";
import { sourcesOf } from "../say/trace.ts";
import { isBatched } from "../say/words.ts";
import { addNode, type ModelUnderWay, newModel, newNaming } from "../state/building.ts";
import { type Env, type FileScope, note, report, type Session } from "../state/environment.ts";
import { declare, emptyScope } from "../state/scope.ts";
import { int, kindText, langType, type Tensor, unknown, type Value } from "../state/values.ts";

/** A model after checking; `checked` is missing where it has errors. */
export interface ModelEntry {
  readonly declared: Model;
  readonly work: ModelUnderWay;
  readonly checked?: CheckedModel;
}

/** Checks a model. `sizes`: dimensions that a training binds by the fields of its data. */
export function checkModel(
  session: Session,
  file: FileScope,
  declared: Model,
  sizes: ReadonlyMap<string, Size>,
): ModelEntry {
  const work = newModel();
  const env: Env = { ...constantEnv(session, file), model: work, scope: emptyScope(), naming: newNaming("") };
  if (!bindDimensions(declared, sizes, env)) {
    checkAlone(session, file, declared);
    return { declared, work };
  }
  bindOptions(declared.parameters, optionsFromSet(session, file, declared), env, {
    text: declared.name.text,
    span: declared.name.span,
    help: "--set",
  });
  const inputs = inputsOf(declared.parameters).map((parameter) => {
    const value = parameter.type === undefined ? unknown : modelInput(parameter.name.text, parameter, env);
    declare(env, parameter.name, "a parameter", value);
    return { name: parameter.name.text, value };
  });
  const value = bodyValue(declared, env);
  const outputs = outputsOf(declared, value, env);
  // Arms that these options do not choose are still worth a look.
  if (hasChoice(declared)) checkAlone(session, file, declared);
  if (outputs === undefined || work.broken || session.budget.exhausted) return { declared, work };
  reportUnreached(declared, outputs, inputs, env);
  const tensors = inputs.flatMap(({ name, value: input }) => (input.kind === "tensor" ? [{ name, input }] : []));
  const checked: CheckedModel = {
    name: declared.name.text,
    span: declared.name.span,
    ...(declared.doc === undefined ? {} : { doc: declared.doc }),
    inputs: tensors.map(({ name, input }) => ({ name, type: langType(input), value: input.id })),
    weights: [...work.weights.values()],
    nodes: work.nodes,
    outputs: outputs.map(({ name, tensor }) => ({ name, type: langType(tensor), value: tensor.id })),
  };
  return { declared, work, checked };
}

function hasChoice(declared: Model): boolean {
  let found = false;
  for (const expr of exprsOf(declared))
    visit(expr, (at) => {
      found ||= at.kind === "if";
    });
  return found;
}

/** Gives names in the inputs' shapes their sizes, from `--set` or a training; NN010 for those that stay open. */
function bindDimensions(declared: Model, sizes: ReadonlyMap<string, Size>, env: Env): boolean {
  const options = new Set(optionsOf(declared.parameters).map((parameter) => parameter.name.text));
  let whole = true;
  for (const { type } of inputsOf(declared.parameters))
    for (const entry of type?.shape ?? []) {
      if (entry.kind === "placeholder") {
        const help = "write the size, or a name that --set or a data set gives a size to";
        report(env, {
          code: "NN010",
          span: entry.span,
          owner: `the input of ${declared.name.text}`,
          missing: "the size of this axis",
          help,
        });
        whole = false;
      }
      if (!isDimension(entry, env) || options.has(entry.name)) continue;
      const given = env.session.set.get(entry.name);
      const value = given === undefined ? undefined : evaluate(given, constantEnv(env.session, env.file));
      const size = value?.kind === "int" ? value.size : sizes.get(entry.name);
      if (size === undefined) {
        whole = false;
        report(env, {
          code: "NN010",
          span: entry.span,
          owner: `the input of ${declared.name.text}`,
          missing: `the size of '${entry.name}'`,
          help: `--set ${entry.name}=… gives it, or a training on a data set with such an input`,
        });
      } else declare(env, { text: entry.name, span: entry.span }, "a dimension", int(size));
    }
  return whole;
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

function modelInput(name: string, parameter: Model["parameters"][number], env: Env): Value {
  const { type } = parameter;
  if (type === undefined) return unknown;
  const element = resolveElement(type, env);
  const shape: Size[] = [];
  for (const entry of type.shape ?? []) {
    const size = entry.kind === "hole" ? undefined : sizeOf(entry, env, "the size of an axis");
    if (size === undefined || size === "open") return unknown;
    shape.push(size);
  }
  if (element === undefined || element === "open") return unknown;
  if (!smallEnough(shape)) {
    report(env, { code: "NN501", span: type.span, reason: "limit", what: "elements in one tensor", most: "2^53" });
    return unknown;
  }
  const tensorType = { dtype: dtypeOf(element), shape: [batchSize, ...shape] };
  const tensor = addNode(env.model, tensorType, parameter.name.span, { kind: "input", name }, element);
  note(env.session, { kind: "shape", span: parameter.name.span, inputs: [], output: langType(tensor) });
  return { ...tensor, axes: (type.shape ?? []).map((entry) => (entry.kind === "name" ? entry.name : undefined)) };
}

interface Output {
  readonly name: string;
  readonly tensor: Tensor;
}

function outputsOf(declared: Model, value: Value, env: Env): readonly Output[] | undefined {
  const what = `the result of ${declared.name.text}`;
  const { span } = declared.name;
  if (value.kind === "unknown") return undefined;
  const entries =
    value.kind === "record"
      ? [...value.entries].map(([name, entry]) => ({ name, ...entry }))
      : [{ name: "output", value, span }];
  const outputs: Output[] = [];
  for (const entry of entries) {
    if (entry.value.kind === "unknown") return undefined;
    if (entry.value.kind !== "tensor") {
      report(env, {
        code: "NN009",
        span: entry.span,
        what,
        expected: "a tensor, or a record of tensors",
        actual: kindText(entry.value),
      });
      return undefined;
    }
    if (!isBatched(entry.value.type)) {
      report(env, {
        code: "NN009",
        span: entry.span,
        what,
        expected: "a value of the batch",
        actual: "a parameter, which has no batch axis",
      });
      return undefined;
    }
    outputs.push({ name: entry.name, tensor: entry.value });
  }
  return outputs;
}

/** NN116 for inputs and lines the outputs do not depend on. */
function reportUnreached(
  declared: Model,
  outputs: readonly Output[],
  inputs: readonly { readonly name: string; readonly value: Value }[],
  env: Env,
): void {
  const reached = sourcesOf(
    env.model,
    outputs.map(({ tensor }) => tensor.id),
  );
  const key = (span: { readonly file: string; readonly start: number }): string => `${span.start} ${span.file}`;
  const { statements } = env.model;
  // A line of a block may reach the result in one use and not in another: only what never does is worth a word.
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
