// Reads the footer of a Parquet file: its columns, and where their pages lie. A footer is hostile until proved otherwise: each number is
// held to the size of the file before anybody uses it.

import type { PlacedFile } from "../dataset.ts";
import { FormatError } from "./formatError.ts";
import { type ParquetForm, type PhysicalType, parquetForm, physicalTypes } from "./parquetForms.ts";
import { readThrift, ThriftFault, type ThriftStruct, type ThriftValue } from "./thrift.ts";

/** A file of which any part can be read. */
export type PlacedBytes = Pick<PlacedFile, "path" | "size" | "read">;

/** The values of a column, below lists perhaps. */
export interface ParquetLeaf {
  /** The place among the chunks of a row group. */
  readonly index: number;
  readonly type: PhysicalType;
  /** The bytes of a value of FIXED_LEN_BYTE_ARRAY. */
  readonly length: number;
  readonly form: ParquetForm;
  /** The definition level of a value that is there. */
  readonly defined: number;
  /** For each list around the value, from the outside: the definition level at which it has an item. */
  readonly lists: readonly number[];
}

export interface ParquetColumn {
  readonly name: string;
  readonly leaf?: ParquetLeaf;
  /** What a column without values for a program is: `a struct`. */
  readonly what?: string;
}

export interface ColumnChunk {
  readonly codec: number;
  readonly values: number;
  /** Where its pages begin and end. */
  readonly from: number;
  readonly to: number;
}

export interface RowGroup {
  readonly rows: number;
  readonly chunks: readonly ColumnChunk[];
}

export interface ParquetFooter {
  readonly rows: number;
  readonly columns: readonly ParquetColumn[];
  readonly groups: readonly RowGroup[];
}

const MAGIC = "PAR1";
const MOST_FOOTER = 2 ** 26;
const MOST_PARQUET_COLUMNS = 10_000;
const MOST_NESTED = 16;
const MOST_PARQUET_ROWS = 2 ** 31 - 1;
/** A file of so many rows has a byte for so many of them at least. */
const MANY_ROWS = 1_000_000;
const ROWS_A_BYTE = 1000;

const asText = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export const thriftNumber = (struct: ThriftStruct | undefined, field: number): number | undefined => {
  const value = struct?.get(field);
  return typeof value === "number" ? value : undefined;
};

export const thriftStruct = (struct: ThriftStruct | undefined, field: number): ThriftStruct | undefined => {
  const value = struct?.get(field);
  return value instanceof Map ? value : undefined;
};

const thriftItems = (struct: ThriftStruct, field: number): readonly ThriftValue[] => {
  const value = struct.get(field);
  return Array.isArray(value) ? value : [];
};

const structsOf = (struct: ThriftStruct, field: number): readonly ThriftStruct[] =>
  thriftItems(struct, field).map((one) => (one instanceof Map ? one : new Map()));

/** Reads the footer. Throws a FormatError that names the file and the fault. */
export function parquetFooter(file: PlacedBytes): ParquetFooter {
  const fail = (what: string): never => {
    throw new FormatError(file.path, what);
  };
  const { size } = file;
  if (size === 0) return fail("is empty");
  const first = file.read(0, 4);
  if (first[0] === 0x1f && first[1] === 0x8b)
    return fail("is packed by gzip, but its parts are read where they lie: unpack it first");
  const [start, end] = [asText(first), file.read(Math.max(0, size - 8), 8)];
  const sign = asText(end.subarray(4));
  if (start === "PARE" || sign === "PARE") return fail("is encrypted, which nnc does not read");
  if (start !== MAGIC) return fail("is no Parquet file: it does not begin with PAR1");
  if (size < 12 || sign !== MAGIC) return fail("is truncated: it does not end with PAR1");
  const length = new DataView(end.buffer, end.byteOffset, 4).getUint32(0, true);
  if (length > size - 12) return fail(`is corrupt: its footer has ${length} bytes, more than the file`);
  if (length > MOST_FOOTER) return fail(`has a footer of ${length} bytes; the most are ${MOST_FOOTER}`);
  const bytes = file.read(size - 8 - length, length);
  try {
    const { struct } = readThrift(bytes, 0);
    if (struct.has(8)) return fail("is encrypted, which nnc does not read");
    return footerOf(struct, size - 8 - length, fail);
  } catch (error) {
    if (!(error instanceof ThriftFault)) throw error;
    return fail(`is corrupt: its footer ${error.message}`);
  }
}

function footerOf(struct: ThriftStruct, end: number, fail: (what: string) => never): ParquetFooter {
  const { columns, types } = columnsIn(structsOf(struct, 2), fail);
  const rows = thriftNumber(struct, 3) ?? -1;
  if (rows < 0 || rows > MOST_PARQUET_ROWS)
    return fail(`says that it has ${rows} rows; the most are ${MOST_PARQUET_ROWS}`);
  if (rows > MANY_ROWS && rows > ROWS_A_BYTE * end)
    return fail(`says that it has ${rows} rows in ${end} bytes: over ${ROWS_A_BYTE} in each`);
  const groups = structsOf(struct, 4).map((group, i): RowGroup => {
    const bad = (what: string): never => fail(`row group ${i + 1}: ${what}`);
    const own = thriftNumber(group, 3) ?? -1;
    if (own < 0 || own > rows) return bad(`says that it has ${own} rows of ${rows}`);
    const chunks = structsOf(group, 1);
    if (chunks.length !== types.length) return bad(`has ${chunks.length} columns, not ${types.length}`);
    return {
      rows: own,
      chunks: chunks.map((chunk, at) => chunkOf(chunk, types[at] as LeafType, own, end, bad)),
    };
  });
  const all = groups.reduce((sum, group) => sum + group.rows, 0);
  if (all !== rows) return fail(`is corrupt: it says that it has ${rows} rows, but its row groups have ${all}`);
  return { rows, columns, groups };
}

interface LeafType {
  readonly name: string;
  readonly type: number;
  readonly flat: boolean;
}

function chunkOf(
  chunk: ThriftStruct,
  { name, type, flat }: LeafType,
  rows: number,
  end: number,
  fail: (what: string) => never,
): ColumnChunk {
  const bad = (what: string): never => fail(`column '${name}' ${what}`);
  if (chunk.has(1)) return bad("lies in another file, which nnc does not read");
  if (chunk.has(8)) return bad("is encrypted, which nnc does not read");
  const meta = thriftStruct(chunk, 3);
  if (meta === undefined) return bad("has no description");
  if (thriftNumber(meta, 1) !== type) return bad("has another type than in the schema");
  const [codec = -1, values = -1, length = -1, data = -1, dictionary] = [4, 5, 7, 9, 11].map((field) =>
    thriftNumber(meta, field),
  );
  // Some writers give 0 where there is no dictionary.
  const from = dictionary !== undefined && dictionary > 0 && dictionary < data ? dictionary : data;
  if (from < 4 || length < 0 || from + length > end)
    return bad(`lies outside of the file: ${length} bytes from byte ${from} on`);
  if (values < 0 || values > MOST_PARQUET_ROWS || (flat && values !== rows))
    return bad(`says that it has ${values} values for ${rows} rows`);
  return { codec, values, from, to: from + length };
}

interface SchemaNode {
  readonly name: string;
  readonly element: ThriftStruct;
  readonly children: readonly SchemaNode[];
}

/** Makes the flat list of the schema a tree; its first element is the root. */
function schemaTree(elements: readonly ThriftStruct[], fail: (what: string) => never): SchemaNode {
  let at = 0;
  const next = (depth: number): SchemaNode => {
    const element = elements[at++];
    if (element === undefined) return fail("is corrupt: its schema ends too early");
    if (depth > MOST_NESTED) return fail(`has columns within over ${MOST_NESTED} others`);
    const name = element.get(4);
    if (!(name instanceof Uint8Array)) return fail(`is corrupt: column ${at - 1} of its schema has no name`);
    const children: SchemaNode[] = [];
    const count = thriftNumber(element, 5) ?? 0;
    if (count < 0 || count > elements.length) return fail(`is corrupt: its schema has ${count} columns in one`);
    for (let i = 0; i < count; i++) children.push(next(depth + 1));
    return { name: asText(name), element, children };
  };
  const root = next(0);
  if (at !== elements.length) return fail(`is corrupt: its schema has ${elements.length} parts, but uses ${at}`);
  return root;
}

function columnsIn(
  elements: readonly ThriftStruct[],
  fail: (what: string) => never,
): { readonly columns: readonly ParquetColumn[]; readonly types: readonly LeafType[] } {
  const root = schemaTree(elements, fail);
  if (root.children.length === 0) return fail("has no columns");
  if (root.children.length > MOST_PARQUET_COLUMNS)
    return fail(`has ${root.children.length} columns; the most are ${MOST_PARQUET_COLUMNS}`);
  const types: LeafType[] = [];
  const columns = root.children.map((node): ParquetColumn => {
    const index = types.length;
    addLeaves(node, node.name, true, types, fail);
    return columnOf(node, index, fail);
  });
  const names = new Set(columns.map(({ name }) => name));
  if (names.size < columns.length) return fail("has two columns of the same name");
  return { columns, types };
}

const isRepeated = ({ element }: SchemaNode): boolean => thriftNumber(element, 3) === 2;

function addLeaves(
  node: SchemaNode,
  name: string,
  flat: boolean,
  types: LeafType[],
  fail: (what: string) => never,
): void {
  const single = flat && !isRepeated(node);
  for (const child of node.children) addLeaves(child, `${name}.${child.name}`, single, types, fail);
  if (node.children.length > 0) return;
  const type = thriftNumber(node.element, 1);
  if (type !== undefined && physicalTypes[type] !== undefined) types.push({ name, type, flat: single });
  else fail(`column '${name}' has no type`);
}

const [MAP, MAP_KEY_VALUE, LIST] = [1, 2, 3];

/** Says what a node of the schema is that holds others and is no list; undefined for lists and values. */
function otherThanList({ element, children }: SchemaNode): string | undefined {
  const converted = thriftNumber(element, 6);
  const logical = thriftStruct(element, 10);
  if (converted === MAP || converted === MAP_KEY_VALUE || logical?.has(2) === true) return "a map";
  if (children.length === 0) return undefined;
  return converted === LIST || logical?.has(3) === true ? undefined : "a struct";
}

function columnOf(top: SchemaNode, index: number, fail: (what: string) => never): ParquetColumn {
  const { name } = top;
  const lists: number[] = [];
  let defined = 0;
  let inList = false;
  for (let node = top; ; node = node.children[0] as SchemaNode) {
    const repetition = thriftNumber(node.element, 3) ?? 0;
    if (repetition > 0) defined++;
    if (repetition === 2) lists.push(defined);
    // The group in the middle of a list is no struct.
    const what = inList && repetition === 2 && node.children.length === 1 ? undefined : otherThanList(node);
    if (what !== undefined || node.children.length > 1) return { name, what: what ?? "a struct" };
    inList = repetition !== 2;
    if (node.children.length > 0) continue;
    const type = physicalTypes[thriftNumber(node.element, 1) ?? -1] as PhysicalType;
    const form = parquetForm(node.element, type);
    if ("what" in form) return { name, what: form.what };
    const length = thriftNumber(node.element, 2) ?? 0;
    if (type === "FIXED_LEN_BYTE_ARRAY" && (length < 1 || length > 2 ** 20))
      return fail(`column '${name}' has values of ${length} bytes`);
    return { name, leaf: { index, type, length, form, defined, lists } };
  }
}
