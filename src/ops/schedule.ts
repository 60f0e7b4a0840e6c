// Options that learning-rate schedules share.

import type { OptionDef } from "./definition.ts";

export const initialRate: OptionDef = {
  type: { kind: "float", min: 0 },
  required: true,
  doc: "The rate at the start.",
};
export const decaySteps: OptionDef = {
  type: { kind: "int", min: 1 },
  required: true,
  doc: "The number of steps over which the rate decays; an epoch has examples / batch steps.",
};
export const staircase: OptionDef = {
  type: { kind: "bool" },
  default: false,
  doc: "Whether the rate changes only at whole multiples of `decay_steps`.",
};
export const decayRate: OptionDef = {
  type: { kind: "float", min: 0 },
  required: true,
  doc: "How strongly the rate decays.",
};
