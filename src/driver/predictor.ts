// A trained model over the rows of its data set, as a request to compile: it reads the columns of the inputs alone, and computes what
// the model says about each row.

import type { CheckedDataset, CheckedModel, DataField } from "../check/model.ts";
import { typeText } from "../check/say/words.ts";
import type { TensorType } from "../ir/types.ts";
import { isIdle } from "../lower/fields.ts";
import { outputForm } from "../lower/head.ts";
import type { LowerRequest } from "../lower/lower.ts";
import { findSource } from "../ops/registry.ts";
import type { Manifest } from "../runtime/core/program.ts";
import { writingIn } from "../runtime/core/writing.ts";
import type { CompileOptions } from "./options.ts";
import { columnsOf, sampleShape, type TrainedRequest, typeOf } from "./trainer.ts";
import { withoutTraining } from "./untrained.ts";

/** Returns the data set with the fields alone that the model reads. */
function readBy({ inputs }: CheckedModel, dataset: CheckedDataset): CheckedDataset {
  const names = new Set(inputs.map(({ name }) => name));
  const read = ({ name, role }: { readonly name: string; readonly role: string }): boolean =>
    role === "input" && names.has(name);
  return { ...dataset, fields: dataset.fields.filter(read), noise: dataset.noise.filter(read) };
}

/** Returns the only data set whose inputs are those of a model that no training names. */
function datasetFor({ program, model, training }: LowerRequest): CheckedDataset | undefined {
  if (training !== undefined) return undefined;
  const typeIn = new Map(model.inputs.map(({ name, type }) => [name, typeText(type)]));
  const [first, ...others] = program.datasets.filter(({ fields, noise }) => {
    const given = [...fields, ...noise].filter(
      ({ name, role, type }) => role === "input" && typeIn.get(name) === typeText(type),
    );
    return given.length === typeIn.size;
  });
  return others.length === 0 ? first : undefined;
}

/** Returns the request of a predictor; undefined where neither a training nor the only data set that fits says what the rows are. */
export function predictorOf(request: LowerRequest, options: CompileOptions): TrainedRequest | undefined {
  const whole = request.training === undefined ? datasetFor(request) : request.dataset;
  if (whole === undefined) return undefined;
  const { training } = withoutTraining(request, options);
  const dataset = readBy(request.model, whole);
  const meanings = meaningsOf(request.model, whole);
  return { ...request, training: { ...training, dataset: dataset.name }, dataset, rows: dataset, meanings };
}

/** Returns the request of an examiner: it evaluates as the training does, and predicts for the rows of the same data. */
export function examinerOf(request: TrainedRequest): TrainedRequest {
  const { model, dataset } = request;
  return { ...request, rows: readBy(model, dataset), meanings: meaningsOf(model, dataset), tool: "examine" };
}

/** Returns the request of an evaluation of written texts; the training as it is, where its model writes none. */
export function writtenOf(request: TrainedRequest): TrainedRequest {
  const asked = examinerOf(request);
  const { model, rows, meanings = [] } = asked;
  const inputs = columnsOf(rows?.fields ?? []);
  const outputs = model.outputs.map(({ name, value }) => ({ name, shape: sampleShape(typeOf(model, value)) }));
  return writingIn({ inputs, outputs, meanings }) === undefined ? request : { ...asked, tool: "written" };
}

/** Says for each output what its numbers mean in terms of its target: the field of its name, or the only one. */
function meaningsOf(model: CheckedModel, { fields, source }: CheckedDataset): NonNullable<Manifest["meanings"]> {
  const { outputs, nodes } = model;
  const targets = fields.filter(({ role }) => role === "target");
  return outputs.flatMap(({ name, value }) => {
    const target = targets.find((field) => field.name === name) ?? (outputs.length === 1 ? targets[0] : undefined);
    return target === undefined || (outputs.length === 1 && targets.length > 1)
      ? []
      : [
          {
            ...meaningOf(name, target),
            ...boxesIn(typeOf(model, value), target, source),
            ...(outputForm(nodes[value]) === undefined ? {} : { probabilities: true as const }),
          },
        ];
  });
}

/** The numbers of a box, its class and its score. */
const FOUND = 6;

/** Says that an output is rows of boxes, as its target is. */
function boxesIn({ shape }: TensorType, { columns }: DataField, { name, options }: CheckedDataset["source"]) {
  const boxes = findSource(name)
    ?.columns(options)
    .find((column) => column.name === columns[0]?.name)?.boxes;
  return boxes === undefined || columns.length !== 1 || shape.length !== 3 || shape[2] !== FOUND ? {} : { boxes };
}

function meaningOf(output: string, field: DataField) {
  const { name, type, columns, nodes } = field;
  const { element } = type;
  const [column] = columns;
  // A transform after the encoder is not undone; the checker's own step makes a row `[1]` of a single number.
  const isPlain = (node: DataField["nodes"][number]): boolean =>
    node.kind === "input" || isIdle(node, field) || (node.kind === "call" && node.text === "[1]");
  const plain = columns.length === 1 && nodes.every(isPlain);
  const encoder = plain ? column?.encoder : undefined;
  return {
    output,
    name,
    ...(plain && column?.from[0] !== undefined ? { from: column.from[0] } : {}),
    ...("count" in element && typeof element.count === "number" ? { classes: element.count } : {}),
    ...(column === undefined || !plain ? {} : { column: column.name }),
    ...(encoder === undefined ? {} : { encoder: { module: encoder.module, options: encoder.options } }),
  };
}
