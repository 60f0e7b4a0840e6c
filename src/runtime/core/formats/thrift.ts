// Reads Thrift's compact protocol, in which Parquet keeps its footer and the headers of its pages. It proves each length before it
// takes memory, and knows nothing of what the fields mean.

/** A struct: its fields by their numbers. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;
export type ThriftValue = number | boolean | Uint8Array | readonly ThriftValue[] | ThriftStruct;

/** What is wrong with bytes, for a sentence that begins with them: `ends in the middle of a field`. */
export class ThriftFault extends Error {
  override readonly name: string = "ThriftFault";
}

const fault = (what: string): ThriftFault => new ThriftFault(what);
const ENDS_EARLY = "ends in the middle of a field";

/** Structs within structs: Parquet has six. */
const MOST_DEPTH = 16;

interface ThriftCursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
}

/** Reads the struct that begins at `at`; `end` is the byte after it. Throws a ThriftFault. */
export function readThrift(bytes: Uint8Array, at: number): { readonly struct: ThriftStruct; readonly end: number } {
  const cursor: ThriftCursor = {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    at,
  };
  const struct = structAt(cursor, 0);
  return { struct, end: cursor.at };
}

/** Whether a fault may be gone where more bytes are at hand. */
export const endsEarly = (error: ThriftFault): boolean => error.message === ENDS_EARLY;

function thriftByte(cursor: ThriftCursor): number {
  const byte = cursor.bytes[cursor.at];
  if (byte === undefined) throw fault(ENDS_EARLY);
  cursor.at++;
  return byte;
}

/** Numbers beyond 2^53 are rounded: nobody takes them for a size. */
function thriftVarint(cursor: ThriftCursor): number {
  let value = 0;
  for (let scale = 1, i = 0; i < 10; i++, scale *= 128) {
    const byte = thriftByte(cursor);
    value += (byte & 127) * scale;
    if (byte < 128) return value;
  }
  throw fault("has a number of more than ten bytes");
}

function zigzag(cursor: ThriftCursor): number {
  const value = thriftVarint(cursor);
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function structAt(cursor: ThriftCursor, depth: number): ThriftStruct {
  if (depth > MOST_DEPTH) throw fault(`has more than ${MOST_DEPTH} structs in each other`);
  const fields = new Map<number, ThriftValue>();
  let id = 0;
  for (;;) {
    const head = thriftByte(cursor);
    const type = head & 15;
    if (type === 0) return fields;
    id = head >> 4 === 0 ? zigzag(cursor) : id + (head >> 4);
    fields.set(id, type === 1 || type === 2 ? type === 1 : valueAt(cursor, type, depth));
  }
}

function valueAt(cursor: ThriftCursor, type: number, depth: number): ThriftValue {
  switch (type) {
    // A truth value within a list is a byte.
    case 1:
    case 2:
      return thriftByte(cursor) === 1;
    case 3:
      return (thriftByte(cursor) << 24) >> 24;
    case 4:
    case 5:
    case 6:
      return zigzag(cursor);
    case 7:
      cursor.at += 8;
      if (cursor.at > cursor.bytes.length) throw fault(ENDS_EARLY);
      return cursor.view.getFloat64(cursor.at - 8, true);
    case 8: {
      const length = thriftVarint(cursor);
      if (length > cursor.bytes.length - cursor.at) throw fault(ENDS_EARLY);
      cursor.at += length;
      return cursor.bytes.subarray(cursor.at - length, cursor.at);
    }
    case 9:
    case 10:
      return thriftList(cursor, depth);
    case 12:
      return structAt(cursor, depth + 1);
    default:
      throw fault(`has a field of type ${type}, which Parquet does not use`);
  }
}

function thriftList(cursor: ThriftCursor, depth: number): readonly ThriftValue[] {
  const head = thriftByte(cursor);
  const count = head >> 4 === 15 ? thriftVarint(cursor) : head >> 4;
  // Each item takes a byte at least.
  if (count > cursor.bytes.length - cursor.at) throw fault(ENDS_EARLY);
  const items: ThriftValue[] = [];
  if (depth > MOST_DEPTH) throw fault(`has more than ${MOST_DEPTH} structs in each other`);
  for (let i = 0; i < count; i++) items.push(valueAt(cursor, head & 15, depth + 1));
  return items;
}
