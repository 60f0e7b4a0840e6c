// Options that learning-rate schedules share.

import type { OptionDef } from "./definition.ts";

export const initialRate: OptionDef = {
  type: { kind: "float", min: 0 },
  required: true,
  doc: "The rate it starts from.",
};
/** Left out, it is set to the number of steps of the whole training before anything is built. */
export const decaySteps: OptionDef = {
  type: { kind: "int", min: 1 },
  optional: true,
  default: undefined,
  doc: "Over how many steps it decays; without it, over the whole training.",
};
export const staircase: OptionDef = {
  type: { kind: "bool" },
  default: false,
  doc: "Whether the rate changes only at whole multiples of `decay_steps`.",
};
export const decayRate: OptionDef = { type: { kind: "float", min: 0 }, required: true, doc: "How strongly it decays." };
