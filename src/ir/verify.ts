// Checks the rules of graphs: ids, order, and the type of each kind of node, which follows from its arguments. Each problem
// it finds is a bug in the compiler, never in a user's program.

import { argumentsOf } from "./arguments.ts";
import type { Access, Graph, Node, Op, Slot, ValueId, WindowAxis } from "./graph.ts";
import { gatheredShape, windowedSize } from "./graphBuilder.ts";
import { scalarFunction } from "./scalar.ts";
import { addSizes, printSize, product, type Size, sameSize } from "./size.ts";
import { printType } from "./text.ts";
import { type DType, sameShape, sameType, type TensorType, tensor } from "./types.ts";

type AnyNode = Op;
type Kind = AnyNode["kind"];
type Of<K extends Kind> = Node<Extract<AnyNode, { readonly kind: K }>>;

interface Context {
  readonly slots: ReadonlyMap<string, Slot>;
  type(id: ValueId): TensorType;
  /** The types of a node's results after the first. */
  more(id: ValueId): readonly TensorType[];
}
/** The problems of a node; empty if there are none. */
type Check<K extends Kind> = (node: Of<K>, context: Context) => readonly string[];

const fine: readonly string[] = [];
/** The message is spelt only for a node that breaks the rule: most graphs break none. */
const when = (wrong: boolean, message: string | (() => string)): readonly string[] =>
  wrong ? [typeof message === "string" ? message : message()] : fine;

const expectType = (node: Node<AnyNode>, dtype: DType, shape: readonly Size[]): readonly string[] =>
  when(!sameType(node.type, { dtype, shape }), () => `should be ${printType({ dtype, shape })}`);

const isPermutation = (axes: readonly number[], rank: number): boolean =>
  axes.length === rank &&
  axes.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < rank) &&
  new Set(axes).size === rank;
const areAxes = (axes: readonly number[], rank: number): boolean =>
  axes.every((axis, i) => Number.isInteger(axis) && axis >= 0 && axis < rank && axis > (axes[i - 1] ?? -1));
const areAmounts = (amounts: readonly number[], rank: number, least: number): boolean =>
  amounts.length === rank && amounts.every((amount) => Number.isInteger(amount) && amount >= least);

function checkAccess(what: string, access: Access, type: TensorType, loops: ReadonlySet<string>): readonly string[] {
  const problems: string[] = [];
  if (access.length !== type.shape.length)
    problems.push(`${what} has ${access.length} indices for ${type.shape.length} axes`);
  let whole = true;
  for (const { offset, strides } of access) {
    whole &&= Number.isSafeInteger(offset);
    for (const loop of Object.keys(strides)) {
      if (!loops.has(loop)) problems.push(`${what} uses a loop '${loop}' that is not there`);
      whole &&= Number.isSafeInteger(strides[loop]);
    }
  }
  if (!whole) problems.push(`${what} is not in whole numbers`);
  return problems;
}

function checkWindow(window: readonly WindowAxis[], arg: TensorType, windows: TensorType): readonly string[] {
  if (window.length !== arg.shape.length) return [`has ${window.length} windows for ${arg.shape.length} axes`];
  const fine = window.every(
    ({ size, stride, dilation, before, after }) =>
      areAmounts([size, stride, dilation], 3, 1) && areAmounts([before, after], 2, 0),
  );
  if (!fine) return ["has a window with an amount out of range"];
  const shape = arg.shape.map((size, axis) => {
    const along = window[axis];
    return along === undefined ? size : windowedSize(size, along);
  });
  return when(
    !sameType(windows, { dtype: arg.dtype, shape }),
    () => `the windows should be ${printType({ dtype: arg.dtype, shape })}`,
  );
}

/** Checks that `rows` are the rows of `table` at `indices` along an axis. */
function checkRows(
  { axis, batch }: { readonly axis: number; readonly batch: number },
  table: TensorType,
  indices: TensorType,
  rows: TensorType,
): readonly string[] {
  if (indices.dtype !== "i32") return ["its indices should be i32"];
  if (!areAxes([axis], table.shape.length)) return [`has no axis ${axis}`];
  if (!areAmounts([batch], 1, 0) || batch > Math.min(axis, indices.shape.length))
    return [`cannot share ${batch} axes with its indices`];
  if (typeof table.shape[axis] !== "number") return ["takes rows along the batch"];
  if (!sameShape(table.shape.slice(0, batch), indices.shape.slice(0, batch))) return ["its shared axes differ"];
  const shape = gatheredShape(table.shape, indices.shape, axis, batch);
  return when(
    !sameType(rows, { dtype: table.dtype, shape }),
    () => `the rows should be ${printType({ dtype: table.dtype, shape })}`,
  );
}

/** Whether a scan's arguments fit the inputs of its body, and the body's outputs its results. The body itself is sound. */
function checkScan(node: Of<"scan">, type: Context["type"]): readonly string[] {
  const { length, init, over, captures, body } = node;
  if (!Number.isInteger(length) || length < 1) return ["its length is no positive number"];
  const problems: string[] = [];
  for (const { kind, id } of body.nodes)
    if (kind === "random" || kind === "param") problems.push(`%${id} of its body is a ${kind}`);
  const slices = over.map((id): TensorType => {
    const { dtype, shape } = type(id);
    if (shape[0] !== length) problems.push(`%${id} has not the steps along its first axis`);
    return { dtype, shape: shape.slice(1) };
  });
  const expected = [...init.map(type), ...slices, ...captures.map(type)];
  const inputs = body.nodes.filter((inner) => inner.kind === "input");
  for (const input of inputs) {
    const given = expected[Number(input.name)];
    if (given === undefined) problems.push(`its body has an input '${input.name}'`);
    else if (!sameType(given, input.type))
      problems.push(`input '${input.name}' of its body should be ${printType(given)}`);
  }
  const types = new Map(body.nodes.map((inner) => [inner.id, inner.type]));
  const made = body.outputs.map(({ value }) => types.get(value) ?? tensor("f32"));
  const results = made.map((one, i): TensorType => (i < init.length ? one : { ...one, shape: [length, ...one.shape] }));
  const own = [node.type, ...(node.more ?? [])];
  if (made.length < init.length || !init.every((id, i) => sameType(type(id), made[i] ?? type(id))))
    problems.push("a carried value changes its type");
  if (results.length !== own.length || !results.every((one, i) => sameType(one, own[i] ?? one)))
    problems.push(`its results should be ${results.map(printType).join(", ")}`);
  return problems;
}

const checks: { readonly [K in Kind]: Check<K> } = {
  input: () => [],
  param: (node, { slots }) => {
    const slot = slots.get(node.slot);
    if (slot === undefined) return [`there is no slot '${node.slot}'`];
    return when(!sameType(slot.type, node.type), () => `the slot is ${printType(slot.type)}`);
  },
  const: ({ value, type }) =>
    when(
      typeof value !== "number" && !sameSize(product(type.shape), value.length),
      () => `has ${typeof value === "number" ? 1 : value.length} numbers`,
    ),
  size: (node) => expectType(node, "f32", []),
  iota: (node) => [
    ...when(node.type.dtype !== "i32", "should be i32"),
    ...when(!areAxes([node.axis], node.type.shape.length), () => `has no axis ${node.axis}`),
  ],
  random: (node, { type }) => [
    ...when(node.type.dtype !== "f32", "should be f32"),
    ...[node.seed, node.step].flatMap((id) =>
      when(!sameType(type(id), tensor("i32")), () => `%${id} should be an i32 scalar`),
    ),
    ...when(
      !(node.stream >= 0 && node.stream < 2 ** 32 && Number.isInteger(node.stream)),
      "its stream is no 32-bit integer",
    ),
  ],
  map: (node, { type }) => {
    const { arity, result } = scalarFunction(node.fn);
    const types = node.args.map(type);
    if (arity !== types.length) return [`${node.fn} takes ${arity} arguments`];
    if (types.some((other) => !sameShape(other.shape, node.type.shape))) return ["its arguments have other shapes"];
    return expectType(node, result(types.map((other) => other.dtype)), node.type.shape);
  },
  reduce: (node, { type }) => {
    const { dtype, shape } = type(node.arg);
    if (!areAxes(node.axes, shape.length)) return ["its axes are not ascending axes of the argument"];
    return expectType(
      node,
      dtype,
      shape.filter((_, axis) => !node.axes.includes(axis)),
    );
  },
  arg_reduce: (node, { type }) => {
    const { shape } = type(node.arg);
    if (!areAxes([node.axis], shape.length)) return [`has no axis ${node.axis}`];
    return expectType(
      node,
      "i32",
      shape.filter((_, axis) => axis !== node.axis),
    );
  },
  contract: (node, { type }) => {
    const loops = new Set(node.loops.map((loop) => loop.name));
    if (loops.size !== node.loops.length) return ["has two loops of one name"];
    if (node.type.dtype !== "f32") return ["should be f32"];
    for (const id of [node.lhs, node.rhs]) if (type(id).dtype !== "f32") return [`%${id} should be f32`];
    if (node.onto !== undefined && !sameType(type(node.onto), node.type))
      return ["what it writes onto has another type"];
    return [
      ...checkAccess("its result", node.out, node.type, loops),
      ...checkAccess("its left side", node.left, type(node.lhs), loops),
      ...checkAccess("its right side", node.right, type(node.rhs), loops),
    ];
  },
  window_reduce: (node, { type }) => checkWindow(node.window, type(node.arg), node.type),
  window_scatter: (node, { type }) => [
    ...checkWindow(node.window, type(node.arg), type(node.gradient)),
    ...when(!sameType(node.type, type(node.arg)), "should have the type of its argument"),
  ],
  gather: (node, { type }) => checkRows(node, type(node.arg), type(node.indices), node.type),
  scatter_add: (node, { type }) => [
    ...when(node.type.dtype !== "f32", "should be f32"),
    ...checkRows(node, node.type, type(node.indices), type(node.updates)),
  ],
  reshape: (node, { type }) => {
    const arg = type(node.arg);
    return [
      ...when(arg.dtype !== node.type.dtype, () => `should be ${arg.dtype}`),
      ...when(
        !sameSize(product(arg.shape), product(node.type.shape)),
        () => `makes ${printSize(product(node.type.shape))} elements of ${printSize(product(arg.shape))}`,
      ),
    ];
  },
  transpose: (node, { type }) => {
    const { dtype, shape } = type(node.arg);
    if (!isPermutation(node.permutation, shape.length)) return ["is no permutation of the axes"];
    return expectType(
      node,
      dtype,
      node.permutation.map((axis) => shape[axis] ?? 1),
    );
  },
  broadcast: (node, { type }) => {
    const arg = type(node.arg);
    const fits = arg.shape.every((size, i) => size === 1 || sameSize(size, node.type.shape[node.axes[i] ?? -1] ?? -1));
    return [
      ...when(arg.dtype !== node.type.dtype, () => `should be ${arg.dtype}`),
      ...when(
        node.axes.length !== arg.shape.length || !areAxes(node.axes, node.type.shape.length) || !fits,
        "its axes do not fit the argument's",
      ),
    ];
  },
  slice: (node, { type }) => {
    const arg = type(node.arg);
    const rank = arg.shape.length;
    if (node.type.shape.length !== rank || !areAmounts(node.starts, rank, 0) || !areAmounts(node.strides, rank, 1))
      return ["needs a start and a stride for each axis"];
    const inside = arg.shape.every((size, axis) => {
      const [count = 1, start = 0, stride = 1] = [node.type.shape[axis], node.starts[axis], node.strides[axis]];
      if (typeof size === "number" && typeof count === "number")
        return count === 0 || start + (count - 1) * stride < size;
      return start === 0 && stride === 1 && sameSize(size, count);
    });
    return [
      ...when(arg.dtype !== node.type.dtype, () => `should be ${arg.dtype}`),
      ...when(!inside, "reaches out of its argument"),
    ];
  },
  pad: (node, { type }) => {
    const { dtype, shape } = type(node.arg);
    if (!areAmounts(node.before, shape.length, 0) || !areAmounts(node.after, shape.length, 0))
      return ["needs an amount before and after for each axis"];
    return expectType(
      node,
      dtype,
      shape.map((size, axis) => addSizes(size, (node.before[axis] ?? 0) + (node.after[axis] ?? 0))),
    );
  },
  concat: (node, { type }) => {
    const types = node.args.map(type);
    const [first] = types;
    if (first === undefined || !areAxes([node.axis], first.shape.length)) return ["joins nothing, or along no axis"];
    const others = (shape: readonly Size[]): readonly Size[] => shape.with(node.axis, 1);
    if (
      types.some(({ shape }) => shape.length !== first.shape.length || !sameShape(others(shape), others(first.shape)))
    )
      return ["its arguments differ along other axes"];
    const sum = types.reduce<Size>((total, { shape }) => addSizes(total, shape[node.axis] ?? 0), 0);
    return [
      ...when(
        types.some(({ dtype }) => dtype !== first.dtype),
        "its arguments have different element types",
      ),
      ...expectType(node, first.dtype, first.shape.with(node.axis, sum)),
    ];
  },
  scan: (node, { type }) => {
    const problems = verifyGraph(node.body, []);
    return problems.length > 0 ? problems : checkScan(node, type);
  },
  call: (node) =>
    when(node.given !== undefined && node.given.length !== node.args.length, "needs a name for each argument"),
  part: (node, { more }) => {
    const made = more(node.of)[node.index - 1];
    if (made === undefined) return [`%${node.of} has no result ${node.index}`];
    return when(!sameType(made, node.type), () => `should be ${printType(made)}`);
  },
  gradient: (node, { type }) => [
    ...when(!sameType(type(node.of), tensor("f32")), () => `%${node.of} should be an f32 scalar`),
    ...when(!sameType(type(node.wrt), node.type), () => `should have the type of %${node.wrt}`),
  ],
};

type Settled = (node: Node<AnyNode>, args: readonly ValueId[], types: readonly TensorType[]) => boolean;

/** Tells whether a node stands in a sound graph as it is, over arguments of the same types: then nothing is left to check. */
function standsIn(sound: Graph<AnyNode> | undefined): Settled {
  if (sound === undefined) return () => false;
  const nodes: Node<AnyNode>[] = [];
  for (const node of sound.nodes) nodes[node.id] = node;
  // A part asks for more of its argument than the type.
  return (node, args, types) =>
    nodes[node.id] === node && node.kind !== "part" && args.every((id) => nodes[id]?.type === types[id]);
}

/**
 * All problems of a graph over the given slots, each naming its node; empty for a sound one. `sound` is a graph over the same
 * slots that was found sound before: nodes that both have are not checked again.
 */
export function verifyGraph(graph: Graph<AnyNode>, slots: readonly Slot[], sound?: Graph<AnyNode>): readonly string[] {
  if (graph === sound) return fine;
  const bySlot = new Map(slots.map((slot) => [slot.name, slot]));
  const types: TensorType[] = [];
  const further = new Map<ValueId, readonly TensorType[]>();
  const isMade = (id: ValueId): boolean => types[id] !== undefined;
  const problems: string[] = [];
  const unknown = tensor("f32");
  const context: Context = { slots: bySlot, type: (id) => types[id] ?? unknown, more: (id) => further.get(id) ?? [] };
  const { type } = context;
  const isSettled = standsIn(sound);
  let last = -1;
  for (const node of graph.nodes) {
    const report = (problem: string): void => void problems.push(`%${node.id} (${node.kind}): ${problem}`);
    if (!Number.isInteger(node.id) || node.id <= last) report("ids are not ascending");
    const args = argumentsOf(node);
    const missing = args.every(isMade) ? fine : args.filter((id) => !isMade(id));
    for (const id of missing) report(`reads %${id}, which is not made before it`);
    if (missing.length === 0 && !isSettled(node, args, types))
      for (const problem of (checks[node.kind] as Check<Kind>)(node as Of<Kind>, context)) report(problem);
    last = Math.max(last, node.id);
    types[node.id] = node.type;
    if (node.more !== undefined) further.set(node.id, node.more);
  }
  for (const { name, value } of graph.outputs)
    if (!isMade(value)) problems.push(`output '${name}': there is no %${value}`);
  const updated = new Set<string>();
  for (const { slot, value } of graph.updates) {
    const definition = bySlot.get(slot);
    if (updated.has(slot)) problems.push(`update of '${slot}': given twice`);
    updated.add(slot);
    if (!isMade(value)) problems.push(`update of '${slot}': there is no %${value}`);
    else if (definition === undefined) problems.push(`update of '${slot}': there is no such slot`);
    else if (!sameType(definition.type, type(value)))
      problems.push(
        `update of '${slot}': %${value} is ${printType(type(value))}, the slot ${printType(definition.type)}`,
      );
  }
  return problems.map((problem) => `program '${graph.name}': ${problem}`);
}
