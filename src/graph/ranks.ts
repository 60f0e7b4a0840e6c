// Where the boxes of one level stand: dagre finds their rows and their order within a row; the places along a row are chosen here, so
// that the main way through a network is a straight line.

import { graphlib, layout } from "@dagrejs/dagre";

/** Something with a place: a box, or a port in the upper or lower edge of the block around. */
export interface Thing {
  readonly key: string;
  /** How far it reaches to the sides of its middle. */
  readonly left: number;
  readonly right: number;
  readonly height: number;
  readonly port?: "in" | "out";
}
/** A line between two things. `out` and `in`: where it leaves and enters, from the middle of the thing. */
export interface Wire {
  readonly from: string;
  readonly to: string;
  readonly name: string;
  readonly out: number;
  readonly in: number;
  /** The main way, which becomes straight if it can. */
  readonly main: boolean;
}
/** A thing, or a line where it passes a row, at its place. */
export interface Spot {
  readonly left: number;
  readonly right: number;
  readonly height: number;
  x: number;
}
export interface Rows {
  readonly things: ReadonlyMap<string, { readonly spot: Spot; readonly row: number }>;
  /** By the name of a wire: its spots in the rows that it passes. */
  readonly passes: ReadonlyMap<string, readonly Spot[]>;
  readonly rows: readonly (readonly Spot[])[];
}

interface Segment {
  readonly row: number;
  readonly from: Spot;
  readonly to: Spot;
  readonly out: number;
  readonly in: number;
  readonly rank: number;
}

const gaps = { boxes: 30, lines: 14, mixed: 20 } as const;

/** Lets dagre find rows and order. */
function ordered(things: readonly Thing[], wires: readonly Wire[]): Rows {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 30, edgesep: 14, ranksep: 30 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { key, left, right, height } of things) graph.setNode(key, { width: left + right, height });
  for (const { from, to, name, main } of wires) graph.setEdge(from, to, { weight: main ? 4 : 1 }, name);
  // Ports stand in the first and the last row.
  for (const [kind, end] of [["in", "top"] as const, ["out", "bottom"] as const]) {
    const ports = things.filter(({ port }) => port === kind);
    if (ports.length === 0) continue;
    graph.setNode(end, { width: 1, height: 1 });
    for (const { key } of ports)
      if (kind === "in") graph.setEdge(end, key, { weight: 1000 }, end + key);
      else graph.setEdge(key, end, { weight: 1000 }, end + key);
  }
  layout(graph);
  const levels = [...new Set(things.map(({ key }) => Number(graph.node(key).rank)))].sort((a, b) => a - b);
  const low = levels[0] ?? 0;
  const rowOf = (rank: number): number => (rank - low) / 2;
  const rows: { readonly spot: Spot; readonly at: number }[][] = [];
  const add = (row: number, at: number, spot: Spot): void => {
    while (rows.length <= row) rows.push([]);
    rows[row]?.push({ spot, at });
  };
  const placed = new Map<string, { readonly spot: Spot; readonly row: number }>();
  for (const { key, left, right, height } of things) {
    const { rank, x } = graph.node(key) as { rank: number; x: number };
    const spot: Spot = { left, right, height, x };
    placed.set(key, { spot, row: rowOf(rank) });
    add(rowOf(rank), x, spot);
  }
  const passes = new Map<string, readonly Spot[]>();
  for (const { from, to, name } of wires) {
    const [first, last] = [placed.get(from)?.row ?? 0, placed.get(to)?.row ?? 0];
    // Between two rows dagre has one more point.
    const points = (graph.edge(from, to, name) as { points: readonly { x: number }[] }).points.slice(1, -1);
    const spots: Spot[] = [];
    for (let row = first + 1; row < last; row++) {
      const x = points[2 * (row - first) - 1]?.x ?? 0;
      const spot: Spot = { left: 0, right: 0, height: 0, x };
      spots.push(spot);
      add(row, x, spot);
    }
    passes.set(name, spots);
  }
  return {
    things: placed,
    passes,
    rows: rows.map((row) => row.sort((a, b) => a.at - b.at).map(({ spot }) => spot)),
  };
}

/** The parts of wires from row to row. */
function segmentsOf({ things, passes }: Rows, wires: readonly Wire[]): readonly Segment[] {
  return wires.flatMap((wire): readonly Segment[] => {
    const [from, to] = [things.get(wire.from), things.get(wire.to)];
    if (from === undefined || to === undefined) return [];
    const spots = [from.spot, ...(passes.get(wire.name) ?? []), to.spot];
    return spots.slice(1).map((spot, i) => {
      const before = spots[i] as Spot;
      const isLong = i > 0 && i < spots.length - 2;
      const rank = spots.length === 2 ? (wire.main ? 3 : 0) : isLong ? 2 : 1;
      const [out, into] = [i === 0 ? wire.out : 0, i === spots.length - 2 ? wire.in : 0];
      return { row: from.row + i, from: before, to: spot, out, in: into, rank };
    });
  });
}

/** A group of spots that move together, as one straight line joins them. */
interface Column {
  readonly spots: Spot[];
  x: number;
}

interface Place {
  readonly column: Column;
  /** From the place of the column. */
  readonly at: number;
}

/** Joins spots into columns, the ends of straight lines. No two of these lines cross. */
function columnsOf({ rows }: Rows, segments: readonly Segment[]): ReadonlyMap<Spot, Place> {
  const order = new Map(rows.flatMap((row) => row.map((spot, i) => [spot, i] as const)));
  const below = new Map<Spot, Segment>();
  const above = new Map<Spot, Segment>();
  const taken = new Map<number, Segment[]>();
  const at = (spot: Spot): number => order.get(spot) ?? 0;
  for (const segment of [...segments].sort((a, b) => b.rank - a.rank)) {
    if (below.has(segment.from) || above.has(segment.to)) continue;
    const others = taken.get(segment.row) ?? [];
    const crosses = others.some((one) => (at(one.from) - at(segment.from)) * (at(one.to) - at(segment.to)) <= 0);
    if (crosses) continue;
    below.set(segment.from, segment);
    above.set(segment.to, segment);
    taken.set(segment.row, [...others, segment]);
  }
  const places = new Map<Spot, Place>();
  for (const spot of order.keys()) {
    if (above.has(spot)) continue;
    const column: Column = { spots: [], x: 0 };
    let offset = 0;
    for (let next: Spot | undefined = spot; next !== undefined; ) {
      column.spots.push(next);
      places.set(next, { column, at: offset });
      const segment = below.get(next);
      offset += segment === undefined ? 0 : segment.out - segment.in;
      next = segment?.to;
    }
  }
  return places;
}

interface Apart {
  readonly left: Column;
  readonly right: Column;
  readonly least: number;
}

const isLine = ({ left, right }: Spot): boolean => left + right === 0;

/** Says how far columns must be from each other. */
function distances({ rows }: Rows, places: ReadonlyMap<Spot, Place>): readonly Apart[] {
  return rows.flatMap((row) =>
    row.slice(1).flatMap((spot, i): readonly Apart[] => {
      const before = row[i] as Spot;
      const [left, right] = [places.get(before), places.get(spot)];
      if (left === undefined || right === undefined || left.column === right.column) return [];
      const lines = Number(isLine(before)) + Number(isLine(spot));
      const gap = lines === 2 ? gaps.lines : lines === 1 ? gaps.mixed : gaps.boxes;
      return [{ left: left.column, right: right.column, least: before.right + gap + spot.left + left.at - right.at }];
    }),
  );
}

/** Columns from left to right, as their distances say. */
function sortedColumns(columns: readonly Column[], apart: readonly Apart[]): readonly Column[] {
  const waiting = new Map(columns.map((column) => [column, 0]));
  const next = new Map<Column, Column[]>();
  for (const { left, right } of apart) {
    waiting.set(right, (waiting.get(right) ?? 0) + 1);
    next.set(left, [...(next.get(left) ?? []), right]);
  }
  const sorted: Column[] = columns.filter((column) => waiting.get(column) === 0);
  for (const column of sorted)
    for (const right of next.get(column) ?? []) {
      const left = (waiting.get(right) ?? 0) - 1;
      waiting.set(right, left);
      if (left === 0) sorted.push(right);
    }
  return sorted;
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 1 ? middle : middle - 1] ?? 0, sorted[middle] ?? 0];
  return (low + high) / 2;
};

/** How often columns move towards what they are connected with. */
const rounds = 12;

/** Gives every spot its place. */
function spread(rows: Rows, segments: readonly Segment[]): void {
  const places = columnsOf(rows, segments);
  const apart = distances(rows, places);
  const columns = sortedColumns([...new Set([...places.values()].map(({ column }) => column))], apart);
  const by = (side: "left" | "right"): ReadonlyMap<Column, readonly Apart[]> => {
    const found = new Map<Column, Apart[]>();
    for (const one of apart) found.set(one[side], [...(found.get(one[side]) ?? []), one]);
    return found;
  };
  const [fromRight, fromLeft] = [by("left"), by("right")];
  const least = (column: Column): number =>
    Math.max(Number.NEGATIVE_INFINITY, ...(fromLeft.get(column) ?? []).map((one) => one.left.x + one.least));
  const most = (column: Column): number =>
    Math.min(Number.POSITIVE_INFINITY, ...(fromRight.get(column) ?? []).map((one) => one.right.x - one.least));
  for (const column of columns) column.x = Math.max(0, least(column));
  const pulls = pullsOf(segments, places);
  for (let round = 0; round < rounds; round++)
    for (const column of round % 2 === 0 ? [...columns].reverse() : columns) {
      const wanted = (pulls.get(column) ?? []).map((pull) => pull.other.x + pull.by);
      if (wanted.length === 0) continue;
      column.x = Math.min(most(column), Math.max(least(column), median(wanted)));
    }
  for (const [spot, { column, at }] of places) spot.x = Math.round(column.x + at);
}

interface Pull {
  readonly other: Column;
  readonly by: number;
}

/** Says where each column would have to be for each of its lines to be straight. */
function pullsOf(segments: readonly Segment[], places: ReadonlyMap<Spot, Place>): ReadonlyMap<Column, readonly Pull[]> {
  const pulls = new Map<Column, Pull[]>();
  for (const segment of segments) {
    const [from, to] = [places.get(segment.from), places.get(segment.to)];
    if (from === undefined || to === undefined || from.column === to.column) continue;
    const by = to.at + segment.in - from.at - segment.out;
    pulls.set(from.column, [...(pulls.get(from.column) ?? []), { other: to.column, by }]);
    pulls.set(to.column, [...(pulls.get(to.column) ?? []), { other: from.column, by: -by }]);
  }
  return pulls;
}

/** Where a line is before it enters what it leads to. */
export function lastBefore({ from, name, out }: Wire, rows: Rows): number {
  const passed = rows.passes.get(name)?.at(-1);
  return passed?.x ?? (rows.things.get(from)?.spot.x ?? 0) + out;
}

/** Returns the rows of the things, with a place for each; from right to left if mirrored. */
export function arranged(things: readonly Thing[], wires: readonly Wire[], mirrored = false): Rows {
  const found = ordered(things, wires);
  const rows = mirrored ? { ...found, rows: found.rows.map((row) => row.toReversed()) } : found;
  spread(rows, segmentsOf(rows, wires));
  return rows;
}
