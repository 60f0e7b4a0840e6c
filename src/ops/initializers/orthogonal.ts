import type { Builder, Value } from "../../ir/builder.ts";
import { defineInitializer } from "../definition.ts";
import { normal } from "../initializer.ts";
import { numberOf, numberOption } from "../options.ts";

/**
 * Polynomials `a + b·s + c·s²` by which each step multiplies the singular values (s is their square). The first ones bring
 * small values up more than three times a step, the last ones bring all of them to 1.
 */
const STEPS: readonly (readonly [number, number, number])[] = [
  ...new Array<readonly [number, number, number]>(15).fill([3.4445, -4.775, 2.0315]),
  ...new Array<readonly [number, number, number]>(4).fill([1.875, -1.25, 0.375]),
];

/** Keeps a matrix of zeros from being divided by 0. */
const SMALLEST = 1e-20;

/**
 * The orthogonal matrix nearest to a matrix of normal numbers, which is as likely to be any as any other, like the one
 * of a QR decomposition with the signs of R taken away. Only products: no column waits for another.
 */
function nearestOrthogonal(g: Builder, start: Value, rows: number, columns: number): Value {
  const turned = rows < columns;
  const small = Math.min(rows, columns);
  const at = (name: string) => ({ offset: 0, strides: { [name]: 1 } });
  const extents = { i: rows, j: columns, s: small, t: small };
  const product = (
    loops: readonly (keyof typeof extents)[],
    a: Value,
    left: string,
    b: Value,
    right: string,
    out: string,
  ): Value => {
    const sizes = new Map<string, number>(Object.entries(extents));
    return g.contract({
      loops: loops.map((name) => ({ name, extent: extents[name] })),
      shape: [...out].map((name) => sizes.get(name) ?? 1),
      out: [...out].map(at),
      lhs: a,
      left: [...left].map(at),
      rhs: b,
      right: [...right].map(at),
    });
  };
  return STEPS.reduce((x, [a, b, c]) => {
    const gram = turned
      ? product(["s", "t", "j"], x, "sj", x, "tj", "st")
      : product(["s", "t", "i"], x, "is", x, "it", "st");
    const square = g.contract({
      loops: ["s", "t", "u"].map((name) => ({ name, extent: small })),
      shape: [small, small],
      out: [at("s"), at("t")],
      lhs: gram,
      left: [at("s"), at("u")],
      rhs: gram,
      right: [at("u"), at("t")],
    });
    const factor = g.add(g.mul(gram, b), g.mul(square, c));
    const moved = turned
      ? product(["s", "j", "t"], factor, "st", x, "tj", "sj")
      : product(["i", "t", "s"], x, "is", factor, "st", "it");
    return g.add(g.mul(x, a), moved);
  }, start);
}

export const orthogonal = defineInitializer({
  name: "orthogonal",
  aliases: ["Orthogonal", "OrthogonalInitializer"],
  summary: "A random matrix with orthogonal rows or columns; all axes but the last are its rows.",
  options: { gain: numberOption(1, "The length of its rows or columns.") },
  positional: ["gain"],
  misfit: (shape) => (shape.length >= 2 ? undefined : "orthogonal starts a matrix, which has two axes or more"),
  size(options, shape) {
    const columns = shape[shape.length - 1] ?? 1;
    const rows = shape.slice(0, -1).reduce((all, size) => all * size, 1);
    return Math.abs(numberOf(options, "gain")) / Math.sqrt(Math.max(1, rows, columns));
  },
  expand(g, shape, options, random) {
    const columns = shape[shape.length - 1] ?? 1;
    const rows = shape.slice(0, -1).reduce((all, size) => all * size, 1);
    const drawn = g.reshape(normal(g, random(0), 0, 1), [rows, columns]);
    // No singular value is larger than this, so all of them start between 0 and 1.
    const largest = g.map("sqrt", g.sum(g.map("square", drawn), [0, 1]));
    const matrix = nearestOrthogonal(g, g.div(drawn, g.map("max", largest, SMALLEST)), rows, columns);
    return g.mul(g.reshape(matrix, shape), numberOf(options, "gain"));
  },
  source: "Saxe, McClelland, Ganguli 2014; Mezzadri 2007; https://keras.io/api/layers/initializers/",
});
