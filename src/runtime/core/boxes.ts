// Boxes beside pictures: rows of a table, gathered by picture, scaled with it, and filled up to one number of rows.

import { type ItemIndex, placeInIndex, readIndex } from "./collection.ts";
import type { DataFiles, FileTree } from "./dataset.ts";
import { RunError } from "./error.ts";
import { kindOfCells, numberOfCell } from "./formats/cells.ts";
import { compareCodePoints } from "./frequency.ts";
import type { Numbers } from "./program.ts";
import { countText, safeText, spaced } from "./text.ts";
import { listText, valueText } from "./values.ts";

/** A box in pixels of the picture as it is stored. */
interface StoredBox {
  readonly sides: readonly [left: number, top: number, right: number, bottom: number];
  readonly kind: number;
  readonly line: number;
}

/** How a picture was brought to its size: scaled, then moved. */
export interface Placement {
  readonly width: number;
  readonly height: number;
  readonly scale: readonly [x: number, y: number];
  readonly offset: readonly [x: number, y: number];
}

/** The boxes of all pictures, and the names of their classes. */
export interface BoxTable {
  readonly path: string;
  readonly classes: readonly string[] | undefined;
  readonly boxes: ReadonlyMap<string, readonly StoredBox[]>;
}

const SIDES = ["xmin", "ymin", "xmax", "ymax"] as const;

/** Reads the table: a picture, a class and four sides on each line. Throws a RunError that names the line. */
export async function readBoxes(name: string, given: unknown, files: DataFiles, tree: FileTree): Promise<BoxTable> {
  const index = await readIndex(name, files);
  const { path } = index;
  const kinds = placeInIndex("class", index);
  const sides = SIDES.map((side) => placeInIndex(side, index));
  const classes = classesOf(index, kinds, given);
  const pictures = new Set(tree.names);
  const boxes = new Map<string, StoredBox[]>();
  for (const { cells, line } of index.rows) {
    const fail = (what: string): never => {
      throw new RunError(`${safeText(path)}, line ${line}: ${what}`);
    };
    const [picture = ""] = cells;
    if (!pictures.has(picture)) fail(`there is no '${safeText(picture)}' in ${safeText(tree.path)}`);
    const [left = 0, top = 0, right = 0, bottom = 0] = sides.map((at, i) => {
      const number = numberOfCell(cells[at] ?? "");
      return typeof number === "number"
        ? number
        : fail(`'${SIDES[i]}' is ${valueText(cells[at])}, but must be a number`);
    });
    if (!(left < right && top < bottom))
      fail(`a box from ${left}, ${top} to ${right}, ${bottom} is empty: xmax and ymax must be the larger ones`);
    const kind =
      kindOf(cells[kinds] ?? "", classes) ??
      fail(
        `the class is ${valueText(cells[kinds])}, but must be ${classes === undefined ? "a whole number of at least 0" : `one of ${listText(classes)}`}`,
      );
    const own = boxes.get(picture) ?? [];
    boxes.set(picture, own);
    own.push({ sides: [left, top, right, bottom], kind, line });
  }
  return { path, classes, boxes };
}

/** The names of classes: those that the program gives, or those of the table in the order of their characters; none for numbers. */
function classesOf({ rows }: ItemIndex, at: number, given: unknown): readonly string[] | undefined {
  if (typeof given === "string") return spaced(given);
  const cells = rows.map(({ cells }) => cells[at] ?? "");
  return kindOfCells(cells) === "number" ? undefined : [...new Set(cells)].sort(compareCodePoints);
}

function kindOf(cell: string, classes: readonly string[] | undefined): number | undefined {
  const at = classes === undefined ? numberOfCell(cell) : classes.indexOf(cell);
  return typeof at === "number" && Number.isInteger(at) && at >= 0 ? at : undefined;
}

/**
 * Writes the boxes of a picture, a row each: left, top, right and bottom in pixels of its size, and the class; -1 for rows that hold
 * none. What a crop cuts off is left out. Throws a RunError for more boxes than rows.
 */
export function writeBoxes(
  { path, boxes }: BoxTable,
  picture: string,
  { width, height, scale, offset }: Placement,
  to: Numbers,
  at: number,
  rows: number,
): void {
  const clipped = (value: number, axis: 0 | 1, most: number): number =>
    Math.min(most, Math.max(0, value * scale[axis] + offset[axis]));
  const own = (boxes.get(picture) ?? []).flatMap(({ sides: [left, top, right, bottom], kind }) => {
    const [x0, x1] = [clipped(left, 0, width), clipped(right, 0, width)];
    const [y0, y1] = [clipped(top, 1, height), clipped(bottom, 1, height)];
    return x0 < x1 && y0 < y1 ? [[x0, y0, x1, y1, kind]] : [];
  });
  if (own.length > rows)
    throw new RunError(
      `${safeText(path)}: '${safeText(picture)}' has ${countText(own.length)} boxes, but the program takes ${countText(rows)}: raise most_boxes`,
    );
  for (let row = 0; row < rows; row++) to.set(own[row] ?? [0, 0, 0, 0, -1], at + 5 * row);
}
