// Writes one program as the lines of a function's body: a line for each value, or a longer line if a value is read once.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { ValueId } from "../../ir/graph.ts";
import { type RecognisedGraph, type RecognisedNode, readsOf, usesIn } from "../../recognise/graph.ts";
import { recognise } from "../../recognise/recognise.ts";
import { comment, literal } from "../literal.ts";
import type { Printer } from "../printer.ts";
import { typed } from "../types.ts";
import { filled, type NodeContext, nodeText } from "./nodes.ts";
import { numbersIn, numberText } from "./numbers.ts";
import { sizeText } from "./sizes.ts";
import { joinedText, type Slots, slotText, splitSlots, updatesOf } from "./slots.ts";

/** Names the origin of a node in its line. */
export type Place = (node: Pick<RecognisedNode, "span">) => string | undefined;

export interface ProgramContext {
  readonly module: Slots;
  readonly place: Place;
  /** The slots that are numbers. */
  readonly numbers: ReadonlySet<string>;
  readonly helpers: Set<string>;
}

const longestInside = 60;

/** A node that only moves or renames a tensor may return that tensor itself. */
const isFresh = (node: RecognisedNode): boolean =>
  node.kind === "map" || node.kind === "native" || node.kind === "contract";

/** The texts of the values so far. */
interface Texts extends NodeContext {
  node(id: ValueId): RecognisedNode;
  /** Returns a number if the value is one, otherwise a tensor. */
  text(id: ValueId): string;
  isNumber(id: ValueId): boolean;
  set(id: ValueId, text: string): void;
  /** Sets the name of the list of a node's results. */
  setResults(id: ValueId, name: string): void;
}

function textsOf(
  out: Printer,
  graph: RecognisedGraph,
  context: ProgramContext,
  partNames: ReturnType<typeof splitSlots>,
): Texts {
  const { module, numbers, helpers } = context;
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const lists = new Map<ValueId, string>();
  let steps = 0;
  const scalars = numbersIn(graph, numbers);
  const texts = new Map<ValueId, string>();
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
  return {
    node,
    text,
    isNumber: (id) => scalars.has(id),
    set: (id, made) => void texts.set(id, made),
    name: (id) => (scalars.has(id) ? filled(text(id), [], node(id).type.dtype) : text(id)),
    shape: (id) => node(id).type.shape,
    dtype: (id) => node(id).type.dtype,
    number: (id) => (scalars.has(id) ? text(id) : undefined),
    slot: (name) => slotText(module, name, partNames),
    setResults: (id, name) => void lists.set(id, name),
    results(id) {
      const found = lists.get(id);
      if (found === undefined) throw new CompilerBug(`%${id} has one result`);
      return found;
    },
    step(body) {
      const name = `step${steps++}`;
      const columns = `columns${typed(": Readonly<Record<string, Tensor>>")}`;
      out.block(`function ${name}(${columns})${typed(": readonly Tensor[]")}`, () =>
        printSteps(out, recognise(body), context),
      );
      return name;
    },
    input: (name) => `columns[${literal(name)}]`,
    helper: (helper) => void helpers.add(helper),
  };
}

/** Returns the text of a value that is a number of JavaScript. */
function numberOf(node: RecognisedNode, texts: Texts): string {
  if (node.kind === "const") return literal(node.value as number);
  if (node.kind === "size") return sizeText(node.size);
  if (node.kind === "param") return `memory.number(${literal(node.slot)})`;
  if (node.kind !== "map") throw new CompilerBug(`a number made by '${node.kind}'`);
  const made = numberText(node.fn, node.args.map(texts.text));
  if (made.helper !== undefined) texts.helper(made.helper);
  return made.text;
}

/** Prints a line for each value that is not written in its reader's line. */
function printValues(out: Printer, graph: RecognisedGraph, place: Place, texts: Texts): void {
  const uses = usesIn(graph);
  const held = new Set([...graph.outputs, ...graph.updates].map(({ value }) => value));
  const readers = readersIn(graph);
  const placed = (node: RecognisedNode): string => place(node) ?? node.origin;
  const isInside = (node: RecognisedNode, made: string): boolean => {
    const reader = readers.get(node.id);
    if (held.has(node.id) || uses.get(node.id) !== 1 || reader === undefined) return false;
    return placed(reader) === placed(node) && made.length <= longestInside;
  };
  let count = 0;
  let before: string | undefined;
  for (const node of graph.nodes) {
    const isNumber = texts.isNumber(node.id);
    const made = isNumber ? numberOf(node, texts) : nodeText(node, texts);
    if (node.kind === "scan") {
      const name = `v${count++}`;
      out.line(`const ${name} = ${made};`);
      texts.setResults(node.id, name);
      texts.set(node.id, `${name}[0]`);
      continue;
    }
    const isName = /^[\w.]+(\[\d+\])?$/.test(made) || (isNumber && /^-[\w.]+$/.test(made));
    if (isName || isInside(node, made)) {
      texts.set(node.id, made);
      continue;
    }
    const from = placed(node);
    if (from !== before) for (const line of comment(from)) out.line(`// ${line}`.trimEnd());
    before = from;
    const name = `v${count++}`;
    out.line(`const ${name} = ${made};`);
    texts.set(node.id, name);
  }
}

function printUpdates(out: Printer, graph: RecognisedGraph, { module, numbers }: ProgramContext, texts: Texts): void {
  const updates = updatesOf(module, graph);
  const written = updates.flatMap(({ value }) => (typeof value === "number" ? [value] : []));
  if (updates.length > 0) out.line("// Tensors for the next step.");
  for (const { slot, value } of updates)
    if (typeof value !== "number") out.line(`memory.write(${literal(slot)}, ${joinedText(slot, value, texts.name)});`);
    else if (numbers.has(slot)) out.line(`memory.setNumber(${literal(slot)}, ${texts.text(value)});`);
    else {
      // Two slots need two tensors, and a slot's new value may overwrite one that was read.
      const once = written.filter((id) => id === value).length === 1;
      const own = texts.isNumber(value) || (isFresh(texts.node(value)) && once);
      const tensor = texts.name(value);
      out.line(`memory.write(${literal(slot)}, ${own ? tensor : `tf.clone(${tensor})`});`);
    }
}

/** Prints the lines of a program: its values, its updates of slots, and its outputs. */
export function printSteps(out: Printer, graph: RecognisedGraph, context: ProgramContext): void {
  const texts = textsOf(out, graph, context, splitSlots(out, graph, context.module));
  printValues(out, graph, context.place, texts);
  printUpdates(out, graph, context, texts);
  out.line(`return [${graph.outputs.map(({ value }) => texts.name(value)).join(", ")}];`);
}

/** Returns the last reader of a value, which is its only one if there is only one. */
function readersIn(graph: RecognisedGraph): ReadonlyMap<ValueId, RecognisedNode> {
  const readers = new Map<ValueId, RecognisedNode>();
  for (const node of graph.nodes) for (const id of readsOf(node)) readers.set(id, node);
  return readers;
}
