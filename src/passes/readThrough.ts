// Lets products read the source of an operand that was only moved: a transposed, padded, sliced or broadcast operand of a
// `contract` becomes an affine index into the original tensor.

import type { Value } from "../ir/builder.ts";
import type { Access, Address, Module, NamedLoop, Prim, PrimGraph, PrimKind, PrimNode, PrimOf } from "../ir/graph.ts";
import { sameSize } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import { loopsIn, shifted, staysInside } from "./affine.ts";
import type { Pass } from "./pass.ts";
import { everywhere, newValue, rebuild, type Target } from "./rebuild.ts";

type Moving = "transpose" | "broadcast" | "slice" | "pad";
/** The loops of a product, and the names of those that it adds to an index of the result beside others. */
interface Loops {
  readonly all: readonly NamedLoop[];
  readonly scattering: ReadonlySet<string>;
}
/** The indices into the argument of a movement, given those into its result; undefined if the values would differ. */
type Through<K extends PrimKind> = (
  node: PrimOf<K> & { readonly type: TensorType },
  access: Access,
  loops: Loops,
  arg: TensorType,
) => Access | undefined;

const index = (access: Access, axis: number): Address => access[axis] ?? { offset: 0, strides: {} };
const inside = (access: Access, type: TensorType, loops: Loops, axis: number): boolean =>
  staysInside(index(access, axis), type.shape[axis] ?? 1, loops.all);
/** Whether the end of the axis is where a scattering loop ends: only such a loop can be turned into an index of the result. */
const guards = (access: Access, loops: Loops, axis: number): boolean =>
  loopsIn(index(access, axis)).some(([name]) => loops.scattering.has(name));

const through: { readonly [K in Moving]: Through<K> } = {
  transpose: (node, access) => node.permutation.map((_, axis) => index(access, node.permutation.indexOf(axis))),
  // Out of range the result reads 0, but its argument would not: the index along each removed axis must stay in range.
  broadcast: (node, access, loops, arg) => {
    const spread = node.type.shape
      .map((_, axis) => axis)
      .filter((axis) => {
        const from = node.axes.indexOf(axis);
        return from < 0 || arg.shape[from] === 1;
      });
    if (!spread.every((axis) => inside(access, node.type, loops, axis) && !guards(access, loops, axis)))
      return undefined;
    return node.axes.map((axis, i) => (arg.shape[i] === 1 ? { offset: 0, strides: {} } : index(access, axis)));
  },
  slice: (node, access, loops, arg) => {
    if (!access.every((_, axis) => inside(access, node.type, loops, axis))) return undefined;
    const cut = access.some(
      (_, axis) => !sameSize(node.type.shape[axis] ?? 1, arg.shape[axis] ?? 1) && guards(access, loops, axis),
    );
    if (cut) return undefined;
    return access.map(({ offset, strides }, axis) => {
      const [start = 0, stride = 1] = [node.starts[axis], node.strides[axis]];
      return {
        offset: offset * stride + start,
        strides: Object.fromEntries(Object.entries(strides).map(([loop, step]) => [loop, step * stride])),
      };
    });
  },
  // A product reads zeros out of range anyway.
  pad: (node, access) =>
    node.value === 0 ? access.map((affine, axis) => shifted(affine, -(node.before[axis] ?? 0))) : undefined,
};

const isMoving = (node: PrimNode): node is Extract<PrimNode, { readonly kind: Moving }> =>
  Object.hasOwn(through, node.kind);

/** The operand before all movements, and the indices that read it. */
function source(target: Target, operand: Value, access: Access, loops: Loops): { value: Value; access: Access } {
  const node = target.definition(operand.id);
  if (!isMoving(node)) return { value: operand, access };
  const arg = newValue(target, node.arg);
  const behind = (through[node.kind] as Through<PrimKind>)(node, access, loops, arg.type);
  return behind === undefined ? { value: operand, access } : source(target, arg, behind, loops);
}

const readThroughGraph = (graph: PrimGraph): PrimGraph =>
  rebuild(graph, (node, context) => {
    const { copy, target, value } = context;
    if (node.kind !== "contract") return copy(node);
    const scattering = node.out.map(loopsIn).flatMap((found) => (found.length > 1 ? found.map(([name]) => name) : []));
    const loops = { all: node.loops, scattering: new Set(scattering) };
    const lhs = source(target, value(node.lhs), node.left, loops);
    const rhs = source(target, value(node.rhs), node.right, loops);
    return context.g.contract({
      loops: node.loops,
      shape: node.type.shape,
      out: node.out,
      lhs: lhs.value,
      left: lhs.access,
      rhs: rhs.value,
      right: rhs.access,
      ...(node.onto === undefined ? {} : { onto: value(node.onto) }),
    });
  });

export const readThrough: Pass<Module<Prim>, Module<Prim>> = {
  name: "readThrough",
  doc: "Makes products read what transpose, broadcast, slice and pad were made of, by other indices.",
  run: (module) => ({ slots: module.slots, programs: module.programs.map(everywhere(readThroughGraph)) }),
};
