// Programs of primitives as `function createProgram(tf): Program`: one function for each program, each in `tf.tidy`, over
// slots that stay in the backend.

import type { Module, Prim, PrimGraph, PrimNode, Slot } from "../../ir/graph.ts";
import { extents } from "../../ir/types.ts";
import { comment, literal } from "../literal.ts";
import { docComment, type Printer, printer } from "../printer.ts";
import { runner } from "../programText.ts";
import { helperText, typed } from "../types.ts";
import { nodeText } from "./nodes.ts";
import { tfType } from "./scalars.ts";
import { shapeText } from "./sizes.ts";

type Prims = Module<Prim>;
const lengthOf = (slot: Slot): number => extents(slot.type.shape, 1).reduce((a, b) => a * b, 1);
const wholes = ({ slots }: Prims): readonly Slot[] => slots.filter(({ within }) => within === undefined);

function slotText(module: Prims, name: string): string {
  const slot = module.slots.find((s) => s.name === name);
  if (slot?.within === undefined) return `memory.read(${literal(name)})`;
  const part = `tf.slice(memory.read(${literal(slot.within.slot)}), [${slot.within.offset}], [${lengthOf(slot)}])`;
  return slot.type.shape.length === 1 ? part : `tf.reshape(${part}, ${shapeText(slot.type.shape)})`;
}

/** The new values of whole slots: updates of parts are joined with the parts that stay. */
function updatesText(module: Prims, graph: PrimGraph, v: (id: number) => string): readonly [string, string][] {
  const updated = new Map(graph.updates.map(({ slot, value }) => [slot, v(value)]));
  return wholes(module).flatMap((whole): [string, string][] => {
    const direct = updated.get(whole.name);
    if (direct !== undefined) return [[whole.name, direct]];
    const parts = module.slots
      .filter(({ within }) => within?.slot === whole.name)
      .sort((a, b) => (a.within?.offset ?? 0) - (b.within?.offset ?? 0));
    if (!parts.some(({ name }) => updated.has(name))) return [];
    const pieces = parts.map((part) => {
      const value = updated.get(part.name);
      return value === undefined
        ? `tf.slice(memory.read(${literal(whole.name)}), [${part.within?.offset ?? 0}], [${lengthOf(part)}])`
        : `tf.reshape(${value}, [${lengthOf(part)}])`;
    });
    return [[whole.name, pieces.length === 1 ? (pieces[0] ?? "") : `tf.concat([${pieces.join(", ")}], 0)`]];
  });
}

/** How a node's line names where it comes from. */
export type Place = (node: PrimNode) => string | undefined;

function printProgram(out: Printer, module: Prims, graph: PrimGraph, place: Place, helpers: Set<string>): void {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const node = (id: number): PrimNode => {
    const found = nodes.get(id);
    if (found === undefined) throw new Error(`compiler bug: no value %${id}`);
    return found;
  };
  const v = (id: number): string => `v${id}`;
  const context = {
    name: v,
    shape: (id: number) => node(id).type.shape,
    dtype: (id: number) => node(id).type.dtype,
    slot: (name: string) => slotText(module, name),
    input: (name: string) => `columns[${literal(name)}]`,
    helper: (text: string) => void helpers.add(text),
  };
  const head = `function ${runner(graph.name)}(n${typed(": number")}, columns${typed(": Readonly<Record<string, Tensor>>")})${typed(": readonly Tensor[]")}`;
  out.block(head, () => {
    let before: string | undefined;
    for (const each of graph.nodes) {
      const from = place(each) ?? each.origin;
      if (from !== before) for (const line of comment(from)) out.line(`// ${line}`.trimEnd());
      before = from;
      out.line(`const ${v(each.id)} = ${nodeText(each, context)};`);
    }
    const updates = updatesText(module, graph, v);
    // Read before any is written: they take effect together. A value of two slots is two tensors.
    updates.forEach(([, text], i) => void out.line(`const new${i} = tf.clone(${text});`));
    updates.forEach(([name], i) => void out.line(`memory.write(${literal(name)}, new${i});`));
    out.line(`return [${graph.outputs.map(({ value }) => v(value)).join(", ")}];`);
  });
}

/** Memory and functions of any module, as the lines of a function's body. */
export function bodyText(out: Printer, module: Prims, place: Place, helpers: Set<string>): void {
  out.line("const memory = tensorMemory(tf, {");
  for (const slot of wholes(module))
    out.line(`  ${literal(slot.name)}: { shape: ${shapeText(slot.type.shape)}, dtype: "${tfType(slot.type.dtype)}" },`);
  out.line("});");
  for (const graph of module.programs) {
    out.line("");
    printProgram(out, module, graph, place, helpers);
  }
}

interface Column {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: string;
  readonly tensor: string;
}
function columnsOf(graph: PrimGraph | undefined): readonly Column[] {
  const found = new Map<string, Column>();
  for (const node of graph?.nodes ?? [])
    if (node.kind === "input") {
      const { dtype, shape } = node.type;
      const type = dtype === "f32" ? "Float32Array" : dtype === "u8" ? "Uint8Array" : "Int32Array";
      found.set(node.name, { name: node.name, shape: extents(shape.slice(1), 1), type, tensor: tfType(dtype) });
    }
  return [...found.values()];
}

/** `function createProgram(tf): Program`, for a module that has all of its programs. */
export function programText(module: Prims, batch: number, place: Place): string {
  const find = (name: string) => module.programs.find((graph) => graph.name === name);
  const [train, evaluate, predict] = ["train_step", "evaluate", "predict"].map(find);
  const seen = new Map([...columnsOf(train), ...columnsOf(evaluate)].map((column) => [column.name, column]));
  const room = (columns: Iterable<Column>): string =>
    `{ ${[...columns].map(({ name, shape, type }) => `${literal(name)}: new ${type}(${[batch, ...shape].reduce((a, b) => a * b, 1)})`).join(", ")} }`;
  const given = (columns: Iterable<Column>, from: string): string =>
    `{ ${[...columns].map(({ name, shape, tensor }) => `${literal(name)}: tf.tensor(${from}[${literal(name)}].slice(0, n * ${shape.reduce((a, b) => a * b, 1)}), [${["n", ...shape].join(", ")}], "${tensor}")`).join(", ")} }`;
  const helpers = new Set<string>();
  const out = printer();
  docComment(out, [
    "Makes the model in the memory of a TensorFlow.js backend. Weights are not set before `initialize`. Every program is a",
    "function over tensors, inside `tf.tidy`: nothing but the slots outlives it.",
  ]);
  out.block(`export function createProgram(tf${typed(": TensorFlow")})${typed(": Program")}`, () => {
    bodyText(out, module, place, helpers);
    out.line("");
    out.line(`const columns = ${room(seen.values())};`);
    out.line(`const inputs = ${room(columnsOf(predict))};`);
    const outputs = (predict?.outputs ?? []).map(({ name, value }) => {
      const type = predict?.nodes.find(({ id }) => id === value)?.type;
      const length = extents(type?.shape ?? [], batch).reduce((a, b) => a * b, 1);
      return `${literal(name)}: new ${type?.dtype === "f32" ? "Float32Array" : "Int32Array"}(${length})`;
    });
    out.line(`const outputs = { ${outputs.join(", ")} };`);
    const number = typed(": number");
    out.line(`const columnsGiven = (n${number}) => (${given(seen.values(), "columns")});`);
    out.line(`const inputsGiven = (n${number}) => (${given(columnsOf(predict), "inputs")});`);
    out.line(`const slots${typed(": readonly SlotInfo[]")} = [`);
    for (const slot of module.slots) {
      if (module.slots.some(({ within }) => within?.slot === slot.name)) continue;
      const start = slot.within?.offset ?? 0;
      out.line("  {");
      out.line(`    name: ${literal(slot.name)},`);
      out.line(`    shape: ${shapeText(slot.type.shape)},`);
      out.line(`    role: ${literal(slot.role)},`);
      out.line("    get values() {");
      out.line(
        `      return memory.values(${literal(slot.within?.slot ?? slot.name)}).subarray(${start}, ${start + lengthOf(slot)});`,
      );
      out.line("    },");
      out.line("  },");
    }
    out.line("];");
    const bytes = wholes(module).reduce((sum, slot) => sum + 4 * lengthOf(slot), 0);
    const body = [
      "return {",
      "  manifest,",
      `  memoryBytes: ${bytes},`,
      "  threads: 1,",
      "  slots,",
      "  columns,",
      "  inputs,",
      "  outputs,",
      "  initialize(first) {",
      '    memory.values("seed")[0] = first;',
      "    tf.tidy(() => void runInitialize(1, {}));",
      "  },",
      "  trainStep(n, meanwhile) {",
      "    const loss = tf.tidy(() => runTrainStep(n, columnsGiven(n))[0].dataSync()[0]);",
      "    meanwhile?.();",
      "    return loss;",
      "  },",
      "  evaluateStep(n) {",
      "    tf.tidy(() => void runEvaluate(n, columnsGiven(n)));",
      "  },",
      "  predict(n) {",
      "    tf.tidy(() => {",
      "      const made = runPredict(n, inputsGiven(n));",
      "      Object.values(outputs).forEach((to, i) => to.set(made[i].dataSync()));",
      "    });",
      "  },",
      "  resetMetrics() {",
      ...module.slots
        .filter(({ role }) => role === "metric")
        .map(({ name }) => `    memory.values(${literal(name)}).fill(0);`),
      "  },",
      "  metrics() {",
      "    return tf.tidy(() => runMetrics(1, {}).map((x) => x.dataSync()[0]));",
      "  },",
      "  close: () => memory.dispose(),",
      "};",
    ];
    for (const line of body) out.line(line);
  });
  return [...[...helpers].sort().map((text) => `${helperText(text)}\n`), out.toString()].join("\n");
}
