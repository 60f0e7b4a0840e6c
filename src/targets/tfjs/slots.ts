// Writes the slots of a program: whole ones are tensors of the memory; parts are cut out of it and joined again.

import type { Module, Prim, Slot, ValueId } from "../../ir/graph.ts";
import { extents } from "../../ir/types.ts";
import type { RecognisedGraph } from "../../recognise/graph.ts";
import { literal } from "../literal.ts";
import type { Printer } from "../printer.ts";
import { shapeText } from "./sizes.ts";

export type Slots = Pick<Module<Prim>, "slots">;

export const lengthOf = (slot: Slot): number => extents(slot.type.shape, 1).reduce((a, b) => a * b, 1);

export const wholeSlots = ({ slots }: Slots): readonly Slot[] => slots.filter(({ within }) => within === undefined);

/** Lists the parts of a slot in order. */
const partsOf = ({ slots }: Slots, name: string): readonly Slot[] =>
  slots.filter(({ within }) => within?.slot === name).sort((a, b) => (a.within?.offset ?? 0) - (b.within?.offset ?? 0));

/** Cuts each slot that the program reads in several parts, and returns the names of the parts. */
export function splitSlots(out: Printer, graph: RecognisedGraph, module: Slots): ReadonlyMap<string, string> {
  const read = new Set(graph.nodes.flatMap((node) => (node.kind === "param" ? [node.slot] : [])));
  const names = new Map<string, string>();
  for (const whole of wholeSlots(module)) {
    const parts = partsOf(module, whole.name);
    const wanted = parts.filter(({ name }) => read.has(name));
    const length = parts.reduce((sum, part) => sum + lengthOf(part), 0);
    if (wanted.length < 2 || length !== lengthOf(whole)) continue;
    for (const part of wanted) names.set(part.name, `p${names.size}`);
    const list = parts.map(({ name }) => names.get(name) ?? "").join(", ");
    out.line(`const [${list}] = tf.split(memory.read(${literal(whole.name)}), [${parts.map(lengthOf).join(", ")}]);`);
  }
  return names;
}

/** Writes the tensor of a slot; `names` are those of parts that are cut out already. */
export function slotText(module: Slots, name: string, names: ReadonlyMap<string, string>): string {
  const slot = module.slots.find((s) => s.name === name);
  if (slot?.within === undefined) return `memory.read(${literal(name)})`;
  const { slot: whole, offset } = slot.within;
  const part = names.get(name) ?? `tf.slice(memory.read(${literal(whole)}), [${offset}], [${lengthOf(slot)}])`;
  return slot.type.shape.length === 1 ? part : `tf.reshape(${part}, ${shapeText(slot.type.shape)})`;
}

/** The new value of a part, or the fact that it stays. */
export interface Piece {
  readonly part: Slot;
  readonly value: ValueId | undefined;
}
export interface SlotUpdate {
  readonly slot: string;
  readonly value: ValueId | readonly Piece[];
}

/** Writes the new values of whole slots. */
export function updatesOf(module: Slots, graph: RecognisedGraph): readonly SlotUpdate[] {
  const updated = new Map(graph.updates.map(({ slot, value }) => [slot, value]));
  return wholeSlots(module).flatMap(({ name }): SlotUpdate[] => {
    const value = updated.get(name);
    if (value !== undefined) return [{ slot: name, value }];
    const pieces = partsOf(module, name).map((part): Piece => ({ part, value: updated.get(part.name) }));
    return pieces.some((piece) => piece.value !== undefined) ? [{ slot: name, value: pieces }] : [];
  });
}

/** Joins a whole slot from new parts and from those that stay. */
export function joinedText(slot: string, pieces: readonly Piece[], tensor: (id: ValueId) => string): string {
  const texts = pieces.map(({ part, value }) =>
    value === undefined
      ? `tf.slice(memory.read(${literal(slot)}), [${part.within?.offset ?? 0}], [${lengthOf(part)}])`
      : part.type.shape.length === 1
        ? tensor(value)
        : `tf.reshape(${tensor(value)}, [${lengthOf(part)}])`,
  );
  return `tf.concat([${texts.join(", ")}])`;
}
