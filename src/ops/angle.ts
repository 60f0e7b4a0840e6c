// The angle of a point, for the function of that name and for the phases of a spectrum.

import type { Builder, Value } from "../ir/builder.ts";

/**
 * The angle within an eighth of a turn, brought to its place by signs: no quotient exceeds 1, and all slopes are finite. At the
 * origin, which has no slope, they are 0, as in PyTorch.
 */
export function angle(g: Builder, y: Value, x: Value): Value {
  const [left, below] = [g.map("lt", x, 0), g.map("lt", y, 0)];
  const [width, height] = [g.select(left, g.map("neg", x), x), g.select(below, g.map("neg", y), y)];
  const steep = g.map("gt", height, width);
  const [long, short] = [g.select(steep, height, width), g.select(steep, width, height)];
  const isOrigin = g.map("eq", long, 0);
  const flat = g.map("atan", g.div(g.select(isOrigin, 0, short), g.select(isOrigin, 1, long)));
  const upper = g.select(steep, g.sub(Math.PI / 2, flat), flat);
  const whole = g.select(left, g.sub(Math.PI, upper), upper);
  return g.select(below, g.map("neg", whole), whole);
}
