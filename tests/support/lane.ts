// The algebra of f32 lanes in JavaScript: each operation rounds with Math.fround, so decompositions can be run and debugged
// without a target. Bits are i32 numbers, masks -1 and 0.

import type { Algebra } from "../../src/ir/scalar/algebra.ts";
import { decomposition } from "../../src/ir/scalar/decompositions.ts";

const word = new DataView(new ArrayBuffer(4));
const f32 = Math.fround;
const mask = (holds: boolean): number => (holds ? -1 : 0);
/** Half to even: adding 2²³ leaves no room for a fraction. Keeps the sign of zero. */
const nearest = (x: number): number => {
  const size = Math.abs(x);
  const rounded = size < 2 ** 23 ? f32(size + 2 ** 23) - 2 ** 23 : size;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
};

export const lane: Algebra<number, number> = {
  f32,
  i32: (value) => value | 0,
  add: (a, b) => f32(a + b),
  sub: (a, b) => f32(a - b),
  mul: (a, b) => f32(a * b),
  div: (a, b) => f32(a / b),
  sqrt: (a) => f32(Math.sqrt(a)),
  min: (a, b) => (b < a ? b : a),
  max: (a, b) => (a < b ? b : a),
  abs: Math.abs,
  neg: (a) => -a,
  floor: Math.floor,
  ceil: Math.ceil,
  nearest,
  trunc: Math.trunc,
  eq: (a, b) => mask(a === b),
  ne: (a, b) => mask(a !== b),
  lt: (a, b) => mask(a < b),
  le: (a, b) => mask(a <= b),
  gt: (a, b) => mask(a > b),
  ge: (a, b) => mask(a >= b),
  select: (condition, a, b) => (condition !== 0 ? a : b),
  selectBits: (condition, a, b) => (condition !== 0 ? a : b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  andNot: (a, b) => a & ~b,
  bits: (a) => {
    word.setFloat32(0, a);
    return word.getInt32(0);
  },
  fromBits: (a) => {
    word.setInt32(0, a);
    return word.getFloat32(0);
  },
  toFloat: f32,
  toInt: (a) => (Number.isNaN(a) ? 0 : Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.trunc(a))) | 0),
  addInt: (a, b) => (a + b) | 0,
  subInt: (a, b) => (a - b) | 0,
  mulInt: Math.imul,
  eqInt: (a, b) => mask(a === b),
  shiftLeft: (a, distance) => a << distance,
  shiftRight: (a, distance) => a >> distance,
  shiftRightZeros: (a, distance) => (a >>> distance) | 0,
  rarely: (condition, name, x, common) => {
    if (condition === 0) return common;
    const slow = decomposition(name);
    if (slow?.arity !== 1) throw new Error(`no decomposition '${name}' of one argument`);
    return slow.define(lane, x);
  },
};
