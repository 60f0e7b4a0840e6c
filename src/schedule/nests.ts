// The loop nests of the stored values of a program, as forms. A value that is computed as another was, from values that lie as
// that one's did, has the same nests in other buffers: no task makes them again.

import { CompilerBug } from "../base/compilerBug.ts";
import { withArguments } from "../ir/arguments.ts";
import type { Prim, PrimNode, ValueId } from "../ir/graph.ts";
import type { Part } from "../ir/places.ts";
import type { Formed, Forms } from "./form.ts";
import { schedulingOf } from "./primitives.ts";
import type { Storage } from "./storage.ts";
import type { TaskMaker } from "./task.ts";

/** The nests of a value, and the storages of the value and of all values that they read. */
export interface KnownNests {
  readonly nests: readonly Formed[];
  readonly storages: readonly Storage[];
}

export interface NestMaker {
  readonly make: TaskMaker;
  readonly forms: Forms;
  readonly storageOf: (id: number) => Storage | undefined;
  readonly fromFirst: (buffer: string) => boolean;
  /** Nests by a text of all that they depend on. */
  readonly known: Map<string, KnownNests>;
}

/** Numbers for the arrays of tables, which layers share. */
const tables = new WeakMap<readonly number[], number>();
let tableCount = 0;

/** The number of a constant's table; undefined for other nodes. */
function tableOf(node: Prim): number | undefined {
  if (node.kind !== "const" || typeof node.value === "number") return undefined;
  const number = tables.get(node.value) ?? tableCount++;
  tables.set(node.value, number);
  return number;
}

/** The most values that one nest computes inside it, of which a text is worth its time. */
const mostInside = 60;

/**
 * A text that is equal for values with equal nests, and the storages of the value and of all that its nests read. Undefined for
 * a value of too many others.
 */
function keyOf(
  node: PrimNode,
  { make, storageOf, fromFirst }: NestMaker,
): { readonly text: string; readonly storages: readonly Storage[] } | undefined {
  const storages = [make.storage(node.id)];
  const parts: unknown[] = [];
  const numbers = new Map<ValueId, number>();
  const spell = ({ id: _, origin: __, span: ___, ...own }: PrimNode): unknown => {
    const table = tableOf(own);
    return table === undefined ? own : { ...own, value: table };
  };
  const visit = (id: ValueId): ValueId => {
    const known = numbers.get(id);
    if (known !== undefined) return known;
    const inside = make.node(id);
    const storage = storageOf(id);
    if (storage === undefined) parts.push(spell(withArguments(inside, visit)));
    else {
      // A nest reads it from memory, whatever computed it. Only small tables are read as numbers.
      storages.push(storage);
      parts.push([inside.kind, inside.type, tableOf(inside) ?? 0]);
    }
    numbers.set(id, parts.length - 1);
    return parts.length - 1;
  };
  const own = spell(withArguments(node, visit));
  if (parts.length > mostInside) return undefined;
  const places = storages.map(({ buffer, offset, strides }) => {
    const first = storages.findIndex((other) => other.buffer === buffer);
    const start = fromFirst(buffer) ? (storages[first]?.offset ?? 0) : 0;
    return [first, fromFirst(buffer), offset - start, strides];
  });
  return { text: JSON.stringify([own, parts, places]), storages };
}

/** The same nests in other storages. */
function moved({ nests, storages: from }: KnownNests, to: readonly Storage[], node: PrimNode): readonly Formed[] {
  return nests.map(({ form, streams, parts }) => ({
    form,
    streams,
    parts: parts.map(({ buffer, start }): Part => {
      const role = from.findIndex((storage) => storage.buffer === buffer);
      const [before, after] = [from[role], to[role]];
      if (before === undefined || after === undefined) throw new CompilerBug(`a loop nest reads '${buffer}' unasked`);
      return { buffer: after.buffer, start: start - before.offset + after.offset };
    }),
    ...frameOf(node),
  }));
}

const frameOf = ({ origin, span }: PrimNode) => ({
  name: origin,
  origins: [origin],
  ...(span === undefined ? {} : { span }),
});

/** The nests of a value with memory of its own. */
export function nestsOf(node: PrimNode, maker: NestMaker): readonly Formed[] {
  const { make, forms, known } = maker;
  const key = keyOf(node, maker);
  const alike = key === undefined ? undefined : known.get(key.text);
  if (key !== undefined && alike !== undefined) return moved(alike, key.storages, node);
  const nests = schedulingOf(node).task(node, make.storage(node.id), make).map(forms.of);
  const isOwn = ({ name, origins }: Formed): boolean => name === node.origin && origins.join() === node.origin;
  if (key !== undefined && nests.every(isOwn)) known.set(key.text, { nests, storages: key.storages });
  return nests;
}
