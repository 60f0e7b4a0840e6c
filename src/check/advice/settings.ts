// NN410: settings of an optimizer that keep it from training.

import type { SettingEffect } from "../../diagnostics/catalogue/rates.ts";
import { maybeNumber } from "../../ops/options.ts";
import { findOptimizer } from "../../ops/registry.ts";
import type { Use } from "../model.ts";
import { report } from "../say/report.ts";
import type { Pairing } from "../training/pairing.ts";
import { highestRate, type Length } from "./rates.ts";

type Found = readonly [setting: string, value: number | boolean, effect: SettingEffect] | undefined;
type Rule = (use: Use, length: Length) => Found;

/** So large a share of the weights in each step leaves nothing of them. */
const mostDecayed = 0.005;

const decay: Rule = (use) => {
  const value = maybeNumber(use.options, "weight_decay");
  const rate = highestRate(use);
  if (value === undefined || rate === undefined) return undefined;
  const share = value * rate;
  const isLarge = share >= mostDecayed || value >= (findOptimizer(use.name)?.largeDecay ?? 1);
  return isLarge && share > 0 ? ["weight_decay", value, { kind: "decays", share }] : undefined;
};

/** Gradients this short are lost among what keeps divisors from 0. */
const shortest = { clipnorm: 1e-5, global_clipnorm: 1e-5, clipvalue: 1e-7 } as const;

const clipping: Rule = ({ options }) => {
  for (const [setting, least] of Object.entries(shortest)) {
    const value = maybeNumber(options, setting);
    if (value !== undefined && value <= least) return [setting, value, { kind: "clips" }];
  }
  return undefined;
};

const epsilon: Rule = ({ options }) => {
  const value = options.epsilon;
  return typeof value === "number" && value > 1 ? ["epsilon", value, { kind: "divides" }] : undefined;
};

const means: Rule = ({ options: { momentum, beta_1: first, beta_2: second } }) => {
  if (typeof momentum === "number" && momentum >= 0.9995)
    return ["momentum", momentum, { kind: "lasts", steps: Math.round(1 / (1 - momentum)) }];
  if (typeof first === "number" && typeof second === "number" && first >= 0.99 && first > second)
    return ["beta_1", first, { kind: "swapped", other: second }];
  return undefined;
};

/** So few steps are a trial. */
const trial = 64;

const average: Rule = ({ name, options }, { steps }) => {
  const value = maybeNumber(options, "ema_momentum");
  if (options.use_ema !== true || value === undefined) return undefined;
  if (value < 0.5) return ["ema_momentum", value, { kind: "forgets" }];
  // Keras's own default is for long trainings.
  const isUsual = value === findOptimizer(name)?.options.ema_momentum?.default;
  if (isUsual && (steps ?? 0) <= trial) return undefined;
  const left = steps === undefined ? Math.floor(value) : value ** steps;
  return left > 0.5 ? ["ema_momentum", value, { kind: "remembers", left }] : undefined;
};

const accumulation: Rule = ({ options }, { steps }) => {
  const value = maybeNumber(options, "gradient_accumulation_steps");
  return value === undefined || steps === undefined || value <= steps
    ? undefined
    : ["gradient_accumulation_steps", value, { kind: "collects", steps }];
};

const idle: Rule = ({ name, options }) => {
  const { nesterov, momentum, ema_momentum: average, use_ema: averages } = options;
  if (nesterov === true && momentum === 0) return ["nesterov", true, { kind: "idle", without: "momentum: 0.9" }];
  const usual = findOptimizer(name)?.options.ema_momentum?.default;
  return averages === false && typeof average === "number" && average !== usual
    ? ["ema_momentum", average, { kind: "idle", without: "use_ema: true" }]
    : undefined;
};

const rules: readonly Rule[] = [decay, clipping, epsilon, means, average, accumulation, idle];

/** Reports the first setting of an optimizer that keeps it from training. */
export function adviseSettings(optimizer: Use, length: Length, { env }: Pairing): void {
  for (const rule of rules) {
    const found = rule(optimizer, length);
    if (found === undefined) continue;
    const [setting, value, effect] = found;
    report(env, { code: "NN410", span: optimizer.span, optimizer: optimizer.name, setting, value, effect });
    return;
  }
}
