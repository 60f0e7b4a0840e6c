// The tree as indented text, for people and tests: a line for each node, with its kind and its fields. It shows every
// field of a node, so that tests see all that the parser finds. Numbers are the only kind of node it knows by name.

import { textWriter } from "../base/textWriter.ts";
import type { Name, SourceFile } from "./ast.ts";

/** Prints a tree. With `spans`, each node shows its offsets: `binary @ 12..20 +`. */
export function printTree(tree: SourceFile, options: { readonly spans?: boolean } = {}): string {
  const out = textWriter();
  const spans = options.spans ?? false;
  printNode(tree);
  return out.toString();

  function printNode(node: object, role = ""): void {
    const { kind, span, ...fields } = node as { kind?: string; span?: { start: number; end: number } };
    const place = spans && span !== undefined ? ` @ ${span.start}..${span.end}` : "";
    const scalars: string[] = [];
    const children: [string, object][] = [];
    for (const [field, value] of Object.entries(fields)) {
      if (value === undefined || value === false || field.endsWith("Span")) continue;
      if (field === "isInteger" || field === "role") continue;
      if (field === "doc") scalars.push(`doc ${JSON.stringify(value)}`);
      else if (isName(value)) scalars.push(shownName(field, value));
      else if (typeof value === "object" && value !== null && !isPlainList(value)) children.push([field, value]);
      else if (kind === "number" && typeof value === "number")
        scalars.push(shownNumber(value, "isInteger" in fields && fields.isInteger === true));
      else scalars.push(shown(field, value));
    }
    const colon = kind === undefined ? "" : ":";
    const head = [role === "" ? "" : `${role}${colon}`, kind ?? ""].filter((part) => part !== "").join(" ");
    out.line([head + place, ...scalars].filter((part) => part !== "").join(" "));
    out.indent(() => {
      for (const [field, child] of children) {
        if (Array.isArray(child)) printList(field, child);
        else printNode(child, field === "value" && children.length === 1 ? "" : field);
      }
    });
  }

  function printList(field: string, items: readonly unknown[]): void {
    const nested = field !== "statements" && field !== "declarations" && field !== "clauses";
    if (nested) out.line(`${field}:${items.length === 0 ? " none" : ""}`);
    const write = (): void => {
      for (const item of items) {
        if (Array.isArray(item)) printList("group", item);
        else if (typeof item === "object" && item !== null)
          printNode(item, "kind" in item ? "" : (singular[field] ?? field));
      }
    };
    if (nested) out.indent(write);
    else write();
  }
}

const singular: Readonly<Record<string, string>> = {
  arguments: "argument",
  entries: "entry",
  fields: "field",
  names: "name",
  parameters: "parameter",
  subscripts: "subscript",
};

function isName(value: unknown): value is Name {
  return typeof value === "object" && value !== null && "text" in value && !("kind" in value);
}
function isPlainList(value: object): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "number");
}
const quote = (text: string): string => (/^[A-Za-z_]\w*$/.test(text) ? text : JSON.stringify(text));
/** Returns `3` for whole numbers, `3.0` for others of the same value. */
function shownNumber(value: number, isInteger: boolean): string {
  return isInteger || !Number.isInteger(value) ? String(value) : `${value}.0`;
}
function shownName(field: string, name: Name): string {
  return field === "name" || field === "keyword" ? quote(name.text) : `${field}=${quote(name.text)}`;
}
/** Shows flags that are true as their name alone. */
function shown(field: string, value: unknown): string {
  if (value === true && field !== "value") return field;
  if (field === "operator" && typeof value === "string") return value;
  if (field === "name" && typeof value === "string") return quote(value);
  return Array.isArray(value) ? value.join("x") : JSON.stringify(value);
}
