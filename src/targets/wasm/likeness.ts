// Assembles a form of a module from the bytes of another. The assembler reads only functions that differ; the bodies of all
// others are copied. It knows the sections of a module, but no kernels.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { Assemble } from "./assemble.ts";
import { moduleOf } from "./wat.ts";

/** A module's text in parts, each of whole fields, and its bytes. */
export interface Assembled {
  readonly parts: readonly string[];
  readonly bytes: Uint8Array;
}

/** The head of a function up to its locals. */
const signature = /^\(func \$\S+(?: \(export "[^"]*"\))?(?: \((?:param|result) [^)]*\))*/;

interface Functions {
  /** The number of each function, by name. */
  readonly numbers: ReadonlyMap<string, number>;
  /** The number of each global, by name. */
  readonly globals: ReadonlyMap<string, number>;
  /** The number of the one function of a part, by its text. */
  readonly alone: ReadonlyMap<string, number>;
}

function functionsOf(parts: readonly string[]): Functions {
  const numbers = new Map<string, number>();
  const globals = new Map<string, number>();
  const alone = new Map<string, number>();
  for (const part of parts) {
    for (const [, name = ""] of part.matchAll(/^\(global \$(\S+)/gm)) globals.set(name, globals.size);
    const names = Array.from(part.matchAll(/^\(func \$(\S+)/gm), ([, name = ""]) => name);
    if (names.length === 1 && signature.test(part)) alone.set(part, numbers.size);
    for (const name of names) numbers.set(name, numbers.size);
  }
  return { numbers, globals, alone };
}

/** A number that begins at a place, as LEB128, and the place behind it. */
function numberAt(bytes: Uint8Array, at: number): readonly [value: number, end: number] {
  let value = 0;
  for (let i = 0; ; i++) {
    const byte = bytes[at + i] ?? 0;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return [value, at + i + 1];
  }
}

const bytesOf = (value: number): readonly number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...bytesOf(Math.floor(value / 128))];

const CODE = 10;

/** The places of the code section, and the bodies in it, each with its size. */
function codeOf(bytes: Uint8Array) {
  // The magic word and the version.
  for (let start = 8; start < bytes.length; ) {
    const [size, inner] = numberAt(bytes, start + 1);
    if (bytes[start] !== CODE) {
      start = inner + size;
      continue;
    }
    const [count, first] = numberAt(bytes, inner);
    const bodies: Uint8Array[] = [];
    let at = first;
    while (bodies.length < count) {
      const [length, body] = numberAt(bytes, at);
      bodies.push(bytes.subarray(at, body + length));
      at = body + length;
    }
    return { start, end: at, bodies };
  }
  throw new CompilerBug("a module without code");
}

/** The module with other bodies. */
function withBodies(bytes: Uint8Array, bodies: readonly Uint8Array[]): Uint8Array {
  const { start, end } = codeOf(bytes);
  const count = bytesOf(bodies.length);
  const size = bodies.reduce((sum, body) => sum + body.length, count.length);
  const head = [CODE, ...bytesOf(size), ...count];
  const whole = new Uint8Array(start + head.length - count.length + size + bytes.length - end);
  let at = 0;
  for (const piece of [bytes.subarray(0, start), head, ...bodies, bytes.subarray(end)]) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** A function that assembles the parts of another form: the same bytes as those of its whole text. */
export function assembleLike(base: Assembled, assemble: Assemble): (parts: readonly string[]) => Uint8Array {
  const from = functionsOf(base.parts);
  const { bodies } = codeOf(base.bytes);
  return (parts) => {
    const { numbers, globals, alone } = functionsOf(parts);
    /** Bodies name other functions and globals by number, and types too if they call through the table. */
    const isSame = (part: string): boolean =>
      !part.includes("(call_indirect") &&
      Array.from(part.matchAll(/\((call|global\.[gs]et) \$([^\s)]+)/g)).every(([, kind, name = ""]) =>
        kind === "call" ? numbers.get(name) === from.numbers.get(name) : globals.get(name) === from.globals.get(name),
      );
    const copied = new Map<number, Uint8Array>();
    const texts = parts.map((part) => {
      const [number, own] = [from.alone.get(part), alone.get(part)];
      const body = number === undefined ? undefined : bodies[number];
      if (own === undefined || body === undefined || !isSame(part)) return part;
      copied.set(own, body);
      return `${signature.exec(part)?.[0]} unreachable)`;
    });
    const bytes = assemble(moduleOf(texts));
    return withBodies(
      bytes,
      codeOf(bytes).bodies.map((body, number) => copied.get(number) ?? body),
    );
  };
}
