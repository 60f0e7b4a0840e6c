// Boxes in pictures that layers of augmentation move: their corners move with the pixels, and a box around these is the new one.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { DType, TensorType } from "../ir/types.ts";
import { columnOf, eachSide, sidesOf } from "./boxes.ts";
import { bad, type Checked, type OptionDef, ok } from "./definition.ts";
import { maybeNumbers } from "./options.ts";
import { pictures } from "./pictures.ts";
import { andThen, oneInput } from "./shape.ts";

/** Height and width of a picture. */
export type Frame = readonly [height: number, width: number];

export const boxesOption: OptionDef = {
  type: { kind: "size", rank: 2, min: 1 },
  optional: true,
  default: undefined,
  doc: "The height and width of pictures whose boxes the input holds, rows as those of `images`: left, top, right, bottom and the class. They change as the pictures of a layer with the same `seed` do. What lies outside is cut off; a box that is gone has the class -1.",
};

/** Returns the frame of the boxes that the input holds; undefined where it holds pictures. */
export function frameOf(options: OptionRecord): Frame | undefined {
  const [height, width] = maybeNumbers(options, "boxes_in") ?? [];
  return height === undefined || width === undefined ? undefined : [height, width];
}

const boxesText = "[boxes, 5]";

/** Returns the type of pictures, or of the boxes in them. */
export function picturesOrBoxes(
  inputs: readonly TensorType[],
  options: OptionRecord,
  takes?: readonly DType[],
): Checked<TensorType> {
  if (frameOf(options) === undefined) return pictures(inputs, takes);
  return andThen(oneInput(inputs, { rank: 2, text: boxesText }), (x): Checked<TensorType> => {
    const actual = x.shape[2] ?? 1;
    if (actual === 5) return ok(x);
    const why = "a box has four sides and a class";
    return bad({ problem: "size", input: 0, axis: 2, expected: 5, actual, why });
  });
}

/** A place in a picture, in pixels from its edges: the middle of the first pixel is at 0.5. */
export interface Place {
  readonly x: Value;
  readonly y: Value;
}

/** Moves the corners of boxes, and cuts off what lies outside of the frame. */
export function movedBoxes(g: Builder, boxes: Value, [height, width]: Frame, move: (place: Place) => Place): Value {
  const { left, top, right, bottom } = sidesOf(g, boxes, "xyxy");
  const corners = [left, right].flatMap((x) => [top, bottom].map((y) => move({ x, y })));
  const far = (of: "min" | "max", axis: "x" | "y"): Value => {
    const places = corners.map((corner) => corner[axis]);
    return places.reduce((most, place) => g.map(of, most, place));
  };
  const moved = { left: far("min", "x"), top: far("min", "y"), right: far("max", "x"), bottom: far("max", "y") };
  const kind = columnOf(g, boxes, 4);
  const inside = (place: Value, most: number): Value => g.map("max", 0, g.map("min", place, most));
  const across = eachSide(moved, (side) => inside(side, width));
  const down = eachSide(moved, (side) => inside(side, height));
  const seen = g.map("and", g.map("lt", across.left, across.right), g.map("lt", down.top, down.bottom));
  const real = g.map("and", seen, g.map("ge", kind, 0));
  const column = (value: Value, otherwise: number): Value =>
    g.reshape(g.select(real, value, otherwise), [...value.type.shape, 1]);
  const sides = [across.left, down.top, across.right, down.bottom].map((side) => column(side, 0));
  return g.concat([...sides, column(kind, -1)], 2);
}
