// Masks beside values, as Keras has them: bool, true at the steps that count. It knows how they go through layers in
// general, not which layers read them.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { broadcastShapes } from "../ir/graphBuilder.ts";
import { certainlyDiffer } from "../ir/size.ts";
import type { TensorType } from "../ir/types.ts";
import type { InputDef, MaskCall, MaskMaker, MaskRule, OpDef, ShapeProblem } from "./definition.ts";
import { isBatched } from "./shape.ts";

/** The rule of layers that pass the mask of their input on: Keras's `supports_masking`. */
export const passesMask = (): MaskRule => "passes";

/** Returns what becomes of masks in a call. Functions of single elements and activations pass them on, as `Activation` does. */
export function maskRule(definition: OpDef, options: OptionRecord): MaskRule | undefined {
  const { masks, elementwise, activation } = definition;
  return masks?.(options) ?? (elementwise === true || activation === true ? "passes" : undefined);
}

/** The optional input of layers that read the mask of a sequence. */
export const sequenceMask = (of: string): InputDef => ({
  name: "mask",
  shape: "[time]",
  optional: true,
  maskOf: of,
  doc: "bool: false at steps that are left out. Without it, the mask that the input carries, if it carries one.",
});

/** Says why `mask` is no mask over the first axes of `x`; undefined if it is one. `input` is the mask's place. */
export function maskProblem(x: TensorType, mask: TensorType, input: number): ShapeProblem | undefined {
  if (mask.dtype !== "bool") return { problem: "dtype", input, expected: ["bool"] };
  const expectedText = x.shape.length > 2 ? "[time]" : "no axes";
  if (mask.shape.length > x.shape.length || !isBatched(mask))
    return { problem: "rank", input, expected: [1], expectedText };
  const axis = mask.shape.findIndex((size, i) => certainlyDiffer(size, x.shape[i] ?? 1));
  if (axis < 0) return undefined;
  const [expected, actual] = [x.shape[axis] ?? 1, mask.shape[axis] ?? 1];
  return { problem: "size", input, axis, expected, actual, why: "a mask has the sizes of the value's first axes" };
}

/** True where any element along the last axis is. */
export const anyAlongLast = (g: Builder, mask: Value): Value => g.map("gt", g.max(g.cast(mask, "f32"), [-1]), 0);

/** Gives a mask axes of size 1 at the end, so that it has the rank of `x`. */
export const alignedMask = (g: Builder, mask: Value, x: Value): Value =>
  g.reshape(mask, [...mask.type.shape, ...x.type.shape.slice(mask.type.shape.length).map(() => 1)]);

/** The masks of the inputs that a batch has; undefined if one of these carries none. */
function allCarried<T>({ inputs, carried }: MaskCall<T>, typeOf: (value: T) => TensorType): readonly T[] | undefined {
  const own = inputs.flatMap((input, i) => (isBatched(typeOf(input)) ? [carried[i]] : []));
  const masks = own.flatMap((mask) => (mask === undefined ? [] : [mask]));
  return masks.length === own.length && masks.length > 0 ? masks : undefined;
}

/** The mask of values that are joined element by element: a step counts if it does in any of them, as in Keras. */
const joined: MaskMaker = {
  type(call) {
    const masks = allCarried(call, (type) => type);
    const shape = masks?.reduce<TensorType["shape"] | undefined>(
      (so, mask) => (so === undefined ? undefined : broadcastShapes(so, mask.shape)),
      [],
    );
    return shape === undefined ? undefined : { dtype: "bool", shape };
  },
  expand(g, call) {
    const [first, ...others] = allCarried(call, ({ type }) => type) ?? [];
    if (first === undefined) throw new CompilerBug("a join of masks without masks");
    return others.reduce((so, mask) => g.map("or", so, mask), first);
  },
};
/** The rule of layers and functions that join values element by element. */
export const joinsMasks = (): MaskRule => joined;

/** The mask of a result; the arguments are the inputs, then the masks of those at the places `carrying`. */
export function maskValue(
  g: Builder,
  operator: OpDef,
  options: OptionRecord,
  carrying: readonly number[],
  args: readonly Value[],
): Value {
  const inputs = args.slice(0, args.length - carrying.length);
  const carried = inputs.map((_, i) => args[inputs.length + carrying.indexOf(i)]);
  const rule = maskRule(operator, options);
  if (typeof rule !== "object" || "from" in rule) throw new CompilerBug(`${operator.name} makes no mask`);
  return rule.expand(g, {
    inputs,
    carried: carried.map((mask, i) => (carrying.includes(i) ? mask : undefined)),
    options,
  });
}
