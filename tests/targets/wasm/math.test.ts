// The decompositions of scalar functions, run as WebAssembly over f32 patterns from end to end and compared with their bounds.
// STRIDE=1 npx vitest run tests/targets/wasm/math.test.ts takes every pattern there is, and some hours.

import { expect, test } from "vitest";
import { decomposition } from "../../../src/ir/scalar/decompositions.ts";
import { isScalarName, scalarFunction } from "../../../src/ir/scalar.ts";
import { mathFunction, mathFunctionNames } from "../../../src/targets/wasm/math.ts";
import { lane } from "../../support/lane.ts";
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
  const globals = new Set<string>();
  const include = (name: string): void => {
    if (functions.has(name)) return;
    const { vector, scalar, calls, constants } = mathFunction(name)!;
    for (const constant of constants) globals.add(constant);
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
  const text = `(module (memory (export "memory") 1) ${[...globals, ...functions.values(), ...drivers].join("\n")})`;
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
const scalar = (name: string): ((...args: readonly number[]) => number) =>
  exports[`${name}_s`] as (...args: readonly number[]) => number;

/** The remainder of two f32 with the sign of y, exactly: f64's `x - floor(x / y) y` loses bits where the quotient is long. */
function floorMod(x: number, y: number): number {
  if (!Number.isFinite(y)) return Number.NaN;
  const rest = x % y;
  return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest + 0;
}
function exactly(name: string): (...args: readonly number[]) => number {
  if (name === "mod") return (x = 0, y = 0) => floorMod(x, y);
  return isScalarName(name) ? scalarFunction(name).evaluate : expect.fail(`there is no scalar function '${name}'`);
}
/** What mod does not promise: a quotient of more than 46 bits, or one whose product with y overflows. */
function longQuotient([x = 0, y = 0]: readonly number[]): boolean {
  const quotient = Math.fround(x / y);
  return (
    Number.isFinite(x) && y !== 0 && !(Math.abs(quotient) < 2 ** 46 && Math.abs(Math.floor(quotient) * y) < 2 ** 128)
  );
}

interface Worst {
  readonly error: number;
  readonly at: readonly number[];
}

/** The largest error over the arguments that `fill` puts into the arrays, as often as it says there are more. */
function worstOf(name: string, fill: () => boolean): Worst {
  const exact = exactly(name);
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

/** Arguments whose power is anywhere between the ends of f32: a base that is spread like its bits, or one near 1. */
function powers(): () => boolean {
  let rounds = 40;
  return () => {
    for (let i = 0; i < lanes; i++) {
      const base = i % 2 === 0 ? 2 ** (254 * random() - 127) : 2 ** (random() - 0.5);
      first[i] = base;
      second[i] = (290 * random() - 155) / Math.log2(first[i]!);
    }
    return --rounds > 0;
  };
}

/** Arguments of either sign, whole ones and others, with quotients of up to 46 bits. */
function quotients(): () => boolean {
  let rounds = 40;
  return () => {
    for (let i = 0; i < lanes; i++) {
      const size = 2 ** (45 * random());
      first[i] = size * (random() - 0.5);
      second[i] = 2 * random() - 1;
      if (i % 2 === 0) {
        first[i] = Math.floor(first[i]!);
        second[i] = Math.floor(10 * random()) - 10;
      }
      if (longQuotient([first[i]!, second[i]!])) second[i] = 1;
    }
    return --rounds > 0;
  };
}

/** Numerical Recipes' generator, from 0 to 1: the same arguments in every run. */
const random = ((state: number) => () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
})(1);

const unary = mathFunctionNames.filter((name) => decomposition(name)!.arity === 1);
const boundOf = (name: string): number => decomposition(name)!.ulp;

test.each(unary)(
  "%s is within its bound",
  (name) => {
    const { error, at } = worstOf(name, everyPattern());
    expect(error, `${at}`).toBeLessThanOrEqual(boundOf(name));
  },
  3_600_000,
);

test.each([
  ["pow", powers],
  ["mod", quotients],
] as const)("%s is within its bound", (name, fill) => {
  const { error, at } = worstOf(name, fill());
  expect(error, `${at}`).toBeLessThanOrEqual(boundOf(name));
});

test("every function is checked over its arguments", () => {
  expect(mathFunctionNames.filter((name) => !unary.includes(name))).toEqual(["pow", "mod"]);
});

test("pow is exact where the power is whole and fits", () => {
  for (let base = 2; base <= 4096; base++) {
    for (let exponent = 1; base ** exponent <= 2 ** 24; exponent++) {
      expect(scalar("pow")(base, exponent)).toBe(base ** exponent);
      expect(scalar("pow")(-base, exponent)).toBe((-base) ** exponent);
    }
  }
});

test("pow to the first and second is x and x x", () => {
  const fill = everyPattern();
  for (const [exponent, exact] of [
    [1, (x: number) => x],
    [2, (x: number) => Math.fround(x * x)],
  ] as const) {
    fill();
    second.fill(exponent);
    run("pow");
    for (let i = 0; i < lanes; i++) expect(result[i]!).toBe(exact(first[i]!));
  }
});

/** Where functions change their ways, the ends of f32, and what is nearest to a multiple of π/2. */
const corners = [
  ...[0, 2 ** -149, 1e-40, 2 ** -126, 0.1, 1 / 3, 0.5, 0.625, 0.92, 0.99999994, 1, 1.0000001, 1.5, 2, 3, 4, 7, 9.1, 10],
  ...[18, 88.7, 89, 103.9, 104, 105, 12_288, 12_290, 1e5, 2 ** 24 - 1, 2 ** 24, 2 ** 39, 2 ** 64, 16_367_173 * 2 ** 72],
  ...[2 ** 119, 3.4028234663852886e38, Number.POSITIVE_INFINITY, Number.NaN],
].flatMap((x) => [Math.fround(x), -Math.fround(x)]);
test.each(mathFunctionNames)("%s has the same bits in one lane, in four and in JavaScript, and good ones", (name) => {
  const { arity, define, ulp } = decomposition(name) as {
    readonly arity: number;
    readonly ulp: number;
    define(a: typeof lane, ...args: readonly number[]): number;
  };
  const all = arity === 1 ? corners.map((x) => [x]) : corners.flatMap((x) => corners.map((y) => [x, y]));
  while (all.length > 0) {
    const some = all.splice(0, lanes);
    some.forEach(([x, y], i) => {
      first[i] = x!;
      second[i] = y ?? 0;
    });
    run(name);
    for (const [i, args] of some.entries()) {
      const got = result[i]!;
      if (!Object.is(scalar(name)(...args), got)) expect.fail(`scalar ${name}(${args})`);
      if (!Object.is(Math.fround(define(lane, ...args)), got)) expect.fail(`JavaScript ${name}(${args})`);
      if (name === "mod" && longQuotient(args)) continue;
      const error = ulpError(got, exactly(name)(...args));
      if (!(error <= ulp)) expect.fail(`${name}(${args}) = ${got}, off by ${error} ulp`);
    }
  }
});
