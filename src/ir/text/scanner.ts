// Reads one node of a graph's text form, token by token. It knows sizes, ids and literals, but no nodes.

import { addSizes, floorDivide, multiplySizes, type Size, symbol } from "../size.ts";
import type { DType, TensorType } from "../types.ts";

/** A text that is no graph. `line` counts from 1. */
export class GraphTextError extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.name = "GraphTextError";
    this.line = line;
  }
}

export interface Scanner {
  /** Takes `token` if it comes next. */
  accept(token: string): boolean;
  /** Takes `token`, or throws. */
  expect(token: string): void;
  /** Whether `token` comes next. */
  peek(token: string): boolean;
  peekDigit(): boolean;
  atEnd(): boolean;
  fail(message: string): never;
  /** Letters, digits and `_`. */
  word(): string;
  number(): number;
  integer(): number;
  /** A text in double quotes, as in JSON. */
  string(): string;
  /** `%12` */
  id(): number;
  size(): Size;
  /** `f32[?,3]` */
  type(): TensorType;
  /** The items that `item` reads, separated by commas, between `open` and `close`. */
  list<T>(open: string, close: string, item: () => T): readonly T[];
}

const dtypes: readonly DType[] = ["f32", "i32", "u8", "bool"];

/** A place in a line, and the tokens from there on. */
interface Cursor extends Pick<Scanner, "accept" | "expect" | "peek" | "peekDigit" | "atEnd" | "fail"> {
  /** Takes the token of this form (a sticky pattern), or throws that `what` was expected. */
  token(pattern: RegExp, what: string): string;
}

function cursor(text: string, line: number): Cursor {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skip = (): void => {
    take(/\s*/y);
  };
  const c: Cursor = {
    fail: (message) => {
      throw new GraphTextError(line, `${message} at '${text.slice(at, at + 20)}'`);
    },
    token: (pattern, what) => {
      skip();
      return take(pattern) ?? c.fail(`expected ${what}`);
    },
    accept: (wanted) => {
      skip();
      if (!text.startsWith(wanted, at)) return false;
      // A word does not match the beginning of a longer one.
      if (/\w$/.test(wanted) && /\w/.test(text[at + wanted.length] ?? "")) return false;
      at += wanted.length;
      return true;
    },
    expect: (wanted) => {
      if (!c.accept(wanted)) c.fail(`expected '${wanted}'`);
    },
    peek: (wanted) => {
      skip();
      return text.startsWith(wanted, at);
    },
    peekDigit: () => {
      skip();
      return /\d/.test(text[at] ?? "");
    },
    atEnd: () => {
      skip();
      return at === text.length;
    },
  };
  return c;
}

const readInteger = (c: Cursor): number => Number(c.token(/-?\d+/y, "an integer"));

/** A number, a symbol, or `floor((…) / n)`. */
function readFactor(c: Cursor): Size {
  if (c.accept("floor(")) {
    c.expect("(");
    const inside = readSize(c);
    c.expect(")");
    c.expect("/");
    const divisor = readInteger(c);
    c.expect(")");
    return floorDivide(inside, divisor);
  }
  const name = c.token(/[^\s+\-*/()[\]{},=:"]+/y, "a size");
  return /^\d+$/.test(name) ? Number(name) : symbol(name);
}

function readTerm(c: Cursor): Size {
  let result = readFactor(c);
  while (c.accept("*")) result = multiplySizes(result, readFactor(c));
  return result;
}

function readSize(c: Cursor): Size {
  let sum: Size = c.accept("-") ? multiplySizes(readTerm(c), -1) : readTerm(c);
  for (;;) {
    if (c.accept("+")) sum = addSizes(sum, readTerm(c));
    else if (c.accept("-")) sum = addSizes(sum, multiplySizes(readTerm(c), -1));
    else return sum;
  }
}

function readList<T>(c: Cursor, open: string, close: string, item: () => T): readonly T[] {
  c.expect(open);
  const items: T[] = [];
  if (c.accept(close)) return items;
  do items.push(item());
  while (c.accept(","));
  c.expect(close);
  return items;
}

export function scanner(text: string, line: number): Scanner {
  const c = cursor(text, line);
  const list: Scanner["list"] = (open, close, item) => readList(c, open, close, item);
  const size = (): Size => readSize(c);
  return {
    ...c,
    list,
    size,
    integer: () => readInteger(c),
    word: () => c.token(/[A-Za-z_]\w*/y, "a word"),
    number: () => Number(c.token(/-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity)|NaN/y, "a number")),
    string: () => JSON.parse(c.token(/"(?:[^"\\]|\\.)*"/y, "a text in quotes")) as string,
    id: () => {
      c.expect("%");
      return readInteger(c);
    },
    type: () => {
      const name = c.token(/\w+/y, "an element type");
      const dtype = dtypes.find((known) => known === name) ?? c.fail(`'${name}' is no element type`);
      return { dtype, shape: list("[", "]", size) };
    },
  };
}

/** Prints a number so that reading it returns the same one. */
export const printNumber = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

export const printList = <T>(items: readonly T[], print: (item: T) => string = String): string =>
  `[${items.map(print).join(", ")}]`;
