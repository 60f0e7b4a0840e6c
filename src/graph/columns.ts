// Deep networks in columns beside each other: a network is cut where a single value passes, and that value's line leads from the foot
// of a column to the head of the next.

import { levelOf, type Scene } from "./place.ts";
import type { Level, Placed, PlacedLine, Plane } from "./plane.ts";
import { shifted } from "./routes.ts";
import type { Item } from "./view.ts";

/** The number of columns; `some`: as many as make the picture fit a page. */
export type Columns = number | "some";

/** The width of a page over its height. */
const page = 0.75;
/** A picture that is not higher stays in one column. */
const lowest = 1000;
const between = 56;
const radius = 7;

/** Where a network may be cut: before an item, with the only node whose value passes. */
interface Cut {
  readonly before: number;
  readonly node: number;
  readonly y: number;
}

const topsOf = ({ placed }: Plane): ReadonlyMap<string, number> =>
  new Map(
    placed.flatMap((one) => (one.kind === "box" || one.kind === "frame" ? [[one.item.key, one.y] as const] : [])),
  );

function cutsOf({ links }: Scene, items: readonly Item[], whole: Plane): readonly Cut[] {
  const tops = topsOf(whole);
  return items.flatMap((item, before): readonly Cut[] => {
    const passing = new Set(
      links.filter(({ from, to }) => from < item.from && to >= item.from).map(({ from }) => from),
    );
    const [node] = passing;
    const y = tops.get(item.key);
    return before > 0 && passing.size === 1 && node !== undefined && y !== undefined ? [{ before, node, y }] : [];
  });
}

/** Chooses the cuts nearest to equal heights. */
function chosenCuts(cuts: readonly Cut[], height: number, count: number): readonly Cut[] {
  const chosen: Cut[] = [];
  for (let i = 1; i < count; i++) {
    const wanted = (i * height) / count;
    const last = chosen.at(-1)?.before ?? 0;
    const nearest = cuts
      .filter(({ before }) => before > last)
      .sort((a, b) => Math.abs(a.y - wanted) - Math.abs(b.y - wanted))[0];
    // A column that is nearly empty, or as high as two, is no help.
    if (nearest !== undefined && Math.abs(nearest.y - wanted) < height / count / 2) chosen.push(nearest);
  }
  return chosen;
}

function countOf({ width, height }: Plane, columns: Columns): number {
  if (columns !== "some") return columns;
  return height <= lowest ? 1 : Math.max(1, Math.min(8, Math.round(Math.sqrt((page * height) / (width + between)))));
}

/** The line from the foot of a column to the head of the next. */
function bridge(from: number, foot: number, to: number, middle: number): PlacedLine {
  const [low, high] = [foot + 12, -26];
  const path: PlacedLine["path"] = [
    ["M", from, foot],
    ["L", from, low - radius],
    ["Q", from, low, from + radius, low],
    ["L", middle - radius, low],
    ["Q", middle, low, middle, low - radius],
    ["L", middle, high + radius],
    ["Q", middle, high, middle + radius, high],
    ["L", to - radius, high],
    ["Q", to, high, to, high + radius],
    ["L", to, 0],
  ];
  return { kind: "line", path };
}

/** Lays out the whole network. */
export function inColumns(scene: Scene, items: readonly Item[], columns: Columns): Plane {
  const whole = { from: 0, to: scene.nodes.length };
  const one = levelOf(scene, items, whole);
  const count = countOf(one, columns);
  const cuts = count === 1 ? [] : chosenCuts(cutsOf(scene, items, one), one.height, count);
  if (cuts.length === 0) return one;
  const starts = [0, ...cuts.map(({ before }) => before)];
  const levels = starts.map((start, i): Level => {
    const part = items.slice(start, starts[i + 1]);
    const within = { from: part[0]?.from ?? 0, to: part.at(-1)?.to ?? 0 };
    const links = scene.links.filter(({ from, to }) => [from, to].some((id) => within.from <= id && id < within.to));
    return levelOf({ ...scene, links }, part, within);
  });
  const height = Math.max(...levels.map((level) => level.height));
  const placed: Placed[] = [];
  let x = 0;
  for (const [i, level] of levels.entries()) {
    placed.push(...level.placed.map((inside) => shifted(inside, x, 0)));
    const cut = cuts[i];
    const next = levels[i + 1];
    const right = x + level.width;
    if (cut !== undefined && next !== undefined) {
      const [from, to] = [level.outs.get(cut.node) ?? 0, next.ins.get(cut.node) ?? 0];
      placed.push(bridge(x + from, level.height, right + between + to, right + between / 2));
      x = right + between;
    } else x = right;
  }
  return { width: x, height: height + 14, placed };
}
