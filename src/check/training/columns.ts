// The columns of a data set's source: those that every use of it has, and those that its file names.

import type { DeclaredType, SourceColumn } from "../../ops/definition.ts";
import { findEncoder, findFunction, findLayer, findSource } from "../../ops/registry.ts";
import { hasArrays, hasRows, schemaKey } from "../../ops/schema.ts";
import { columnOfFile, restColumn, restName } from "../../ops/source.ts";
import type { Expr, Field } from "../../syntax/ast.ts";
import type { Element, Use } from "../model.ts";
import { namesIn, visit } from "../program/walk.ts";
import { report } from "../say/report.ts";
import type { Env } from "../state/environment.ts";
import { broken, known, type Resolved } from "../state/resolved.ts";

/** The columns that a field may name. */
export interface Columns {
  readonly columns: readonly SourceColumn[];
  /** The file is not at hand, so every name may be a column, and fields declare their types. */
  readonly open?: { readonly file: string };
  /** Examples of its columns are arrays of any shape. */
  readonly arrays?: true;
  /** Whether the source has the column `rest`: the columns of numbers that no other field names. */
  readonly rest: boolean;
  /** The columns that fields name, which `rest` leaves out. */
  readonly otherNames: readonly string[];
  /** The number of rows in a row that a sample has. */
  readonly window?: number;
}

/** Returns a column of a table whose samples are windows of rows; texts stay what they are. */
const inWindow = (column: SourceColumn, window: number | undefined): SourceColumn =>
  window === undefined || column.text === true
    ? column
    : { ...column, window, type: { ...column.type, shape: [window, ...column.type.shape] } };

/** Returns the columns of a source; asks for what its file says, and reports NN502 for a file that says nothing. */
export function columnsOf(source: Use, env: Env): Resolved<Columns> {
  const def = findSource(source.name);
  if (def === undefined) return broken;
  const own = def.columns(source.options);
  const request = def.schema?.(source.options);
  if (request === undefined) return known({ columns: own, rest: false, otherNames: [] });
  const key = schemaKey(request);
  const answer = env.session.schemas.get(key);
  const file = String(request.options.file ?? source.name);
  const window = def.window?.(source.options);
  const common = {
    rest: hasRows(request),
    otherNames: [],
    ...(hasArrays(request) ? { arrays: true as const } : {}),
    ...(window === undefined ? {} : { window }),
  };
  const open = (file: string): Resolved<Columns> => known({ columns: own, open: { file }, ...common });
  if (answer === undefined) {
    if (!env.session.unread.some((other) => schemaKey(other) === key)) env.session.unread.push(request);
    return open(file);
  }
  if (answer.kind === "absent") return open(answer.file);
  if (answer.kind === "unreadable")
    return report(env, { code: "NN502", span: source.span, what: answer.file, problem: answer.problem });
  const others = answer.schema.columns.filter(({ name }) => !own.some((column) => column.name === name));
  const columns = others.map((column) => inWindow(columnOfFile(column), window));
  return known({ columns: [...own, ...columns], ...common });
}

/** Returns the names in a transform that nothing but a column can mean. */
export function strangersIn(transform: Expr | undefined, env: Env): readonly Extract<Expr, { kind: "name" }>[] {
  const strangers: Extract<Expr, { kind: "name" }>[] = [];
  // `lower` in `standardize: lower` is a word, and so is `horizontal` in `RandomFlip(horizontal)`: a layer has options there.
  const words = new Set<Expr>();
  const isLayer = (callee: Expr): boolean => callee.kind === "name" && findLayer(callee.name) !== undefined;
  if (transform !== undefined)
    visit(transform, (at) => {
      if (at.kind === "call")
        for (const { name, value } of at.arguments) if (name !== undefined || isLayer(at.callee)) words.add(value);
      if (at.kind !== "name" || words.has(at) || env.file.names.has(at.name)) return;
      if ([findFunction, findLayer, findEncoder].every((find) => find(at.name) === undefined)) strangers.push(at);
    });
  return strangers.sort((a, b) => a.span.start - b.span.start);
}

const textEncoder = (name: string): boolean => {
  const def = findEncoder(name);
  return def !== undefined && def.takes === undefined;
};

/** Whether a transform has an encoder of text. */
function takesText(transform: Expr | undefined): boolean {
  let found = false;
  if (transform !== undefined)
    visit(transform, (at) => {
      found ||= at.kind === "name" && textEncoder(at.name);
    });
  return found;
}

/** A column of a file that is not at hand, as the field uses it; an array has the shape that the field declares. */
export function assumed(name: string, { transform }: Field, { window, arrays }: Columns, env: Env): SourceColumn {
  const kind = takesText(transform) && window === undefined ? "text" : "number";
  const shape = arrays === true ? { shape: env.field?.declared?.shape ?? [] } : {};
  return inWindow(columnOfFile({ name, kind, ...shape }), window);
}

/** Whether a transform has an encoder of any kind. */
function hasEncoder(transform: Expr | undefined): boolean {
  const names = new Set<string>();
  if (transform !== undefined) namesIn(transform, names);
  return [...names].some((name) => findEncoder(name) !== undefined);
}

const whole: ReadonlySet<string> = new Set(["class", "token", "i32"]);

/**
 * Returns the columns of a file with whole numbers where every field that names one declares such: a float of 32 bits would not
 * hold all of them.
 */
export function withWholeNumbers(columns: Columns, fields: readonly Field[]): Columns {
  const kinds = new Map<string, boolean>();
  for (const { name, type, transform } of fields) {
    const names = new Set([name.text]);
    if (transform !== undefined) namesIn(transform, names);
    const counts = type !== undefined && whole.has(type.element.text) && !hasEncoder(transform);
    for (const column of names) kinds.set(column, (kinds.get(column) ?? true) && counts);
  }
  const typed = (column: SourceColumn): SourceColumn =>
    column.text !== true && column.type.dtype === "f32" && kinds.get(column.name) === true
      ? { ...column, type: { ...column.type, dtype: "i32" } }
      : column;
  return { ...columns, columns: columns.columns.map(typed) };
}

/** Returns the columns that fields name, which `rest` leaves out. */
export function namedColumns(fields: readonly Field[], { columns, open }: Columns, env: Env): ReadonlySet<string> {
  const all = new Set(columns.map((column) => column.name));
  const named = fields.flatMap(({ name, transform }) => {
    const names = new Set<string>();
    if (transform !== undefined) namesIn(transform, names);
    const inside =
      open === undefined
        ? [...names].filter((one) => all.has(one))
        : strangersIn(transform, env).map((one) => one.name);
    const found = inside.filter((one) => one !== restName);
    return inside.length > 0 ? found : [name.text];
  });
  return new Set(named);
}

/** Returns the column `rest`: all numbers of the file but those in `named`; undefined if the file is not at hand. */
export function restOf({ columns, open, window }: Columns, named: ReadonlySet<string>): SourceColumn | undefined {
  if (open !== undefined) return undefined;
  const parts = columns.filter(
    ({ name, text, type, window }) =>
      name !== "" && text !== true && type.shape.length === (window === undefined ? 0 : 1) && !named.has(name),
  );
  return parts.length === 0
    ? undefined
    : inWindow(
        restColumn(
          parts.length,
          parts.map(({ name }) => name),
        ),
        window,
      );
}

/** Returns the column `rest` of so many columns of a file that is not at hand. */
export const openRest = (size: number, except: readonly string[], { window }: Columns): SourceColumn =>
  inWindow(restColumn(size, [], except), window);

/** Returns a declared type as encoders see it; undefined where sizes are open. */
export function declaredType(element: Element | undefined, shape: readonly unknown[]): DeclaredType | undefined {
  if (element === undefined) return undefined;
  const sizes = shape.filter((size): size is number => typeof size === "number");
  if (sizes.length < shape.length) return undefined;
  const count = "count" in element && typeof element.count === "number" ? { count: element.count } : {};
  return { element: element.kind, ...count, shape: sizes };
}
