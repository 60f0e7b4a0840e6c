// Encoders: a field of a data set makes numbers of a column, `vocabulary(district)` or `district -> StringLookup()`. The
// loader does it, so the result is an input of the field's graph.

import type { Span } from "../../base/span.ts";
import { code } from "../../diagnostics/catalogue/phrases.ts";
import { batchSize } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import type { EncodedType, EncoderDef, SourceColumn } from "../../ops/definition.ts";
import type { Argument, Expr } from "../../syntax/ast.ts";
import { dtypeOf, type Element } from "../model.ts";
import { report } from "../say/report.ts";
import { addNode } from "../state/building.ts";
import type { Env, Layer, Value } from "../state/environment.ts";
import { note } from "../state/facts.ts";
import { broken, isUnresolved } from "../state/resolved.ts";
import { find } from "../state/scope.ts";
import { langType } from "../state/tensor.ts";
import { shown } from "../state/values.ts";
import { readOptions } from "./options.ts";

const elementOf = ({ element, count = 1 }: EncodedType): Element =>
  element === "class" || element === "token" ? { kind: element, count } : { kind: element };

/** Returns the numbers that an encoder makes of a column. */
export function encoded(layer: Layer, def: EncoderDef, inputs: readonly Value[], env: Env, span: Span): Value {
  const [input = broken, ...more] = inputs;
  if (isUnresolved(input)) return input;
  const column = more.length > 0 ? undefined : columnOf(input, def, env);
  if (column === undefined || env.field === undefined)
    return report(env, {
      code: "NN009",
      span,
      what: code(layer.text),
      expected: def.takes === "numbers" ? "numberColumn" : "textColumn",
      actual: more.length > 0 ? { kind: "count", count: inputs.length } : shown(input),
    });
  const given = readOptions(def, layer.arguments, { ...layer.env, model: env.model }, layer.span);
  if (isUnresolved(given)) return given;
  const { declared, encodings } = env.field;
  const sizes = column.type.shape.filter((size) => typeof size === "number");
  const made = def.encode(given.value.options, declared, { like: encodings.get(column.name), column: sizes });
  if ("missing" in made)
    return report(env, { code: "NN010", span, owner: code(layer.text), missing: { kind: "told", text: made.missing } });
  const { module = def.module } = made;
  if (def.takes === undefined && !encodings.has(column.name))
    encodings.set(column.name, { type: made.type, options: made.options, module });
  const element = elementOf(made.type);
  const type: TensorType = { dtype: dtypeOf(element), shape: [batchSize, ...made.type.shape] };
  const encoder = { module, ...(def.takes === undefined ? {} : { numbers: true as const }), options: made.options };
  const name = `${column.name}: ${module} ${JSON.stringify(made.options)}`;
  const { parts = [column.name], except } = column;
  if (!env.field.columns.some((known) => known.name === name))
    env.field.columns.push({ name, type, from: parts, ...(except === undefined ? {} : { except }), encoder });
  const tensor = addNode(env.model, type, span, { kind: "input", name }, element);
  note(env.session, { kind: "shape", span, inputs: [], output: langType(tensor), op: def.name });
  return tensor;
}

/** Returns the column that a value is, if the encoder takes such a one. */
function columnOf(input: Value, def: EncoderDef, env: Env): SourceColumn | undefined {
  if (input.kind === "column") return def.takes === "numbers" ? undefined : input.column;
  return input.kind === "tensor" && def.takes === "numbers" ? env.field?.numbers.get(input.id) : undefined;
}

/** Applies an encoder to the column among its arguments, `vocabulary(district)`; without one it waits for a column. */
export function callEncoder(layer: Layer, env: Env): Value {
  const [first, ...rest] = layer.arguments;
  const column = first === undefined || first.name !== undefined ? undefined : columnNamed(first.value, env);
  if (column === undefined) return { kind: "layer", layer };
  const options: readonly Argument[] = rest;
  return layer.of.kind === "encoder"
    ? encoded({ ...layer, arguments: options }, layer.of.def, [column], env, layer.span)
    : broken;
}

function columnNamed(expr: Expr, env: Env): Value | undefined {
  const value =
    expr.kind === "placeholder" ? env.current : expr.kind === "name" ? find(env.scope, expr.name)?.value : undefined;
  return value?.kind === "column" || value?.kind === "tensor" ? value : undefined;
}
