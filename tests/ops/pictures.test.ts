// Layers of pictures and sound against values of Keras 3.15 with TensorFlow (scripts/cases/pictures.py), where their draws are certain; and
// the draws of the others.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Builder, Value } from "../../src/ir/builder.ts";
import type { Node, OptionRecord, Prim } from "../../src/ir/graph.ts";
import { graphBuilder } from "../../src/ir/graphBuilder.ts";
import { batchSize } from "../../src/ir/size.ts";
import { type TensorType, tensor } from "../../src/ir/types.ts";
import { callContext } from "../../src/ops/call.ts";
import * as colours from "../../src/ops/colours.ts";
import type { Bounds, Draws } from "../../src/ops/draws.ts";
import * as moves from "../../src/ops/moves.ts";
import { withDefaults } from "../../src/ops/options.ts";
import { samplingOf } from "../../src/ops/pictures.ts";
import { findOperator } from "../../src/ops/registry.ts";
import { evaluate } from "../../src/reference/evaluate.ts";

interface Case {
  readonly layer: string;
  readonly options: OptionRecord;
  readonly training: boolean;
  readonly range: readonly [number, number];
  readonly shape: readonly number[];
  readonly result: readonly number[];
  readonly values: readonly number[];
}
const cases: readonly Case[] = JSON.parse(readFileSync("tests/cases/pictures.json", "utf8"));

/** A case that gives what is drawn, for the function under a layer. */
interface DrawnCase extends Case {
  readonly function: string;
  readonly draws: Readonly<Record<string, number>>;
}
const isDrawn = (one: Case): one is DrawnCase => "function" in one;

/** What is made of the numbers of some samples. */
function evaluated(x: ArrayLike<number>, type: TensorType, build: (g: Builder, x: Value) => Value): readonly number[] {
  const nodes: Node<Prim>[] = [];
  const g = graphBuilder((node) => nodes.push({ ...node, id: nodes.length } as Node<Prim>) - 1);
  const y = build(g, g.input("x", type));
  const graph = { name: "test", nodes, outputs: [{ name: "y", value: y.id }], updates: [] };
  const given = new Map([["x", Float64Array.from({ length: x.length }, (_, i) => x[i]!)]]);
  return [...evaluate(graph, { batch: 2, inputs: given, slots: new Map() }).outputs.get("y")!];
}

/** What a layer makes. */
function called(g: Builder, x: Value, name: string, given: OptionRecord, training: boolean): Value {
  const operator = findOperator(name)!;
  // Python's None is null.
  const set = Object.entries(given).map(([key, value]) => [key, value ?? "none"]);
  const options = withDefaults(operator.options, Object.fromEntries(set));
  const checked = operator.shape([x.type], options, callContext(operator, [x.type]));
  if ("bad" in checked) throw new Error(JSON.stringify(checked.bad));
  const counter = (): Value => g.constant(7, tensor("i32"));
  const { output } = operator.expand(g, {
    inputs: [x],
    ...callContext(operator, [x]),
    ...{ weights: {}, options, training, seed: counter(), step: counter(), stream: 1 },
  });
  expect(output.type).toEqual(checked.ok);
  return output;
}

/** The function under a layer, with draws that are given. */
function drawn(g: Builder, x: Value, { function: name, draws: given, options, layer }: DrawnCase): Value {
  const row = (what: string): Value => g.constant(given[what]!, tensor("f32", batchSize));
  const draws = { unit: row, between: row, chance: () => g.constant(1, tensor("bool", batchSize)) } as unknown as Draws;
  const whole = withDefaults(findOperator(layer)!.options, options);
  const sampling = () => samplingOf({ fill_mode: "constant", ...whole }, x.type);
  const any: Bounds = [0, 1];
  const made: Readonly<Record<string, () => Value>> = {
    sheared: () => moves.sheared(g, x, draws, { height: any, width: any }, sampling()),
    inPerspective: () => {
      // The draws of corners are what comes to their places.
      const shares = { ...draws, between: (what: string) => g.sub(row(what), 1) };
      return moves.inPerspective(g, x, shares, { happens: any, scale: 1 }, sampling());
    },
    hueTurned: () => colours.hueTurned(g, x, draws, any, colours.rangeOf(whole)),
    contrasted: () => colours.contrasted(g, x, draws, any, colours.rangeOf(whole)),
    solarized: () => colours.solarized(g, x, draws, { addition: any, threshold: any }, colours.rangeOf(whole)),
  };
  return made[name]!();
}

test.each(cases.map((one) => [`${one.layer} ${JSON.stringify(one.options)} of ${one.shape}`, one] as const))(
  "%s",
  (_, one) => {
    const { layer, options, training, range, shape, result, values } = one;
    const [low, high] = range;
    const x = Array.from({ length: 2 * shape.reduce((a, b) => a * b, 1) }, (__, i) =>
      Math.fround(low + ((high - low) * ((i * 37 + Math.floor(i / 7)) % 101)) / 101),
    );
    const y = evaluated(x, tensor("f32", batchSize, ...shape), (g, input) =>
      isDrawn(one) ? drawn(g, input, one) : called(g, input, layer, options, training),
    );
    expect(y.length).toBe(2 * result.reduce((a, b) => a * b, 1));
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), Math.max(1, high));
    // An angle of half a turn is one of minus half a turn.
    const distance = (a: number, b: number): number =>
      options.mode === "angle" ? Math.min(Math.abs(a - b), Math.abs(Math.abs(a - b) - 2 * Math.PI)) : Math.abs(a - b);
    const off = y.map((value, i) => distance(value, values[i]!) / largest);
    expect(Math.max(...off)).toBeLessThan(2e-5);
  },
);
