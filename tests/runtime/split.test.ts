// The parts of a split: every row in one part at most, and what each order promises.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DataPart } from "../../src/runtime/core/dataset.ts";
import type { Manifest } from "../../src/runtime/core/program.ts";
import { divideRows } from "../../src/runtime/core/split.ts";

type Order = Manifest["split"]["order"];
const part = (keys: readonly string[]): DataPart => ({ count: keys.length, columns: {}, keys });
function divided(
  keys: readonly string[],
  order: Order,
  shares: readonly [number, number, number] = [0.6, 0.2, 0.2],
  seed = 3,
) {
  const [train, validation, test] = shares;
  const { rows, trainEnd, validationEnd, testEnd } = divideRows(
    part(keys),
    { train, validation, test, order, column: "key" },
    seed,
  );
  return [rows.slice(0, trainEnd), rows.slice(trainEnd, validationEnd), rows.slice(validationEnd, testEnd)].map(
    (list) => [...list],
  );
}
const some = fc.array(fc.constantFrom("a", "b", "c", "d e", "é"), { minLength: 1, maxLength: 60 });
const keyed = (keys: readonly string[], rows: readonly number[]): readonly string[] => rows.map((row) => keys[row]!);

describe("a split", () => {
  it("puts each row into one part", () => {
    fc.assert(
      fc.property(
        some,
        fc.constantFrom<Order>("random", "order", "hash", "stratified", "time"),
        fc.nat(9),
        (keys, order, seed) => {
          const all = divided(keys, order, [0.6, 0.2, 0.2], seed).flat();
          expect([...all].sort((a, b) => a - b)).toEqual(keys.map((_, i) => i));
          const fewer = divided(keys, order, [0.5, 0.2, 0.1], seed).flat();
          expect(new Set(fewer).size).toBe(fewer.length);
        },
      ),
    );
  });

  it("by hash keeps all rows of a text together, whatever other rows there are", () => {
    fc.assert(
      fc.property(some, some, (keys, more) => {
        const place = (list: readonly string[]): ReadonlyMap<string, number> =>
          new Map(divided(list, "hash").flatMap((rows, i) => keyed(list, rows).map((key) => [key, i] as const)));
        const [alone, together] = [place(keys), place([...keys, ...more])];
        for (const [key, at] of alone) expect(together.get(key)).toBe(at);
      }),
    );
    const ids = Array.from({ length: 4000 }, (_, i) => `id-${i}`);
    const [train = [], validation = []] = divided(ids, "hash", [0.8, 0.1, 0.1]);
    expect(Math.abs(train.length - 3200)).toBeLessThan(100);
    expect(Math.abs(validation.length - 400)).toBeLessThan(80);
  });

  it("by strata gives each part its share of each text", () => {
    fc.assert(
      fc.property(some, (keys) => {
        for (const key of new Set(keys)) {
          const whole = keys.filter((one) => one === key).length;
          const [train = []] = divided(keys, "stratified");
          expect(keyed(keys, train).filter((one) => one === key).length).toBe(Math.round(0.6 * whole));
        }
      }),
    );
    const keys = Array.from({ length: 50 }, (_, i) => String(i % 2));
    expect(divided(keys, "stratified", [0.6, 0.2, 0.2], 1)).not.toEqual(
      divided(keys, "stratified", [0.6, 0.2, 0.2], 2),
    );
  });

  it("by time trains on what comes first", () => {
    expect(divided(["10", "9", "2", "30", "1"], "time")).toEqual([[4, 2, 1], [0], [3]]);
    expect(divided(["2024-02-01", "2023-12-31", "2024-01-15"], "time", [0.34, 0.33, 0.33])).toEqual([[1], [2], [0]]);
  });
});
