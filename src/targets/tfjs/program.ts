// Writes programs of primitives as `function createProgram(tf): Program`: one function for each program, in `tf.tidy`, over
// slots that stay in the backend.

import type { Module, Prim, PrimGraph } from "../../ir/graph.ts";
import { labelOf, seedSlot } from "../../ir/slots.ts";
import { type DType, extents } from "../../ir/types.ts";
import { recognise } from "../../recognise/recognise.ts";
import { literal, literalKey } from "../literal.ts";
import { docComment, type Printer, printer } from "../printer.ts";
import { isTrainStep, observeLines, runner } from "../programText.ts";
import { helperText, typed } from "../types.ts";
import { numberSlots } from "./numbers.ts";
import { tfType } from "./scalars.ts";
import { shapeText } from "./sizes.ts";
import { lengthOf, wholeSlots } from "./slots.ts";
import { type Place, printSteps } from "./steps.ts";

type Prims = Module<Prim>;

/** Prints memory and functions of any module, as the lines of a function's body; returns the slots that are numbers. */
export function bodyText(out: Printer, module: Prims, place: Place, helpers: Set<string>): ReadonlySet<string> {
  const graphs = module.programs.map((graph) => recognise(graph));
  const numbers = numberSlots(module, graphs);
  const wholes = wholeSlots(module);
  const list = (dtype: DType): string => (dtype === "f32" ? "new Float32Array(1)" : "new Int32Array(1)");
  const lists = wholes.filter(({ name }) => numbers.has(name));
  out.line(`const numbers = { ${lists.map(({ name, type }) => `${literal(name)}: ${list(type.dtype)}`).join(", ")} };`);
  out.line("const memory = tensorMemory(tf, numbers, {");
  for (const { name, type } of wholes)
    if (!numbers.has(name))
      out.line(`  ${literal(name)}: { shape: ${shapeText(type.shape)}, dtype: "${tfType(type.dtype)}" },`);
  out.line("});");
  for (const graph of graphs) {
    out.line("");
    const columns = `columns${typed(": Readonly<Record<string, Tensor>>")}`;
    out.block(`function ${runner(graph.name)}(n${typed(": number")}, ${columns})${typed(": readonly Tensor[]")}`, () =>
      printSteps(out, graph, { module, place, numbers, helpers }),
    );
  }
  return numbers;
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

const lengthOfShape = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Writes room for columns of a whole batch. */
const roomText = (columns: Iterable<Column>, batch: number): string =>
  `{ ${[...columns].map(({ name, shape, type }) => `${literalKey(name)}: new ${type}(${batch * lengthOfShape(shape)})`).join(", ")} }`;

/** Writes the first `n` samples of `from` as tensors. */
const givenText = (columns: Iterable<Column>, from: string): string =>
  `{ ${[...columns].map(({ name, shape, tensor }) => `${literalKey(name)}: tf.tensor(${from}[${literal(name)}].slice(0, n * ${lengthOfShape(shape)}), [${["n", ...shape].join(", ")}], "${tensor}")`).join(", ")} }`;

function outputsText(predict: PrimGraph | undefined, batch: number): string {
  const outputs = (predict?.outputs ?? []).map(({ name, value }) => {
    const type = predict?.nodes.find(({ id }) => id === value)?.type;
    const length = lengthOfShape(extents(type?.shape ?? [], batch));
    return `${literalKey(name)}: new ${type?.dtype === "f32" ? "Float32Array" : "Int32Array"}(${length})`;
  });
  return `{ ${outputs.join(", ")} }`;
}

/** Prints the slots that a trainer saves and shows: every slot that is not made of others. */
function printSlots(out: Printer, { slots }: Prims): void {
  out.line(`const slots${typed(": readonly SlotInfo[]")} = [`);
  for (const slot of slots) {
    if (slots.some(({ within }) => within?.slot === slot.name)) continue;
    const start = slot.within?.offset ?? 0;
    const whole = literal(slot.within?.slot ?? slot.name);
    const lines = [
      "  {",
      `    name: ${literal(labelOf(slot.name))},`,
      `    shape: ${shapeText(slot.type.shape)},`,
      `    role: ${literal(slot.role)},`,
      "    get values() {",
      `      return memory.values(${whole}).subarray(${start}, ${start + lengthOf(slot)});`,
      "    },",
      "  },",
    ];
    for (const line of lines) out.line(line);
  }
  out.line("];");
}

/** Writes the value of `createProgram`. */
function programLines(module: Prims): readonly string[] {
  const steps = module.programs.filter(({ name }) => isTrainStep(name));
  const bytes = wholeSlots(module).reduce((sum, slot) => sum + 4 * lengthOf(slot), 0);
  return [
    "return {",
    "  manifest,",
    `  memoryBytes: ${bytes},`,
    "  threads: 1,",
    "  slots,",
    "  columns,",
    "  inputs,",
    "  outputs,",
    "  initialize(first) {",
    `    memory.values(${literal(seedSlot)})[0] = first;`,
    "    tf.tidy(() => void runInitialize(1, {}));",
    "  },",
    "  trainStep(n, meanwhile) {",
    ...(steps.length === 1
      ? []
      : [
          `    const run = [${steps.map(({ name }) => runner(name)).join(", ")}][bucketOf(manifest, columns, n)]${typed(" ?? runTrainStep")};`,
        ]),
    `    const loss = tf.tidy(() => ${steps.length === 1 ? "runTrainStep" : "run"}(n, columnsGiven(n))[0].dataSync()[0]);`,
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
    ...observeLines(
      module.programs.map(({ name }) => name),
      (run) => `tf.tidy(() => void ${run}(1, {}))`,
    ),
    ...(module.programs.some(({ name }) => name === "finalize")
      ? ["  finalize: () => tf.tidy(() => void runFinalize(1, {})),"]
      : []),
    "  resetMetrics() {",
    ...module.slots
      .filter(({ role }) => role === "metric")
      .map(({ name }) => `    memory.values(${literal(name)}).fill(0);`),
    "  },",
    "  metrics() {",
    "    return tf.tidy(() => metricValues(manifest, runMetrics(1, {}).map((x) => x.dataSync())));",
    "  },",
    "  close: () => memory.dispose(),",
    "};",
  ];
}

/** Writes `function createProgram(tf): Program`, for a module that has all of its programs. */
export function programText(module: Prims, batch: number, place: Place): string {
  const find = (name: string) => module.programs.find((graph) => graph.name === name);
  const [train, evaluate, predict] = ["train_step", "evaluate", "predict"].map(find);
  const columns = new Map([...columnsOf(train), ...columnsOf(evaluate)].map((column) => [column.name, column]));
  const helpers = new Set<string>();
  const out = printer();
  docComment(out, [
    "Makes the model in the memory of a TensorFlow.js backend. Weights are not set before `initialize`. Every program is a",
    "function over tensors, inside `tf.tidy`: only the slots outlive it.",
  ]);
  out.block(`export function createProgram(tf${typed(": TensorFlow")})${typed(": Program")}`, () => {
    bodyText(out, module, place, helpers);
    out.line("");
    out.line(`const columns = ${roomText(columns.values(), batch)};`);
    out.line(`const inputs = ${roomText(columnsOf(predict), batch)};`);
    out.line(`const outputs = ${outputsText(predict, batch)};`);
    const number = typed(": number");
    out.line(`const columnsGiven = (n${number}) => (${givenText(columns.values(), "columns")});`);
    out.line(`const inputsGiven = (n${number}) => (${givenText(columnsOf(predict), "inputs")});`);
    printSlots(out, module);
    for (const line of programLines(module)) out.line(line);
  });
  return [...[...helpers].sort().map((text) => `${helperText(text)}\n`), out.toString()].join("\n");
}
