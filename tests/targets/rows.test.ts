// Rows at indices on every target against the reference evaluator: with shared axes or none, along any axis, with indices that
// repeat and indices out of range, and with values before and after them for fusion to join.

import { expect, test } from "vitest";
import type { OpModule } from "../../src/conformance/executor.ts";
import type { Builder, Value } from "../../src/ir/builder.ts";
import type { Size } from "../../src/ir/size.ts";
import { batchSize } from "../../src/ir/size.ts";
import { tensor } from "../../src/ir/types.ts";
import { toPrims } from "../../src/passes/index.ts";
import type { NumberArray } from "../../src/reference/evaluate.ts";
import { allBackends, reference } from "../support/backends.ts";
import { compileJs, compileWasm, type Loaded, worst } from "../support/compiled.ts";
import { gradientError, lengthOf, numbers, opGraph } from "../support/graphs.ts";

interface Rows {
  readonly table: readonly Size[];
  readonly indices: readonly Size[];
  readonly axis: number;
  readonly batch: number;
}

const n = batchSize;
const cases: readonly Rows[] = [
  { table: [9, 5], indices: [n, 4], axis: 0, batch: 0 },
  { table: [9, 64], indices: [n, 4], axis: 0, batch: 0 },
  { table: [7, 2, 48], indices: [n], axis: 0, batch: 0 },
  { table: [7, 40, 2], indices: [n, 2, 3], axis: 0, batch: 0 },
  { table: [6], indices: [n, 5], axis: 0, batch: 0 },
  { table: [n, 6, 3], indices: [n, 4], axis: 1, batch: 1 },
  { table: [n, 6], indices: [n], axis: 1, batch: 1 },
  { table: [n, 3, 6, 2], indices: [n, 4], axis: 2, batch: 1 },
  { table: [n, 3, 6], indices: [n, 3, 2], axis: 2, batch: 2 },
  { table: [n, 6, 33], indices: [4], axis: 1, batch: 0 },
  { table: [n, 2, 6], indices: [2, 2], axis: 2, batch: 0 },
  { table: [n, 1, 4], indices: [n, 3], axis: 1, batch: 1 },
  { table: [5, 4], indices: [], axis: 0, batch: 0 },
];

/** The rows, their sums where they came from, and neighbours: a function of the table before, of the rows after. */
function built(g: Builder, { table, indices, axis, batch }: Rows): Record<string, Value> {
  const x = g.input("x", tensor("f32", ...table));
  const at = g.input("at", tensor("i32", ...indices));
  const rows = g.gather(x, at, axis, batch);
  const updates = g.input("updates", rows.type);
  const moved = g.gather(g.map("sin", x), g.add(at, 1), axis, batch);
  const added = g.scatterAdd(table, at, g.mul(updates, 2), axis, batch);
  return {
    rows,
    after: g.map("relu", g.add(rows, moved)),
    added,
    both: g.sub(g.scatterAdd(table, at, moved, axis, batch), x),
    integers: g.gather(g.cast(g.mul(x, 10), "i32"), at, axis, batch),
  };
}

const moduleOf = (rows: Rows): OpModule => ({ slots: [], programs: [opGraph(({ g }) => built(g, rows))] });

function inputsOf(ops: OpModule, samples: number, seed: number): Map<string, NumberArray> {
  const inputs = new Map<string, NumberArray>();
  for (const node of ops.programs[0]!.nodes)
    if (node.kind === "input") {
      const values = numbers(lengthOf(node.type, samples), seed + node.id, -2, 2);
      // Far out of range on both sides, and often the same.
      inputs.set(
        node.name,
        node.type.dtype === "i32" ? Int32Array.from(values, (v) => 4.6 * v) : Float32Array.from(values),
      );
    }
  return inputs;
}

async function compare(open: (ops: OpModule) => Promise<Loaded>): Promise<void> {
  for (const [i, rows] of cases.entries()) {
    const ops = moduleOf(rows);
    const loaded = await open(ops);
    for (const samples of [3, 1]) {
      const inputs = inputsOf(ops, samples, i);
      const expected = reference(ops).run("test", samples, inputs, new Map());
      const actual = loaded.run("test", samples, inputs, new Map());
      for (const [name, values] of expected.outputs)
        expect(worst(actual.outputs.get(name)!, values, 1e-5), `${name} of ${JSON.stringify(rows)}`).toBeLessThan(1);
    }
    loaded.close?.();
  }
}

for (const { name, open } of await allBackends())
  test.skipIf(open === undefined)(`on ${name}`, () => compare((ops) => open!(ops, 3)));

test("without fusion", async () => {
  await compare(async (ops) => compileJs(toPrims(ops), 3, false));
  await compare((ops) => compileWasm(toPrims(ops), 3, false));
});

test("their gradients are each other's", () => {
  for (const [i, { table, indices, axis, batch }] of cases.entries()) {
    const error = gradientError(
      (g) => {
        const x = g.input("x", tensor("f32", ...table));
        const at = g.input("at", tensor("i32", ...indices));
        const rows = g.gather(x, at, axis, batch);
        const updates = g.input("updates", rows.type);
        const square = (value: Value): Value =>
          g.sum(
            g.mul(value, value),
            value.type.shape.map((_, i) => i),
          );
        const loss = g.add(square(g.map("sin", rows)), square(g.scatterAdd(table, at, updates, axis, batch)));
        return { loss, wrt: [x, updates] };
      },
      2,
      (name, type) =>
        numbers(lengthOf(type, 2), i + name.length, -2, 2).map((v) => (name === "at" ? Math.trunc(4 * v) : v)),
    );
    expect(error).toBeLessThan(1e-6);
  }
});
