// Encoders: a field of a data set makes numbers of a column, `vocabulary(district)` or `district -> StringLookup()`. The
// loader does it, so the result is an input of the field's graph.

import type { Span } from "../../base/span.ts";
import { code } from "../../diagnostics/catalogue/phrases.ts";
import { batchSize } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import type { EncodedType, EncoderDef, SourceColumn } from "../../ops/definition.ts";
import type { Argument, Expr } from "../../syntax/ast.ts";
import { dtypeOf, type Element, type FieldColumn } from "../model.ts";
import { report } from "../say/report.ts";
import { addNode } from "../state/building.ts";
import type { Env, FieldUnderWay, Layer, Value } from "../state/environment.ts";
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
  const { columns: wanted = 1 } = def;
  const further = more.map((one) => columnOf(one, def, env));
  const column = inputs.length === wanted && !further.includes(undefined) ? columnOf(input, def, env) : undefined;
  if (column === undefined || env.field === undefined)
    return report(env, {
      code: "NN009",
      span,
      what: code(layer.text),
      expected: def.takes !== undefined ? "numberColumn" : wanted > 1 ? "textColumns" : "textColumn",
      actual: inputs.length !== wanted ? { kind: "count", count: inputs.length } : shown(input),
    });
  const given = readOptions(def, layer.arguments, { ...layer.env, model: env.model }, layer.span);
  if (isUnresolved(given)) return given;
  const { declared, encodings } = env.field;
  if (input.kind === "tensor" && def.ahead !== undefined)
    return moved({ def, by: def.ahead(given.value.options), column, span }, env.field, env);
  const sizes = column.type.shape.slice(column.window === undefined ? 0 : 1).filter((size) => typeof size === "number");
  const made = def.encode(given.value.options, declared, { like: encodings.get(column.name), column: sizes });
  if ("missing" in made)
    return report(env, { code: "NN010", span, owner: code(layer.text), missing: { kind: "told", text: made.missing } });
  const { module = def.module } = made;
  if (def.takes === undefined && wanted === 1 && !encodings.has(column.name))
    encodings.set(column.name, { type: made.type, options: made.options, module });
  const element = elementOf(made.type);
  const window = column.window === undefined ? [] : column.type.shape.slice(0, 1);
  const type: TensorType = { dtype: dtypeOf(element), shape: [batchSize, ...window, ...made.type.shape] };
  const takes = {
    ...(def.takes === undefined ? {} : { numbers: true as const }),
    ...(def.takes === "whole" ? { whole: true as const } : {}),
  };
  const encoder = { module, ...takes, options: made.options };
  const beside = further.flatMap((one) => (one === undefined ? [] : [one.name]));
  const name = `${[nameOf(column), ...beside].join(", ")}: ${module} ${JSON.stringify(made.options)}`;
  const read = beside.length === 0 ? column : { ...column, parts: [column.name, ...beside] };
  addColumn(env.field, read, { name, type, encoder });
  const tensor = addNode(env.model, type, span, { kind: "input", name }, element);
  note(env.session, { kind: "shape", span, inputs: [], output: langType(tensor), op: def.name });
  return tensor;
}

/** The name of a column in the program: those that begin later differ from the column itself. */
const nameOf = ({ name, ahead, type }: SourceColumn): string =>
  ahead === undefined ? name : `${name}: +${ahead} [${type.shape[0]}]`;

function addColumn(
  field: FieldUnderWay,
  { name: own, parts = [own], except, ahead }: SourceColumn,
  made: Pick<FieldColumn, "name" | "type" | "encoder">,
): void {
  if (field.columns.some((known) => known.name === made.name)) return;
  const further = { ...(except === undefined ? {} : { except }), ...(ahead === undefined ? {} : { ahead }) };
  field.columns.push({ ...made, from: parts, ...further });
}

interface Move {
  readonly def: EncoderDef;
  readonly by: number;
  readonly column: SourceColumn;
  readonly span: Span;
}

/** Returns a column of numbers that begins later than its window, as long as the field declares. */
function moved({ def, by, column, span }: Move, field: FieldUnderWay, env: Env): Value {
  const [own = batchSize, ...row] = column.type.shape;
  const length = field.declared?.shape[0] ?? own;
  const shifted: SourceColumn = {
    ...column,
    type: { ...column.type, shape: [length, ...row] },
    ahead: (column.ahead ?? 0) + by,
  };
  const element: Element = { kind: "f32" };
  const type: TensorType = { dtype: "f32", shape: [batchSize, ...shifted.type.shape] };
  const name = nameOf(shifted);
  addColumn(field, shifted, { name, type });
  const tensor = addNode(env.model, type, span, { kind: "input", name }, element);
  field.numbers.set(tensor.id, shifted);
  note(env.session, { kind: "shape", span, inputs: [], output: langType(tensor), op: def.name });
  return tensor;
}

/** Returns the column that a value is, if the encoder takes such a one. */
function columnOf(input: Value, def: EncoderDef, env: Env): SourceColumn | undefined {
  if (input.kind === "column") return def.takes === undefined ? input.column : undefined;
  const column = input.kind === "tensor" ? env.field?.numbers.get(input.id) : undefined;
  return def.takes !== undefined || (def.ahead !== undefined && column?.window !== undefined) ? column : undefined;
}

/** Applies an encoder to the columns that lead its arguments, `vocabulary(district)`; without one it waits for a column. */
export function callEncoder(layer: Layer, env: Env): Value {
  if (layer.of.kind !== "encoder") return broken;
  const { def } = layer.of;
  const leading = layer.arguments.slice(0, def.columns ?? 1);
  const columns = leading.map(({ name, value }) => (name === undefined ? columnNamed(value, env) : undefined));
  const count = columns.includes(undefined) ? columns.indexOf(undefined) : columns.length;
  if (count === 0) return { kind: "layer", layer };
  const options: readonly Argument[] = layer.arguments.slice(count);
  const inputs = columns.slice(0, count).map((column) => column ?? broken);
  return encoded({ ...layer, arguments: options }, def, inputs, env, layer.span);
}

function columnNamed(expr: Expr, env: Env): Value | undefined {
  const value =
    expr.kind === "placeholder" ? env.current : expr.kind === "name" ? find(env.scope, expr.name)?.value : undefined;
  return value?.kind === "column" || value?.kind === "tensor" ? value : undefined;
}
