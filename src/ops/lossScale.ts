// A loss scale that finds its own size, as Keras's LossScaleOptimizer has it: it shrinks where gradients overflow, and grows
// after many steps without that. It knows no optimizer.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { OptimizerCall, OptimizerDef, OptimizerSlot, OptionDef } from "./definition.ts";
import { numberOf } from "./options.ts";

type Updated = ReturnType<OptimizerDef["update"]>;
type Slots = OptimizerCall["slots"];

/** The scale, the number of steps since it changed, and the number of steps that were not skipped. */
const scaleSlot = "loss_scale";
const sinceSlot = "loss_scale_steps";
const takenSlot = "taken_steps";

/** Keras's `initial_scale`. */
const USUAL = 2 ** 15;

export const lossScaleOptions = {
  loss_scale: {
    type: { kind: "float", min: 0, openMin: true, words: ["dynamic"] },
    optional: true,
    default: undefined,
    aliases: ["initial_scale"],
    excludes: ["loss_scale_factor"],
    doc:
      "The first scale of the loss (`dynamic`: 32768). A step whose gradient is not finite is skipped and halves it: " +
      "Keras's `LossScaleOptimizer` around this optimizer.",
  },
  dynamic_growth_steps: {
    type: { kind: "int", min: 1 },
    default: 2000,
    doc: "With `loss_scale`: after so many steps in a row with finite gradients the scale doubles.",
  },
} satisfies Record<string, OptionDef>;

const isDynamic = (options: OptionRecord): boolean => options.loss_scale !== undefined;

/** The slots of an optimizer with a scale that changes. */
export function scaleSlots(options: OptionRecord): readonly OptimizerSlot[] {
  if (!isDynamic(options)) return [];
  const initial = options.loss_scale === "dynamic" ? USUAL : numberOf(options, "loss_scale");
  return [
    { name: scaleSlot, initial, length: 1 },
    { name: sinceSlot, initial: 0, length: 1 },
    { name: takenSlot, initial: 0, length: 1 },
  ];
}

/** Returns a slot of an optimizer. */
export function slotOf(slots: Slots, name: string): Value {
  const value = slots[name];
  if (value === undefined) throw new CompilerBug(`an optimizer without its slot '${name}'`);
  return value;
}

/** Reads a slot of one number. */
const single = (g: Builder, slots: Slots, name: string): Value => g.reshape(slotOf(slots, name), []);

/** Returns what the loss is multiplied by, an f32 scalar; undefined if the scale does not change. */
export const lossScale = (g: Builder, options: OptionRecord, slots: Slots): Value | undefined =>
  isDynamic(options) ? single(g, slots, scaleSlot) : undefined;

/** Returns the number of steps that changed weights before this one: rates and corrections of bias follow these. */
export const takenSteps = (g: Builder, options: OptionRecord, slots: Slots, step: Value): Value =>
  isDynamic(options) ? single(g, slots, takenSlot) : step;

/** Takes the step with the gradient before its scale if that is finite, and otherwise leaves everything as it is. */
export function unlessOverflow(g: Builder, call: OptimizerCall, take: (call: OptimizerCall) => Updated): Updated {
  const { gradient, options, slots } = call;
  if (!isDynamic(options)) return take(call);
  const scale = single(g, slots, scaleSlot);
  const next = take({ ...call, gradient: g.div(gradient, scale) });
  const overflown = g.sum(g.cast(g.map("not", g.map("is_finite", gradient)), "f32"), [0]);
  const finite = g.map("eq", overflown, 0);
  const since = g.add(single(g, slots, sinceSlot), 1);
  const grows = g.map("ge", since, numberOf(options, "dynamic_growth_steps"));
  const factor = g.select(finite, g.select(grows, 2, 1), 0.5);
  const own = {
    [scaleSlot]: g.mul(scale, factor),
    [sinceSlot]: g.select(g.map("and", finite, g.map("not", grows)), since, 0),
    [takenSlot]: g.add(single(g, slots, takenSlot), g.cast(finite, "f32")),
  };
  const kept = Object.entries(next.slots).map(([name, value]) => [name, g.select(finite, value, slotOf(slots, name))]);
  return {
    weights: g.select(finite, next.weights, call.weights),
    slots: {
      ...Object.fromEntries(kept),
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, g.reshape(value, [1])])),
    },
  };
}
