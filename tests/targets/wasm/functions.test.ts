// Every scalar function over arguments of every kind, alone and in four lanes, run as WebAssembly and compared with its
// definition.

import { beforeAll, describe, expect, test } from "vitest";
import { scalarFunction, scalarNames } from "../../../src/ir/scalar.ts";
import {
  applyFunction,
  constantTerm,
  convert,
  firstLane,
  hasLanes,
  type Kind,
  type Lanes,
  type Term,
} from "../../../src/targets/wasm/functions.ts";
import { mathFunction } from "../../../src/targets/wasm/math.ts";
import { functionText } from "../../../src/targets/wasm/wat.ts";

const kinds: readonly Kind[] = ["f32", "i32", "bool"];
/** Values for the first, second and third argument; a divisor is never 0. */
const values = {
  f32: [0.40625, 0.75, -1.5],
  i32: [3, 2, -4],
  bool: [1, 1, 0],
} satisfies { [K in Kind]: readonly number[] };

const tuples = (length: number): readonly (readonly Kind[])[] =>
  length === 0 ? [[]] : tuples(length - 1).flatMap((tuple) => kinds.map((kind) => [...tuple, kind]));

const cases = scalarNames.flatMap((fn) =>
  tuples(scalarFunction(fn).arity).flatMap((args) =>
    ([1, 4] as const)
      .filter((lanes) => lanes === 1 || hasLanes(fn, args))
      .map((lanes) => ({ fn, args, lanes, name: `${fn}(${args.join(", ")}) in ${lanes === 1 ? "one lane" : "four"}` })),
  ),
);

const term = (kind: Kind, value: number, lanes: Lanes): Term =>
  kind === "bool" ? convert(constantTerm(value, "i32", lanes), "bool") : constantTerm(value, kind, lanes);

let exports: Readonly<Record<string, () => number>>;
beforeAll(async () => {
  const called = new Set<string>();
  const drivers = cases.map(({ fn, args, lanes }, i) => {
    const write = (code: Parameters<Parameters<typeof functionText>[2]>[0]): Term => {
      const terms = args.map((kind, k) => term(kind, values[kind][k] ?? 0, lanes));
      return firstLane(applyFunction(fn, terms, { code, calls: called }));
    };
    let kind: Kind = "f32";
    functionText("probe", [], (code) => {
      kind = write(code).kind;
    });
    const result = kind === "f32" ? "f32" : "i32";
    return functionText(`case${i}`, [], (code) => code.line(write(code).text), { exported: true, result });
  });
  const texts = new Map<string, string>();
  const globals = new Set<string>();
  const include = (name: string): void => {
    if (texts.has(name)) return;
    const { vector, scalar, calls, constants } = mathFunction(name)!;
    for (const constant of constants) globals.add(constant);
    texts.set(name, `${vector}\n${scalar}`);
    calls.forEach(include);
  };
  for (const name of called) include(name.replace(/_[sv]$/, ""));
  const { default: load } = await import("wabt");
  const text = `(module ${[...globals, ...texts.values(), ...drivers].join("\n")})`;
  const module = (await load()).parseWat("functions.wat", text, { simd: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { instantiate(bytes: Uint8Array): Promise<{ instance: { exports: typeof exports } }> };
  };
  exports = (await WebAssembly.instantiate(buffer)).instance.exports;
});

describe("is its definition", () => {
  test.each(cases.map((one, i) => ({ ...one, i })))("$name", ({ fn, args, i }) => {
    const expected = scalarFunction(fn).evaluate(...args.map((kind, k) => values[kind][k] ?? 0));
    const got = exports[`case${i}`]!();
    if (Number.isFinite(expected)) expect(Math.abs(got - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected));
    else expect(got).toBe(expected);
  });
});
