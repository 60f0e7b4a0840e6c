// What a laid out network consists of, and the sizes that all its parts share.

import type { Box } from "./boxes.ts";
import type { Wire } from "./ranks.ts";
import type { Item } from "./view.ts";

export interface PlacedBox {
  readonly kind: "box";
  readonly item: Item;
  readonly box: Box;
  /** Its upper left corner. */
  readonly x: number;
  readonly y: number;
}
/** What the upper edge of an open block says; `dashed` if its weights are another's. */
export interface Head {
  readonly name: string;
  readonly more: string;
  readonly dashed: boolean;
}
export interface PlacedFrame {
  readonly kind: "frame";
  readonly item: Item;
  readonly head: Head;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
/** A line as an SVG path writes it, with its tip. */
export interface PlacedLine {
  readonly kind: "line";
  readonly path: readonly (readonly [command: "M" | "L" | "Q", ...numbers: readonly number[]])[];
  readonly tip?: { readonly x: number; readonly y: number; readonly towards: "down" | "left" | "right" };
}
export interface PlacedLabel {
  readonly kind: "label";
  readonly text: string;
  readonly x: number;
  readonly y: number;
}
export type Placed = PlacedBox | PlacedFrame | PlacedLine | PlacedLabel;

export interface Plane {
  readonly width: number;
  readonly height: number;
  /** What is drawn later lies above. */
  readonly placed: readonly Placed[];
}

/** A plane with the places where lines enter and leave it, by the nodes that they come from. */
export interface Level extends Plane {
  readonly ins: ReadonlyMap<number, number>;
  readonly outs: ReadonlyMap<number, number>;
}

/** The room below a box for the shape of its value, beside the line. */
export const trunk = 19;
export const headHeight = 24;
export const labelSize = 10.5;
/** How far the copies of a stack show behind it. */
export const stackStep = 4;

/** What stands in a level, with its size and the places of its lines. */
export interface Standing {
  readonly key: string;
  readonly item?: Item;
  readonly box?: Box;
  /** What an open block holds, and what its head says. */
  readonly level?: Level;
  readonly head?: Head;
  readonly width: number;
  readonly height: number;
  /** Whether it stands low in its row. */
  readonly sinks?: boolean;
  /** The text beside the line below. */
  readonly label: string;
  /** Where lines from a node enter and leave, from the left side; in the middle if nothing else is said. */
  readonly ins: ReadonlyMap<number, number>;
  readonly outs: ReadonlyMap<number, number>;
}

export interface LevelWire extends Wire {
  /** The node whose value it carries. */
  readonly node: number;
}
