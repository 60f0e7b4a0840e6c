// Turns the fields of a data set into values of a batch: reads columns and applies transforms.

import { CompilerBug } from "../base/compilerBug.ts";
import type { DataField } from "../check/model.ts";
import type { Value } from "../ir/builder.ts";
import type { Draft } from "../ir/draft.ts";
import type { DType } from "../ir/types.ts";
import { inlineNodes } from "./inline.ts";

/** Returns the element type of a field in graphs; classes and tokens are numbers there. */
const storedAs = ({ element }: DataField["type"]): DType =>
  element.kind === "f32" || element.kind === "bool" ? element.kind : "i32";

/** Returns values by the names of the fields. A column that several fields read is one input. */
export function readFields(d: Draft, fields: readonly DataField[]): ReadonlyMap<string, Value> {
  const columns = new Map<string, Value>();
  const weightless = (): never => {
    throw new CompilerBug("a data field has no weights");
  };
  const readField = (field: DataField): Value => {
    const g = d.g.withOrigin(field.name, field.span);
    const values = inlineNodes(d, field.nodes, {
      training: false,
      origin: field.name,
      input(node) {
        const column = columns.get(node.name) ?? g.input(node.name, field.columnType);
        columns.set(node.name, column);
        // The source may store it as bytes, say; in the program it has the type of the field's first node.
        return g.cast(column, node.type.dtype);
      },
      weight: weightless,
      read: weightless,
    });
    const last = field.nodes.at(-1);
    const value = last === undefined ? undefined : values.get(last.id);
    if (value === undefined) throw new CompilerBug("a data field without a value");
    return g.cast(value, storedAs(field.type));
  };
  return new Map(fields.map((field) => [field.name, readField(field)]));
}
