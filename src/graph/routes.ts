// Draws one level from its rows: the heights of the rows and of the gaps between them, and lines with right angles and round corners. In
// a gap, each value has a track of its own, so no two lines lie on each other.

import type { Level, LevelWire, Placed, PlacedBox, PlacedFrame, PlacedLine, Standing } from "./plane.ts";
import { headHeight, trunk } from "./plane.ts";
import { lastBefore, type Rows, type Spot } from "./ranks.ts";

const least = 24;
const track = 8;
const radius = 7;
const smallest = 6;
/** The room between two lines that enter a box. */
const entry = 16;

interface Band {
  readonly top: number;
  readonly bottom: number;
}

/** A line where it changes its place between two rows. */
interface Move {
  readonly gap: number;
  readonly from: number;
  readonly to: number;
  /** The value that it carries where it begins, or the line itself further on: those of one group may lie on each other. */
  readonly group: string;
}

interface Way {
  readonly wire: LevelWire;
  /** Where it is in each row, from the first to the last. */
  readonly xs: readonly number[];
  readonly row: number;
  /** Whether it enters a small box from its side. */
  readonly side?: "left" | "right";
}

type Numbers = ReadonlyMap<string, number>;

/** Chooses where each line enters: the straight one in its place, the others beside it in the order of where they come from. */
function entries(wires: readonly LevelWire[], standing: ReadonlyMap<string, Standing>, rows: Rows): Numbers {
  const found = new Map<string, number>();
  for (const [key, { spot }] of rows.things) {
    const coming = wires.filter(({ to }) => to === key);
    const thing = standing.get(key);
    if (thing === undefined || thing.level !== undefined || thing.item === undefined) {
      for (const wire of coming) found.set(wire.name, spot.x + wire.in);
      continue;
    }
    const isSign = thing.box?.form === "sign";
    const sorted = coming
      .filter((wire) => !isSign || !entersAside(wire, spot, rows))
      .map((wire) => ({ wire, x: lastBefore(wire, rows) }))
      .sort((a, b) => a.x - b.x);
    const straight = sorted.findIndex(({ x }) => Math.abs(x - spot.x) < 1);
    const middle = straight < 0 ? (sorted.length - 1) / 2 : straight;
    const most = Math.max(...sorted.map((_, i) => Math.abs(i - middle)), 1);
    const step = Math.min(entry, (thing.width / 2 - 8) / most);
    for (const [i, { wire }] of sorted.entries()) found.set(wire.name, spot.x + Math.round((i - middle) * step));
  }
  return found;
}

/** Whether nothing stands in the row between a line and the box at its end. */
function isFree(row: readonly Spot[], box: Spot, x: number): boolean {
  const [low, high] = x < box.x ? [x, box.x - box.left] : [box.x + box.left, x];
  return row.every((spot) => spot === box || spot.x + spot.right < low - 6 || spot.x - spot.left > high + 6);
}

/** Tells from which side a line enters a small box: one that comes from beside it. */
function entersAside(wire: LevelWire, box: Spot, rows: Rows): "left" | "right" | undefined {
  const last = lastBefore(wire, rows);
  const row = rows.rows[rows.things.get(wire.to)?.row ?? 0] ?? [];
  if (Math.abs(last - box.x) <= box.left + 12 || !isFree(row, box, last)) return undefined;
  return last < box.x ? "left" : "right";
}

function waysOf(wires: readonly LevelWire[], standing: ReadonlyMap<string, Standing>, rows: Rows): readonly Way[] {
  const enters = entries(wires, standing, rows);
  return wires.flatMap((wire): readonly Way[] => {
    const [from, to] = [rows.things.get(wire.from), rows.things.get(wire.to)];
    if (from === undefined || to === undefined) return [];
    const end = enters.get(wire.name) ?? to.spot.x;
    // A step that is hardly one is none: lines are further from each other.
    const passes = (rows.passes.get(wire.name) ?? []).map(({ x }) => (Math.abs(x - end) < smallest ? end : x));
    const xs = [from.spot.x + wire.out, ...passes, end];
    const isSign = standing.get(wire.to)?.box?.form === "sign";
    const side = isSign ? entersAside(wire, to.spot, rows) : undefined;
    if (side === undefined) return [{ wire, xs, row: from.row }];
    return [{ wire, xs: [...xs.slice(0, -1), lastBefore(wire, rows)], row: from.row, side }];
  });
}

/** Gives the moves of each gap their tracks, the first at the top. */
function tracksOf(ways: readonly Way[]): ReadonlyMap<string, number> {
  const moves = ways.flatMap(({ wire, xs, row }) =>
    xs.slice(1).flatMap((to, i): readonly Move[] => {
      const from = xs[i] ?? to;
      if (Math.abs(from - to) < 1) return [];
      return [{ gap: row + i, from, to, group: i === 0 ? `${wire.from} ${wire.out}` : wire.name }];
    }),
  );
  const groups = new Map<string, { gap: number; low: number; high: number; from: number; right: boolean }>();
  for (const { gap, from, to, group } of moves) {
    const key = `${gap} ${group}`;
    const known = groups.get(key);
    const [low, high] = [Math.min(from, to), Math.max(from, to)];
    if (known === undefined) groups.set(key, { gap, low, high, from, right: to > from });
    else groups.set(key, { ...known, low: Math.min(known.low, low), high: Math.max(known.high, high) });
  }
  // Of lines to the right, the rightmost turns first; of lines to the left, the leftmost.
  const sorted = [...groups].sort(([, a], [, b]) =>
    a.right !== b.right ? Number(b.right) - Number(a.right) : a.right ? b.from - a.from : a.from - b.from,
  );
  const tracks = new Map<string, number>();
  for (const [i, [key, one]] of sorted.entries()) {
    const others = sorted
      .slice(0, i)
      .filter(([, other]) => other.gap === one.gap && other.low <= one.high + 4 && one.low <= other.high + 4);
    tracks.set(key, Math.max(-1, ...others.map(([other]) => tracks.get(other) ?? 0)) + 1);
  }
  return tracks;
}

interface Heights {
  readonly bands: readonly Band[];
  readonly height: number;
  trackAt(gap: number, group: string): number;
}

/** Gives rows and gaps their heights. Rows of ports alone have none. */
function heightsOf(rows: Rows, tracks: ReadonlyMap<string, number>): Heights {
  const counts = new Map<number, number>();
  for (const [key, at] of tracks) {
    const gap = Number(key.split(" ")[0]);
    counts.set(gap, Math.max(counts.get(gap) ?? 0, at + 1));
  }
  const bands: Band[] = [];
  let y = 0;
  for (const [i, row] of rows.rows.entries()) {
    const height = Math.max(0, ...row.map((spot) => (spot.height <= 1 ? 0 : spot.height)));
    bands.push({ top: y, bottom: y + height });
    const isLast = i === rows.rows.length - 1;
    const next = rows.rows[i + 1] ?? [];
    // Below the last boxes there are only lines, without tips.
    const gap = next.every((spot) => spot.height <= 1) && i === rows.rows.length - 2 && !counts.has(i) ? 4 : least;
    y += height + (isLast ? 0 : gap + track * Math.max(0, (counts.get(i) ?? 0) - 1));
  }
  return {
    bands,
    height: y,
    trackAt(gap, group) {
      const all = counts.get(gap) ?? 1;
      const [bottom, top] = [bands[gap]?.bottom ?? 0, bands[gap + 1]?.top ?? 0];
      // The tip needs more room than the beginning.
      const middle = (bottom + top) / 2 - 3;
      return middle + track * ((tracks.get(`${gap} ${group}`) ?? 0) - (all - 1) / 2);
    },
  };
}

/** What reads nothing stands low in its row, near to who reads it. */
const topOf = ({ sinks, height }: Standing, row: number, { bands }: Heights): number => {
  const { top, bottom } = bands[row] ?? { top: 0, bottom: 0 };
  return sinks === true ? bottom - height : top;
};

type Path = PlacedLine["path"][number][];

/** Adds a way down to a height, then sideways along it, with round corners. */
function turn(path: Path, from: number, to: number, at: number): void {
  const bend = Math.min(radius, Math.abs(to - from) / 2);
  const side = Math.sign(to - from);
  path.push(["L", from, at - bend], ["Q", from, at, from + side * bend, at]);
  path.push(["L", to - side * bend, at], ["Q", to, at, to, at + bend]);
}

function lineOf(way: Way, standing: ReadonlyMap<string, Standing>, rows: Rows, heights: Heights): PlacedLine {
  const { wire, xs, row, side } = way;
  const [source, target] = [standing.get(wire.from), standing.get(wire.to)];
  const end = rows.things.get(wire.to);
  const [first] = xs as [number, ...number[]];
  const start = source === undefined ? 0 : topOf(source, row, heights) + source.height;
  const path: Path = [["M", first, start]];
  for (const [i, x] of xs.slice(1).entries()) {
    const before = xs[i] ?? x;
    const group = i === 0 ? `${wire.from} ${wire.out}` : wire.name;
    if (Math.abs(before - x) >= 1) turn(path, before, x, heights.trackAt(row + i, group));
  }
  const last = xs.at(-1) ?? first;
  const top = heights.bands[end?.row ?? 0]?.top ?? 0;
  if (side !== undefined && end !== undefined) {
    const y = top + ((target?.height ?? 0) - (target?.label === "" ? 0 : trunk)) / 2;
    const x = side === "left" ? end.spot.x - end.spot.left : end.spot.x + end.spot.left;
    const into = side === "left" ? 1 : -1;
    path.push(["L", last, y - radius], ["Q", last, y, last + into * radius, y], ["L", x - into * 5, y]);
    return { kind: "line", path, tip: { x, y, towards: side === "left" ? "right" : "left" } };
  }
  // A line through the lower edge of a block goes on outside.
  if (target?.item === undefined) return { kind: "line", path: [...path, ["L", last, top]] };
  return { kind: "line", path: [...path, ["L", last, top - 5]], tip: { x: last, y: top, towards: "down" } };
}

const moved = (path: PlacedLine["path"], dx: number, dy: number): PlacedLine["path"] =>
  path.map(
    ([command, ...numbers]) => [command, ...numbers.map((value, i) => value + (i % 2 === 0 ? dx : dy))] as const,
  );

/** Returns something at another place. */
export function shifted(one: Placed, dx: number, dy: number): Placed {
  if (one.kind !== "line") return { ...one, x: one.x + dx, y: one.y + dy };
  const path = moved(one.path, dx, dy);
  return one.tip === undefined
    ? { ...one, path }
    : { ...one, path, tip: { ...one.tip, x: one.tip.x + dx, y: one.tip.y + dy } };
}

/** Draws what stands in a row: a box, or a frame with its content; the begun line below a box, and its label. */
function drawn(one: Standing, x: number, y: number): readonly Placed[] {
  const { item, box, level, head, width, height, label } = one;
  if (item === undefined) return [];
  if (level !== undefined && head !== undefined) {
    const frame: PlacedFrame = { kind: "frame", item, head, x, y, width, height };
    const [inner] = [...one.outs].map(([id, at]) => at - (level.outs.get(id) ?? 0));
    const [enter] = [...one.ins].map(([id, at]) => at - (level.ins.get(id) ?? 0));
    const dx = x + (inner ?? enter ?? (width - level.width) / 2);
    const ways = [...one.outs.values()].map((at): Placed => {
      const from = y + headHeight + level.height;
      return {
        kind: "line",
        path: [
          ["M", x + at, from],
          ["L", x + at, y + height],
        ],
      };
    });
    return [frame, ...ways, ...level.placed.map((inside) => shifted(inside, dx, y + headHeight))];
  }
  if (box === undefined) return [];
  const placed: PlacedBox = { kind: "box", item, box, x, y };
  if (label === "") return [placed];
  const middle = x + width / 2;
  const foot = y + height - trunk;
  const path: Path = [
    ["M", middle, foot],
    ["L", middle, y + height],
  ];
  return [placed, { kind: "line", path }, { kind: "label", text: label, x: middle + 6, y: foot + 14 }];
}

/** Returns the level with everything at its place. */
export function routed(all: readonly Standing[], wires: readonly LevelWire[], rows: Rows): Level {
  if (all.length === 0) return { width: 0, height: 0, placed: [], ins: new Map(), outs: new Map() };
  const standing = new Map(all.map((one) => [one.key, one]));
  const ways = waysOf(wires, standing, rows);
  const heights = heightsOf(rows, tracksOf(ways));
  const lines = ways.map((way) => lineOf(way, standing, rows, heights));
  const xs = ways.flatMap((way) => way.xs);
  const spots = [...rows.things.values()].map(({ spot }) => spot);
  const left = Math.min(...spots.map((spot) => spot.x - spot.left), ...xs);
  const right = Math.max(...spots.map((spot) => spot.x + spot.right), ...xs);
  const boxes = all.flatMap((one) => {
    const at = rows.things.get(one.key);
    return at === undefined ? [] : drawn(one, at.spot.x - one.width / 2, topOf(one, at.row, heights));
  });
  const ways_ = (kind: "in" | "out"): ReadonlyMap<number, number> =>
    new Map(
      all.flatMap(({ key, item }) => {
        const at = rows.things.get(key);
        if (item !== undefined || at === undefined || !key.startsWith(kind)) return [];
        return [[Number(key.slice(kind.length)), at.spot.x - left]];
      }),
    );
  return {
    width: right - left,
    height: heights.height,
    placed: [...boxes, ...lines].map((one) => shifted(one, -left, 0)),
    ins: ways_("in"),
    outs: ways_("out"),
  };
}
