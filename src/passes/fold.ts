// A product whose results are scaled channel by channel is the product with scaled weights: (x · w − m) · s + b becomes
// x · (w · s) + (b − m · s). This covers batch normalisation behind a layer in programs that train nothing: its statistics
// are fixed numbers there, so it costs nothing for each element.

import { CompilerBug } from "../base/compilerBug.ts";
import { argumentsOf } from "../ir/arguments.ts";
import type { Value } from "../ir/builder.ts";
import type { Address, Gradient, Graph, Module, Node, Prim, PrimNode, PrimOf, ValueId } from "../ir/graph.ts";
import { graphBuilder } from "../ir/graphBuilder.ts";
import type { BinaryName } from "../ir/scalar/names.ts";
import { loopsIn } from "./affine.ts";
import type { Pass } from "./pass.ts";
import { rebuildAround, type Visit } from "./rebuild.ts";

type Contract = PrimNode & PrimOf<"contract">;
type Definition = (id: ValueId) => Node<Prim | Gradient>;

/** `(product − mean) · scale + shift`, each per channel. A missing part is 0. */
interface Scaled {
  readonly product: Contract;
  /** The channel axis of the right operand. */
  readonly axis: number;
  readonly scale: ValueId;
  readonly mean?: ValueId;
  readonly shift?: ValueId;
}

interface Context {
  readonly definition: Definition;
  /** How many times a value is read. */
  uses(id: ValueId): number;
}

const single = (affine: Address | undefined): string | undefined => {
  const [only, more] = affine === undefined ? [] : loopsIn(affine);
  return only !== undefined && more === undefined && only[1] === 1 && affine?.offset === 0 ? only[0] : undefined;
};

/** The axis of the right operand whose only loop is that of the result's last axis. */
function channelAxis(node: Contract): number | undefined {
  const channel = single(node.out[node.out.length - 1]);
  if (channel === undefined || node.onto !== undefined) return undefined;
  const has = (affine: Address): boolean => (affine.strides[channel] ?? 0) !== 0;
  const axes = node.right.flatMap((affine, axis) => (has(affine) ? [axis] : []));
  const elsewhere = node.left.some(has) || node.out.slice(0, -1).some(has);
  const [axis] = axes;
  return axis !== undefined && axes.length === 1 && !elsewhere && single(node.right[axis]) === channel
    ? axis
    : undefined;
}

/** Whether a value varies only along its last axis. */
function isPerChannel(node: Node<Prim | Gradient>, { definition }: Context): boolean {
  if (node.kind !== "broadcast") return false;
  const last = node.type.shape.length - 1;
  const { shape } = definition(node.arg).type;
  return shape.every((size, i) => size === 1 || node.axes[i] === last) && shape.some((size) => size !== 1);
}

/** A value `x` in `f(x, per channel)`, if nothing else reads the value; commutative functions in either order. */
function split(
  id: ValueId,
  fn: BinaryName,
  context: Context,
): { readonly inner: ValueId; readonly channel: ValueId } | undefined {
  const node = context.definition(id);
  const [a, b] = node.kind === "map" && node.fn === fn ? node.args : [];
  if (a === undefined || b === undefined) return undefined;
  if (isPerChannel(context.definition(b), context)) return { inner: a, channel: b };
  return fn !== "sub" && isPerChannel(context.definition(a), context) ? { inner: b, channel: a } : undefined;
}

function scaledIn(id: ValueId, context: Context): Scaled | undefined {
  const once = (inner: ValueId): boolean => context.uses(inner) === 1;
  const added = split(id, "add", context);
  const outer = added !== undefined && once(added.inner) ? added.inner : id;
  const multiplied = split(outer, "mul", context);
  if (multiplied === undefined || !once(multiplied.inner)) return undefined;
  const centred = split(multiplied.inner, "sub", context);
  const inner = centred?.inner ?? multiplied.inner;
  const product = context.definition(inner);
  if (product.kind !== "contract" || !once(inner)) return undefined;
  const axis = channelAxis(product as Contract);
  if (axis === undefined) return undefined;
  return {
    product: product as Contract,
    axis,
    scale: multiplied.channel,
    ...(centred === undefined ? {} : { mean: centred.channel }),
    ...(outer === id || added === undefined ? {} : { shift: added.channel }),
  };
}

function rewrite(
  { product, axis, scale, mean, shift }: Scaled,
  { definition }: Context,
  { g, target, value }: Visit,
): Value {
  /** The numbers per channel as a vector. */
  const vector = (id: ValueId): Value => {
    const node = definition(id);
    if (node.kind !== "broadcast") throw new CompilerBug("a value per channel is a broadcast");
    const { shape } = node.type;
    return g.reshape(value(node.arg), [shape[shape.length - 1] ?? 1]);
  };
  const factor = vector(scale);
  const weights = value(product.rhs);
  // It keeps the layer's origin, for people who read a plan.
  const layer = graphBuilder((node) => target.emit(node), product.origin, product.span);
  const out = layer.contract({
    loops: product.loops,
    shape: product.type.shape,
    out: product.out,
    lhs: value(product.lhs),
    left: product.left,
    rhs: layer.mul(weights, layer.broadcast(factor, weights.type.shape, [axis])),
    right: product.right,
  });
  const moved = mean === undefined ? undefined : g.mul(vector(mean), factor);
  const rest =
    shift === undefined
      ? moved === undefined
        ? undefined
        : g.map("neg", moved)
      : moved === undefined
        ? vector(shift)
        : g.sub(vector(shift), moved);
  return rest === undefined ? out : g.add(out, g.broadcast(rest, out.type.shape, [out.type.shape.length - 1]));
}

function foldGraph(graph: Graph<Prim | Gradient>): Graph<Prim | Gradient> {
  // Training needs the layers apart.
  if (graph.nodes.some((node) => node.kind === "gradient")) return graph;
  const counts = new Map<ValueId, number>();
  const count = (id: ValueId): void => void counts.set(id, (counts.get(id) ?? 0) + 1);
  for (const node of graph.nodes) for (const id of argumentsOf(node)) count(id);
  for (const { value } of [...graph.outputs, ...graph.updates]) count(value);
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const context: Context = {
    definition(id) {
      const node = byId.get(id);
      if (node === undefined) throw new CompilerBug(`no value %${id}`);
      return node;
    },
    uses: (id) => counts.get(id) ?? 0,
  };
  const found = new Map<ValueId, Scaled>();
  for (const node of graph.nodes) {
    const scaled = node.kind === "map" && node.type.dtype === "f32" ? scaledIn(node.id, context) : undefined;
    if (scaled === undefined) continue;
    found.set(node.id, scaled);
    // A shift alone is not worth a new product.
    if (scaled.shift !== undefined && node.kind === "map") for (const id of node.args) found.delete(id);
  }
  return rebuildAround(graph, (node, visit) => {
    const scaled = found.get(node.id);
    return scaled === undefined ? visit.copy(node) : rewrite(scaled, context, visit);
  });
}

export const fold: Pass<Module<Prim | Gradient>, Module<Prim | Gradient>> = {
  name: "fold",
  doc: "Scales the weights of a product instead of its results: batch normalisation where nothing is trained.",
  run: (module) => ({ slots: module.slots, programs: module.programs.map(foldGraph) }),
};
