// Reads one line of a graph's text form, token by token. Knows sizes, ids and literals, and no node.

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
  /** A text in double quotes, as JSON has it. */
  string(): string;
  /** `%12` */
  id(): number;
  size(): Size;
  /** `f32[?,3]` */
  type(): TensorType;
  /** What `item` reads, separated by commas, between `open` and `close`. */
  list<T>(open: string, close: string, item: () => T): readonly T[];
}

const dtypes: readonly DType[] = ["f32", "i32", "u8", "bool"];

export function scanner(text: string, line: number): Scanner {
  let at = 0;
  const fail = (message: string): never => {
    throw new GraphTextError(line, `${message} at '${text.slice(at, at + 20)}'`);
  };
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skip = (): void => {
    take(/ */y);
  };
  const token = (pattern: RegExp, what: string): string => {
    skip();
    return take(pattern) ?? fail(`expected ${what}`);
  };
  const accept = (wanted: string): boolean => {
    skip();
    if (!text.startsWith(wanted, at)) return false;
    // A word is not the beginning of a longer one.
    if (/\w$/.test(wanted) && /\w/.test(text[at + wanted.length] ?? "")) return false;
    at += wanted.length;
    return true;
  };
  const expect = (wanted: string): void => {
    if (!accept(wanted)) fail(`expected '${wanted}'`);
  };
  const integer = (): number => Number(token(/-?\d+/y, "an integer"));

  const factor = (): Size => {
    if (accept("floor(")) {
      expect("(");
      const inside = size();
      expect(")");
      expect("/");
      const divisor = integer();
      expect(")");
      return floorDivide(inside, divisor);
    }
    const name = token(/[^\s+\-*/()[\]{},=:"]+/y, "a size");
    return /^\d+$/.test(name) ? Number(name) : symbol(name);
  };
  const term = (): Size => {
    let result = factor();
    while (accept("*")) result = multiplySizes(result, factor());
    return result;
  };
  const size = (): Size => {
    let sum: Size = accept("-") ? multiplySizes(term(), -1) : term();
    for (;;) {
      if (accept("+")) sum = addSizes(sum, term());
      else if (accept("-")) sum = addSizes(sum, multiplySizes(term(), -1));
      else return sum;
    }
  };
  const list = <T>(open: string, close: string, item: () => T): readonly T[] => {
    expect(open);
    const items: T[] = [];
    if (accept(close)) return items;
    do items.push(item());
    while (accept(","));
    expect(close);
    return items;
  };
  return {
    accept,
    expect,
    fail,
    integer,
    size,
    list,
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
    word: () => token(/[A-Za-z_]\w*/y, "a word"),
    number: () => Number(token(/-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity)|NaN/y, "a number")),
    string: () => JSON.parse(token(/"(?:[^"\\]|\\.)*"/y, "a text in quotes")) as string,
    id: () => {
      expect("%");
      return integer();
    },
    type: () => {
      const name = token(/\w+/y, "an element type");
      const dtype = dtypes.find((known) => known === name) ?? fail(`'${name}' is no element type`);
      return { dtype, shape: list("[", "]", size) };
    },
  };
}

/** A number such that reading gives the very same one. */
export const printNumber = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

export const printList = <T>(items: readonly T[], print: (item: T) => string = String): string =>
  `[${items.map(print).join(", ")}]`;
