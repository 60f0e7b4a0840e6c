// Boxes as rows of numbers: their formats, and how much two of them overlap. It knows no metric.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionDef } from "./definition.ts";
import { divideNoNan } from "./elementwise.ts";
import { part } from "./moving.ts";

/** The four numbers of boxes, each of the shape of the rows: left, top, right and bottom. */
export interface Sides {
  readonly left: Value;
  readonly top: Value;
  readonly right: Value;
  readonly bottom: Value;
}

const formats = ["xyxy", "xywh", "center_xywh"] as const;

export const boxFormat: OptionDef = {
  type: { kind: "choice", values: formats },
  default: "xyxy",
  doc: "The first four numbers: left, top, right, bottom; or left, top, width, height; or centre, width, height.",
};

/** Returns one number of each row; the last axis disappears. */
export function columnOf(g: Builder, rows: Value, place: number): Value {
  const { shape } = rows.type;
  return g.reshape(part(g, rows, shape.length - 1, place, 1), shape.slice(0, -1));
}

/** Returns the sides of boxes whose rows begin with four numbers in this format. */
export function sidesOf(g: Builder, rows: Value, format: string): Sides {
  const [x, y, a, b] = [0, 1, 2, 3].map((place) => columnOf(g, rows, place)) as [Value, Value, Value, Value];
  if (format === "xyxy") return { left: x, top: y, right: a, bottom: b };
  const [left, top] = format === "xywh" ? [x, y] : [g.sub(x, g.div(a, 2)), g.sub(y, g.div(b, 2))];
  return { left, top, right: g.add(left, a), bottom: g.add(top, b) };
}

/** Applies `change` to each side. */
export const eachSide = ({ left, top, right, bottom }: Sides, change: (side: Value) => Value): Sides => ({
  left: change(left),
  top: change(top),
  right: change(right),
  bottom: change(bottom),
});

const areaOf = (g: Builder, { left, top, right, bottom }: Sides): Value =>
  g.mul(g.map("relu", g.sub(right, left)), g.map("relu", g.sub(bottom, top)));

/** Computes intersection over union of boxes of one shape; 0 where both are empty. */
export function overlap(g: Builder, a: Sides, b: Sides): Value {
  const common = areaOf(g, {
    left: g.map("max", a.left, b.left),
    top: g.map("max", a.top, b.top),
    right: g.map("min", a.right, b.right),
    bottom: g.map("min", a.bottom, b.bottom),
  });
  return divideNoNan(g, common, g.sub(g.add(areaOf(g, a), areaOf(g, b)), common));
}
