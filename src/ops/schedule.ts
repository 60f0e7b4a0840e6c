// Options that learning-rate schedules share.

import type { OptionDef } from "./definition.ts";

export const initialRate: OptionDef = {
  type: { kind: "float", min: 0 },
  required: true,
  doc: "The rate it starts from.",
};
export const decaySteps: OptionDef = {
  type: { kind: "int", min: 1 },
  required: true,
  doc: "Over how many steps it decays; a training takes examples / batch steps an epoch.",
};
export const staircase: OptionDef = {
  type: { kind: "bool" },
  default: false,
  doc: "Whether the rate changes only at whole multiples of `decay_steps`.",
};
export const decayRate: OptionDef = { type: { kind: "float", min: 0 }, required: true, doc: "How strongly it decays." };
