// The values of a loop that its derivative reads: the carried values before each step, and values of its body that are not
// cheap to compute again. The loop stacks them on the way forward.

import { withArguments } from "../../ir/arguments.ts";
import type { Value } from "../../ir/builder.ts";
import type { Node, PrimGraph, PrimKind, PrimNode, Scan, ValueId } from "../../ir/graph.ts";
import { isHeavy } from "../../ir/scalar/heavy.ts";
import { type TensorType, tensor } from "../../ir/types.ts";
import { newTarget, type Target } from "../rebuild.ts";
import type { Sweep } from "./rule.ts";

const isFloat = ({ dtype }: TensorType): boolean => dtype === "f32";

/** The body and its derivative in one graph. */
export interface Backward {
  readonly target: Target;
  /** The number of nodes of the body. Those of the derivative follow. */
  readonly forward: number;
  /** The derivatives with respect to inputs of the body, by their ids. */
  readonly gradients: ReadonlyMap<ValueId, Value>;
  /** The derivative of each output of the body, as an input of this graph; undefined where there is none. */
  readonly seeds: readonly (Value | undefined)[];
}

/** Sweeps a body back from those of its outputs that `isGiven` names. */
export function backwardOf(
  { nodes, outputs }: PrimGraph,
  sweep: Sweep,
  isGiven: (output: number) => boolean,
): Backward {
  const target = newTarget();
  for (const node of nodes) target.emit(node);
  const inputs = nodes.filter(({ kind, type }) => kind === "input" && isFloat(type));
  const seeds = outputs.map(({ value }, i): Value | undefined => {
    const { type, origin } = target.definition(value);
    if (!isFloat(type) || !isGiven(i)) return undefined;
    return { id: target.emit({ kind: "input", name: `gradient ${i}`, type, origin } as Omit<PrimNode, "id">), type };
  });
  const given = outputs.flatMap(({ value }, i) => {
    const seed = seeds[i];
    return seed === undefined ? [] : [[value, seed] as const];
  });
  const gradients = sweep(target, nodes.length, given, new Set(inputs.map(({ id }) => id)));
  return { target, forward: nodes.length, gradients, seeds };
}

/** Kinds of values of a body that are computed again on the way back: numbers, moved elements, cheap arithmetic. */
const repeated: { readonly [K in PrimKind]: boolean } = {
  const: true,
  size: true,
  iota: true,
  reshape: true,
  transpose: true,
  broadcast: true,
  slice: true,
  pad: true,
  map: true,
  input: false,
  param: false,
  random: false,
  reduce: false,
  arg_reduce: false,
  contract: false,
  window_reduce: false,
  window_scatter: false,
  concat: false,
  gather: false,
  scatter_add: false,
  scan: false,
  part: false,
};

export const isRepeated = (node: PrimNode): boolean =>
  repeated[node.kind] && !(node.kind === "map" && isHeavy(node.fn));

/** The values of the body that some results of its derivative need in memory, in the order of the body. */
export function kept({ target, forward }: Backward, results: readonly ValueId[]): readonly ValueId[] {
  const seen = new Set<ValueId>();
  const found = new Set<ValueId>();
  const visit = (id: ValueId): void => {
    if (seen.has(id)) return;
    seen.add(id);
    const node = target.definition(id);
    if (id < forward && !isRepeated(node)) {
      found.add(id);
      return;
    }
    withArguments(node, (arg) => {
      visit(arg);
      return arg;
    });
  };
  for (const id of results) visit(id);
  return [...found].sort((a, b) => a - b);
}

export const inputNumber = (node: PrimNode): number | undefined =>
  node.kind === "input" ? Number(node.name) : undefined;

/**
 * The loop with all values among its results that its derivative may need. The numbers of its other results stay. Loops within
 * its body have them, too.
 */
export function withKept(node: Node<Scan>, sweep: Sweep): Node<Scan> {
  const body = withKeptInside(node.body, sweep);
  const backward = backwardOf(body, sweep, () => true);
  const needed = kept(
    backward,
    [...backward.gradients.values()].map(({ id }) => id),
  );
  const isStacked = (id: ValueId): boolean =>
    body.outputs.some(({ value }, i) => i >= node.init.length && value === id);
  const added = needed.filter((id) => {
    const number = inputNumber(backward.target.definition(id));
    // Slices and captures are there already.
    return (number === undefined || number < node.init.length) && !isStacked(id);
  });
  const types = added.map((id): TensorType => {
    const { dtype, shape } = backward.target.definition(id).type;
    return tensor(dtype, node.length, ...shape);
  });
  const outputs = [...body.outputs, ...added.map((value, i) => ({ name: String(body.outputs.length + i), value }))];
  const more = [...(node.more ?? []), ...types];
  return { ...node, body: { ...body, outputs }, ...(more.length === 0 ? {} : { more }) };
}

/** A body whose own loops have all such values, with a part for each at its end. */
function withKeptInside(body: PrimGraph, sweep: Sweep): PrimGraph {
  const parts: PrimNode[] = [];
  const nodes = body.nodes.map((inner) => {
    if (inner.kind !== "scan") return inner;
    const kept = withKept(inner, sweep);
    const { id, origin, span, more: before = [] } = inner;
    for (const [i, type] of (kept.more ?? []).entries())
      if (i >= before.length)
        parts.push({
          ...{ kind: "part", of: id, index: i + 1, type, origin, id: body.nodes.length + parts.length },
          ...(span === undefined ? {} : { span }),
        });
    return kept;
  });
  return { ...body, nodes: [...nodes, ...parts] };
}
