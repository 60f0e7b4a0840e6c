// One program as the lines of a function's body: a line for each value, or a longer one where a value is read just once.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { ValueId } from "../../ir/graph.ts";
import { type RecognisedGraph, type RecognisedNode, readsOf, usesIn } from "../../recognise/graph.ts";
import { comment, literal } from "../literal.ts";
import type { Printer } from "../printer.ts";
import { filled, type NodeContext, nodeText } from "./nodes.ts";
import { numbersIn, numberText } from "./numbers.ts";
import { sizeText } from "./sizes.ts";
import { joinedText, type Slots, slotText, splitSlots, updatesOf } from "./slots.ts";

/** How a node's line names where it comes from. */
export type Place = (node: Pick<RecognisedNode, "span">) => string | undefined;

export interface ProgramContext {
  readonly module: Slots;
  readonly place: Place;
  /** Slots that are numbers. */
  readonly numbers: ReadonlySet<string>;
  readonly helpers: Set<string>;
}

const longestInside = 60;

/** What only moves or renames a tensor may be that tensor itself. */
const isFresh = (node: RecognisedNode): boolean =>
  node.kind === "map" || node.kind === "native" || node.kind === "contract";

export function printSteps(
  out: Printer,
  graph: RecognisedGraph,
  { module, place, numbers, helpers }: ProgramContext,
): void {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const uses = usesIn(graph);
  const scalars = numbersIn(graph, numbers);
  const texts = new Map<ValueId, string>();
  const held = new Set([...graph.outputs, ...graph.updates].map(({ value }) => value));
  const partNames = splitSlots(out, graph, module);
  let count = 0;
  let before: string | undefined;
  const node = (id: ValueId): RecognisedNode => {
    const found = nodes.get(id);
    if (found === undefined) throw new CompilerBug(`no value %${id}`);
    return found;
  };
  const text = (id: ValueId): string => {
    const found = texts.get(id);
    if (found === undefined) throw new CompilerBug(`%${id} is read before it is made`);
    return found;
  };
  const tensor = (id: ValueId): string => (scalars.has(id) ? filled(text(id), [], node(id).type.dtype) : text(id));
  const context: NodeContext = {
    name: tensor,
    shape: (id) => node(id).type.shape,
    dtype: (id) => node(id).type.dtype,
    number: (id) => (scalars.has(id) ? text(id) : undefined),
    slot: (name) => slotText(module, name, partNames),
    input: (name) => `columns[${literal(name)}]`,
    helper: (helper) => void helpers.add(helper),
  };
  const numberOf = (each: RecognisedNode): string => {
    if (each.kind === "const") return literal(each.value as number);
    if (each.kind === "size") return sizeText(each.size);
    if (each.kind === "param") return `memory.number(${literal(each.slot)})`;
    if (each.kind !== "map") throw new CompilerBug(`a number made by '${each.kind}'`);
    const made = numberText(each.fn, each.args.map(text));
    if (made.helper !== undefined) helpers.add(made.helper);
    return made.text;
  };
  const placed = (each: RecognisedNode): string => place(each) ?? each.origin;
  const readers = readersIn(graph);
  for (const each of graph.nodes) {
    const made = scalars.has(each.id) ? numberOf(each) : nodeText(each, context);
    const reader = readers.get(each.id);
    const isName = /^[\w.]+$/.test(made) || (scalars.has(each.id) && /^-[\w.]+$/.test(made));
    const isInside =
      !held.has(each.id) &&
      uses.get(each.id) === 1 &&
      reader !== undefined &&
      placed(reader) === placed(each) &&
      made.length <= longestInside;
    if (isName || isInside) {
      texts.set(each.id, made);
      continue;
    }
    const from = placed(each);
    if (from !== before) for (const line of comment(from)) out.line(`// ${line}`.trimEnd());
    before = from;
    const name = `v${count++}`;
    out.line(`const ${name} = ${made};`);
    texts.set(each.id, name);
  }
  const updates = updatesOf(module, graph);
  const written = updates.flatMap(({ value }) => (typeof value === "number" ? [value] : []));
  if (updates.length > 0) out.line("// What the next step reads.");
  for (const { slot, value } of updates)
    if (typeof value !== "number") out.line(`memory.write(${literal(slot)}, ${joinedText(slot, value, tensor)});`);
    else if (numbers.has(slot)) out.line(`memory.setNumber(${literal(slot)}, ${text(value)});`);
    else {
      // A tensor of two slots is two, and one that was read may be written over.
      const own = scalars.has(value) || (isFresh(node(value)) && written.filter((id) => id === value).length === 1);
      out.line(`memory.write(${literal(slot)}, ${own ? tensor(value) : `tf.clone(${tensor(value)})`});`);
    }
  out.line(`return [${graph.outputs.map(({ value }) => tensor(value)).join(", ")}];`);
}

/** The node that reads a value last: the only one, where there is one. */
function readersIn(graph: RecognisedGraph): ReadonlyMap<ValueId, RecognisedNode> {
  const readers = new Map<ValueId, RecognisedNode>();
  for (const node of graph.nodes) for (const id of readsOf(node)) readers.set(id, node);
  return readers;
}
