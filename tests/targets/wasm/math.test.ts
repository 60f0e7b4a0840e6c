// The decompositions of scalar functions, run as WebAssembly over f32 patterns from end to end and held to their bounds.
// STRIDE=1 npx vitest run tests/targets/wasm/math.test.ts takes every pattern there is, which takes an hour.

import { describe, expect, test } from "vitest";
import { decomposition } from "../../../src/ir/scalar/decompositions.ts";
import { scalarFunction } from "../../../src/ir/scalar.ts";
import { mathFunction, mathFunctionNames } from "../../../src/targets/wasm/math.ts";
import { lane } from "../../ir/lane.ts";
import { ulpError } from "./ulp.ts";

const stride = Number(process.env.STRIDE ?? 4099);
const patterns = 2 ** 32;
/** Lanes of a call; arguments, second arguments and results follow each other in memory. */
const lanes = 4096;

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly [name: string]: unknown;
}

/** What of WebAssembly is needed here; its types belong to the library of browsers. */
const webAssembly = (
  globalThis as unknown as {
    WebAssembly: { instantiate(bytes: Uint8Array): Promise<{ instance: { exports: Exports } }> };
  }
).WebAssembly;

/** All functions in one module; `NAME` runs the vector one over the arrays, `NAME_s` is the scalar one. */
async function instantiate(): Promise<Exports> {
  const { default: load } = await import("wabt");
  const functions = new Map<string, string>();
  const include = (name: string): void => {
    if (functions.has(name)) return;
    const { vector, scalar, calls } = mathFunction(name)!;
    functions.set(name, `${vector}\n${scalar}`);
    calls.forEach(include);
  };
  mathFunctionNames.forEach(include);
  const drivers = mathFunctionNames.map((name) => {
    const second = decomposition(name)!.arity === 2 ? ` (v128.load offset=${4 * lanes} (local.get $i))` : "";
    return `(export "${name}_s" (func $${name}_s))
      (func (export "${name}") (local $i i32)
        (loop $next
          (v128.store offset=${8 * lanes} (local.get $i) (call $${name}_v (v128.load (local.get $i))${second}))
          (local.set $i (i32.add (local.get $i) (i32.const 16)))
          (br_if $next (i32.lt_u (local.get $i) (i32.const ${4 * lanes})))))`;
  });
  const text = `(module (memory (export "memory") 1) ${[...functions.values(), ...drivers].join("\n")})`;
  const module = (await load()).parseWat("math.wat", text, { simd: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  return (await webAssembly.instantiate(buffer)).instance.exports;
}

const exports = await instantiate();
const [first, second, result] = [0, 1, 2].map((k) => new Float32Array(exports.memory.buffer, 4 * k * lanes, lanes)) as [
  Float32Array,
  Float32Array,
  Float32Array,
];
const firstBits = new Uint32Array(exports.memory.buffer, 0, lanes);
const run = (name: string): void => (exports[name] as () => void)();

interface Worst {
  readonly error: number;
  readonly at: readonly number[];
}

/** The largest error over the arguments that `fill` puts into the arrays, as often as it says there are more. */
function worstOf(name: string, fill: () => boolean): Worst {
  const exact = scalarFunction(name).evaluate;
  let error = 0;
  let at: readonly number[] = [];
  for (let more = true; more; ) {
    more = fill();
    run(name);
    for (let i = 0; i < lanes; i++) {
      const here = ulpError(result[i]!, exact(first[i]!, second[i]!));
      if (here > error) {
        error = here;
        at = [first[i]!, second[i]!, result[i]!];
      }
    }
  }
  return { error, at };
}

/** Every `stride`th pattern: both signs, subnormals, infinities and NaN. */
function everyPattern(): () => boolean {
  let next = 0;
  return () => {
    for (let i = 0; i < lanes; i++, next += stride) firstBits[i] = next % patterns;
    return next < patterns;
  };
}

/** Where functions change their ways, and the ends of f32. */
const corners = [
  0,
  -0,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  1,
  -1,
  2,
  -2,
  3,
  0.5,
  -0.5,
  0.1,
  -0.7,
  10,
  -10,
  88.7,
  89,
  -87.5,
  -103,
  -104,
  -105,
  1e5,
  -1e5,
  2 ** 24,
  2 ** 64,
  3.4028234663852886e38,
  -3.4028234663852886e38,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
].map(Math.fround);

describe.each(mathFunctionNames)("%s", (name) => {
  const { arity, ulp } = decomposition(name)!;

  if (arity === 1) {
    test(`is within ${ulp} ulp`, () => {
      const { error, at } = worstOf(name, everyPattern());
      expect(error, `${at}`).toBeLessThanOrEqual(ulp);
    }, 3_600_000);
  }

  test("has the same bits in one lane, in four and in JavaScript", () => {
    const pairs = arity === 1 ? corners.map((x) => [x]) : corners.flatMap((x) => corners.map((y) => [x, y]));
    const scalar = exports[`${name}_s`] as (...args: number[]) => number;
    pairs.forEach(([x, y = 0], i) => {
      first[i] = x!;
      second[i] = y;
    });
    run(name);
    const { define } = decomposition(name) as { define(a: typeof lane, ...args: number[]): number };
    for (const [i, args] of pairs.entries()) {
      expect(scalar(...args), `scalar ${name}(${args})`).toBe(result[i]!);
      expect(Math.fround(define(lane, ...args)), `JavaScript ${name}(${args})`).toBe(result[i]!);
    }
  });
});
