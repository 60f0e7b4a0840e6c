// Checks the inputs of a model against the fields of the data that feed them.

import type { Span } from "../../base/span.ts";
import { written } from "../../diagnostics/catalogue/phrases.ts";
import { sameShape } from "../../ir/types.ts";
import type { Train } from "../../syntax/ast.ts";
import { sameElement } from "../evaluate/index.ts";
import type { CheckedDataset, CheckedModel, DataField, NoiseField } from "../model.ts";
import { report } from "../say/report.ts";
import { shapeText, typeText } from "../say/words.ts";
import type { Env } from "../state/environment.ts";

/** Checks that each input of the model has an input field of the same name and type. */
export function matchInputs(model: CheckedModel, dataset: CheckedDataset, declared: Train, env: Env): void {
  const all = [...dataset.fields, ...dataset.noise];
  const fields = new Map(all.filter(({ role }) => role === "input").map((field) => [field.name, field]));
  const span = declared.dataset?.span ?? declared.model.span;
  for (const input of model.inputs) {
    const field = fields.get(input.name);
    if (field === undefined) missingField(model.name, input.name, dataset, [...fields.keys()], span, env);
    else matchType(model.name, input, field, span, env);
  }
}

function missingField(
  model: string,
  name: string,
  dataset: CheckedDataset,
  inputs: readonly string[],
  span: Span,
  env: Env,
): void {
  report(env, {
    code: "NN005",
    span,
    name,
    nearest: inputs,
    what: "inputField",
    where: { kind: "dataset", name: dataset.name },
    model,
  });
}

function matchType(
  model: string,
  input: CheckedModel["inputs"][number],
  field: DataField | NoiseField,
  span: Span,
  env: Env,
): void {
  const what = { kind: "modelInput", name: input.name, of: model } as const;
  if (!sameElement(input.type.element, field.type.element)) {
    report(env, {
      code: "NN117",
      span,
      what,
      expected: written(typeText(input.type)),
      actual: { kind: "element", of: field.type.element.kind, text: typeText(field.type) },
    });
    return;
  }
  if (sameShape(input.type.shape, field.type.shape)) return;
  // The model could take the data: only its signature differs.
  if (input.type.shape.length !== field.type.shape.length) {
    const [expected, actual] = [written(shapeText(input.type.shape)), shapeText(field.type.shape)];
    report(env, { code: "NN101", span, what, expected, actual, axes: field.type.shape.length, declared: field.span });
  } else
    report(env, {
      code: "NN102",
      span,
      what,
      expected: shapeText(field.type.shape),
      actual: shapeText(input.type.shape),
      declared: field.span,
      why: { kind: "field", name: field.name },
    });
}
