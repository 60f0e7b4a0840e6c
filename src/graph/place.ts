// Places what is seen of a network on a plane: each level by itself, from the innermost open block outwards. A block that is laid out
// is a box to the level around it.

import { boxOf, headOf, type Sums, sumsOf } from "./boxes.ts";
import type { NetworkNode } from "./network.ts";
import { headHeight, type Level, type LevelWire, labelSize, type Standing, stackStep, trunk } from "./plane.ts";
import { arranged, lastBefore, type Rows, type Thing } from "./ranks.ts";
import { routed } from "./routes.ts";
import { widthOf } from "./text.ts";
import type { Item, Link } from "./view.ts";

const framePadding = 14;

export interface Scene {
  readonly nodes: readonly NetworkNode[];
  readonly links: readonly Link[];
}

const labelWidth = (text: string): number => (text === "" ? 0 : widthOf(text, labelSize) + 8);

const frameWidth = (level: Level, name: string, more: string, times: number): number => {
  const count = times > 1 ? widthOf(` × ${times}`, 12.5, true) + 10 : 0;
  return Math.max(level.width + 2 * framePadding, widthOf(name, 12.5, true) + count + widthOf(more, labelSize) + 56);
};

/** An open block as it stands in the level around it. */
function frameOf(item: Item, level: Level, sums: Sums): Standing {
  const { branch, times } = item;
  const said = branch === undefined ? { name: "", more: "" } : headOf(branch, times, sums);
  const head = { ...said, dashed: sums.shared };
  const wide = frameWidth(level, head.name, head.more, times);
  // The way in or out is in the middle, if that costs little.
  const way = [...level.outs.values(), ...level.ins.values()][0] ?? level.width / 2;
  const lean = Math.max(-60, Math.min(60, level.width / 2 - way));
  const width = 2 * Math.ceil(Math.max(wide, level.width + 2 * framePadding + 2 * Math.abs(lean)) / 2);
  const shift = Math.round((width - level.width) / 2 + lean);
  const moved = (ways: ReadonlyMap<number, number>) => new Map([...ways].map(([id, x]) => [id, x + shift]));
  const height = headHeight + level.height + (level.outs.size > 0 ? 8 : framePadding);
  return {
    ...{ key: item.key, item, level, head, width, height, label: "" },
    ...{ ins: moved(level.ins), outs: moved(level.outs) },
  };
}

const isIn = ({ from, to }: { readonly from: number; readonly to: number }, id: number): boolean =>
  from <= id && id < to;

/** The shapes of the values that leave a box. */
function labelOf({ nodes, links }: Scene, item: Item): string {
  const leaving = links.filter(({ from, to }) => isIn(item, from) && !isIn(item, to)).map(({ from }) => from);
  return [...new Set([...new Set(leaving)].map((id) => nodes[id]?.shape ?? ""))].join("; ");
}

function standingOf(scene: Scene, item: Item, mirrored = false): Standing {
  const sums = sumsOf(scene.nodes, item.from, item.to);
  if (item.isOpen) {
    const links = scene.links.filter(({ from, to }) => isIn(item, from) || isIn(item, to));
    return frameOf(item, levelOf({ ...scene, links }, item.inside, item, mirrored), sums);
  }
  const box = boxOf(item, sums);
  const label = labelOf(scene, item);
  const [ins, outs] = [new Map<number, number>(), new Map<number, number>()];
  const sinks = scene.nodes.slice(item.from, item.to).every(({ from }) => from.length === 0);
  const copies = item.times > 1 ? 2 * stackStep : 0;
  const height = box.height + copies + (label === "" ? 0 : trunk);
  return { key: item.key, item, box, width: box.width, height, sinks, label, ins, outs };
}

const portOf = (key: string): Standing => ({
  ...{ key, width: 0, height: 0, label: "" },
  ...{ ins: new Map(), outs: new Map() },
});

/** Returns how far a thing reaches to both sides of its middle: a label stands to the right of a line. */
function thingOf({ key, width, height, label, item }: Standing): Thing {
  const right = Math.max(width / 2 + (item !== undefined && item.times > 1 ? 2 * stackStep : 0), labelWidth(label));
  if (item !== undefined) return { key, left: width / 2, right, height };
  return { key, left: 1, right: 1, height: 1, port: key.startsWith("in") ? "in" : "out" };
}

/** Returns the lines between what stands in a level. */
function wiresOf(
  scene: Scene,
  standing: readonly Standing[],
  within: { readonly from: number; readonly to: number },
): readonly LevelWire[] {
  const items = standing.filter(({ item }) => item !== undefined);
  const ports = new Map(standing.map((one) => [one.key, one]));
  const find = (id: number): Standing | undefined => items.find(({ item }) => item !== undefined && isIn(item, id));
  const wires = new Map<string, Bare>();
  for (const { from: node, to } of scene.links) {
    const from = isIn(within, node) ? find(node) : ports.get(`in${node}`);
    const reader = isIn(within, to) ? find(to) : ports.get(`out${node}`);
    if (from === undefined || reader === undefined || from === reader) continue;
    const out = (from.outs.get(node) ?? from.width / 2) - from.width / 2;
    const into = (reader.ins.get(node) ?? reader.width / 2) - reader.width / 2;
    // A box has one line out, however many nodes it stands for; a frame has one for each.
    const value = from.outs.has(node) || reader.ins.has(node) ? node : "";
    const name = `${from.key} ${reader.key} ${value}`;
    wires.set(name, { from: from.key, to: reader.key, name, out, in: into, node });
  }
  return mainWays([...wires.values()], depths(standing, [...wires.values()]));
}

type Bare = Omit<LevelWire, "main">;

/** The number of layers on the longest way to each thing and through it. */
function depths(standing: readonly Standing[], wires: readonly Bare[]): ReadonlyMap<string, number> {
  const into = new Map<string, Bare[]>();
  for (const wire of wires) {
    const known = into.get(wire.to);
    if (known === undefined) into.set(wire.to, [wire]);
    else known.push(wire);
  }
  const found = new Map<string, number>();
  // Everything stands after what it reads.
  for (const { key, item } of standing) {
    const before = Math.max(0, ...(into.get(key) ?? []).map(({ from }) => found.get(from) ?? 0));
    found.set(key, before + (item === undefined ? 0 : item.to - item.from));
  }
  return found;
}

/** Chooses the main way: into each thing from the deepest of what it reads, and out of each thing to the first such reader. */
function mainWays(wires: readonly Bare[], depth: ReadonlyMap<string, number>): readonly LevelWire[] {
  const at = (key: string): number => depth.get(key) ?? 0;
  const best = new Map<string, Bare>();
  for (const wire of wires) {
    const known = best.get(wire.to);
    if (known === undefined || at(wire.from) > at(known.from)) best.set(wire.to, wire);
  }
  const used = new Map<string, Bare>();
  for (const wire of best.values()) {
    const known = used.get(wire.from);
    if (known === undefined || at(wire.to) > at(known.to)) used.set(wire.from, wire);
  }
  return wires.map((wire) => ({ ...wire, main: best.get(wire.to) === wire && used.get(wire.from) === wire }));
}

/** Whether most of the lines into a block would cross each other, because their ports stand in the other order. */
function isTwisted({ key }: Standing, wires: readonly LevelWire[], rows: Rows): boolean {
  const coming = wires.filter(({ to }) => to === key).map((wire) => ({ at: lastBefore(wire, rows), port: wire.in }));
  const pairs = coming.flatMap((a, i) => coming.slice(i + 1).map((b) => (a.at - b.at) * (a.port - b.port)));
  return pairs.filter((one) => one < 0).length > pairs.length / 2;
}

/** Lays out one level: what a branch holds, or the whole network; from right to left if it is mirrored. */
export function levelOf(
  scene: Scene,
  items: readonly Item[],
  within: { readonly from: number; readonly to: number },
  mirrored = false,
): Level {
  const entering = scene.links
    .filter(({ from, to }) => !isIn(within, from) && isIn(within, to))
    .map(({ from }) => from);
  const leaving = scene.links.filter(({ from, to }) => isIn(within, from) && !isIn(within, to)).map(({ from }) => from);
  const standing = [
    ...[...new Set(entering)].map((id) => portOf(`in${id}`)),
    ...items.map((item) => standingOf(scene, item)),
    ...[...new Set(leaving)].map((id) => portOf(`out${id}`)),
  ];
  const wires = wiresOf(scene, standing, within);
  const rows = arranged(standing.map(thingOf), wires, mirrored);
  const twisted = standing.filter((one) => one.ins.size > 1 && isTwisted(one, wires, rows));
  if (twisted.length === 0) return routed(standing, wires, rows);
  const turned = standing.map((one) =>
    one.item !== undefined && twisted.includes(one) ? standingOf(scene, one.item, true) : one,
  );
  const turnedWires = wiresOf(scene, turned, within);
  return routed(turned, turnedWires, arranged(turned.map(thingOf), turnedWires, mirrored));
}
