// The fields of a data set as values of a batch: columns in, transforms applied.

import { CompilerBug } from "../base/compilerBug.ts";
import type { DataField } from "../check/model.ts";
import type { Value } from "../ir/builder.ts";
import type { Draft } from "../ir/draft.ts";
import type { DType } from "../ir/types.ts";
import { inlineNodes } from "./inline.ts";

/** The element type that a field has in graphs; classes and tokens are numbers there. */
const storedAs = ({ element }: DataField["type"]): DType =>
  element.kind === "f32" || element.kind === "bool" ? element.kind : "i32";

/** By the names of the fields. A column that several fields read is one input. */
export function readFields(d: Draft, fields: readonly DataField[]): ReadonlyMap<string, Value> {
  const columns = new Map<string, Value>();
  const readField = (field: DataField): Value => {
    const g = d.g.withOrigin(field.name, field.span);
    const values = inlineNodes(d, field.nodes, {
      training: false,
      origin: field.name,
      input(node) {
        const column = columns.get(node.name) ?? g.input(node.name, field.columnType);
        columns.set(node.name, column);
        // Stored as bytes, say; in the program it is what the field's first node says.
        return g.cast(column, node.type.dtype);
      },
      weight: () => {
        throw new CompilerBug("a data field has no weights");
      },
    });
    const last = field.nodes.at(-1);
    const value = last === undefined ? undefined : values.get(last.id);
    if (value === undefined) throw new CompilerBug("a data field without a value");
    return g.cast(value, storedAs(field.type));
  };
  return new Map(fields.map((field) => [field.name, readField(field)]));
}
