// Rows of a batch that are mixed with others of it. Layers of a kind with one seed choose the same others, and weigh them alike:
// so a picture and its target stay together.

import type { Builder, Value } from "../ir/builder.ts";
import { product } from "../ir/size.ts";
import { type Draws, perRow } from "./draws.ts";

/**
 * The row that each row is mixed with: as many places further on, from the end on from the start. The number of places is drawn
 * for each batch; rows come in a drawn order anyway. No row of several is its own. They are chosen by a product with a matrix of
 * zeros and ones, which is exact: the sizes of a gather are known while compiling, and that of a batch is not.
 */
export function others(g: Builder, x: Value, draws: Draws): Value {
  const [batch = 1] = x.type.shape;
  const size = g.size(batch);
  const most = g.map("max", g.sub(size, 1), 1);
  const drawn = g.map("min", g.map("floor", g.mul(draws.unit("other", []), most)), g.sub(most, 1));
  const along = (axis: number): Value => g.cast(g.iota({ dtype: "i32", shape: [batch, batch] }, axis), "f32");
  const place = g.add(along(0), g.add(drawn, 1));
  const chosen = g.map("eq", g.select(g.map("ge", place, size), g.sub(place, size), place), along(1));
  const rows = g.reshape(x, [batch, product(x.type.shape.slice(1))]);
  const moved = g.dot(g.cast(chosen, "f32"), g.cast(rows, "f32"));
  return g.cast(g.reshape(moved, x.type.shape), x.type.dtype);
}

/**
 * Numbers of the Beta distribution whose two parameters are `alpha`, one for each sample.
 * From two uniform numbers, by Bailey's polar method for Student's t with 2 · alpha degrees of freedom (Mathematics of
 * Computation 62, 1994): if T is such a number, 1/2 + T / (2 · sqrt(2 · alpha + T²)) is one of these. It holds for any alpha.
 */
export function symmetricBeta(g: Builder, draws: Draws, alpha: Value): Value {
  const turn = g.map("cos", g.mul(draws.unit("turn"), 2 * Math.PI));
  const square = g.map("max", g.mul(turn, turn), 1e-12);
  const power = g.map("pow", draws.unit("radius"), g.div(1, alpha));
  const far = g.mul(g.sub(1, power), square);
  const side = g.map("sqrt", g.div(far, g.add(power, far)));
  return g.add(g.mul(g.select(g.map("lt", turn, 0), g.map("neg", side), side), 0.5), 0.5);
}

/** `weight` of each sample, and of another one what is left to 1. */
export function weighed(g: Builder, x: Value, other: Value, weight: Value): Value {
  const share = perRow(g, weight, x.type.shape.length);
  return g.add(g.mul(x, share), g.mul(other, g.sub(1, share)));
}

/** How many numbers are tried; each is refused with a probability below 0.05. */
const TRIES = 5;

/** Gamma variates, one for each sample: Marsaglia and Tsang, ACM Transactions on Mathematical Software 26, 2000. */
function gammas(g: Builder, draws: Draws, alpha: number): Value {
  const d = (alpha < 1 ? alpha + 1 : alpha) - 1 / 3;
  const unit = (what: string): Value => g.sub(1, draws.unit(what));
  // The mean, where all tries are refused: once in three million times.
  const start = g.add(g.mul(draws.unit("try 0"), 0), d + 1 / 3);
  const made = Array.from({ length: TRIES }, (_, i) => i).reduce((chosen, i) => {
    const normal = draws.normal(`try ${i}`, draws.unit("try 0").type.shape);
    const root = g.map("max", g.add(g.mul(normal, 1 / Math.sqrt(9 * d)), 1), 1e-6);
    const cube = g.mul(g.mul(root, root), root);
    const most = g.add(g.mul(g.mul(normal, normal), 0.5), g.mul(g.add(g.sub(1, cube), g.map("log", cube)), d));
    const fits = g.map("and", g.map("gt", root, 1e-6), g.map("lt", g.map("log", unit(`test ${i}`)), most));
    return g.select(fits, g.mul(cube, d), chosen);
  }, start);
  return alpha < 1 ? g.mul(made, g.map("pow", unit("small"), 1 / alpha)) : made;
}

/** Shares that add up to 1, one of each of `count` for each sample: the Dirichlet distribution whose parameters are all `alpha`. */
export function symmetricDirichlet(g: Builder, draws: Draws, alpha: number, count: number): readonly Value[] {
  const drawn = Array.from({ length: count }, (_, i) => gammas(g, draws.part(String(i)), alpha));
  const sum = g.map(
    "max",
    drawn.reduce((a, b) => g.add(a, b)),
    1e-30,
  );
  return drawn.map((one) => g.div(one, sum));
}
