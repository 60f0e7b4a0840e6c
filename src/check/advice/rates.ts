// The learning rate through a training: NN401 for rates that are far from usual, NN402 for schedules that do not go with the training.

import type { RateFault } from "../../diagnostics/catalogue/rates.ts";
import type { Node, Prim } from "../../ir/graph.ts";
import { graphBuilder } from "../../ir/graphBuilder.ts";
import { scalarFunction } from "../../ir/scalar.ts";
import type { InitializerUse } from "../../ops/definition.ts";
import { isUse } from "../../ops/options.ts";
import { findOptimizer, findSchedule } from "../../ops/registry.ts";
import type { CheckedTraining, Use } from "../model.ts";
import { report } from "../say/report.ts";
import type { Pairing } from "../training/pairing.ts";

/** What a training says of its length. */
export interface Length extends Pick<CheckedTraining, "epochs"> {
  /** All steps, if they are known. */
  readonly steps: number | undefined;
  /** Whether the training may end before. */
  readonly stops: boolean;
}

const scheduleOf = ({ options: { learning_rate: rate } }: Use): InitializerUse | undefined =>
  rate !== undefined && isUse(rate) ? rate : undefined;

/** Returns the numbers that an option holds. */
const numbersIn = (value: unknown): readonly number[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "number");

/** Returns the highest of the rates that the program writes; undefined if it writes none. */
export function highestRate(optimizer: Use): number | undefined {
  const schedule = scheduleOf(optimizer);
  if (schedule === undefined) return numbersIn(optimizer.options.learning_rate)[0];
  const isRate = (name: string): boolean => /learning_rate$|^warmup_target$|^values$/.test(name);
  const written = Object.entries(schedule.options).flatMap(([name, value]) => (isRate(name) ? numbersIn(value) : []));
  return written.length === 0 ? undefined : Math.max(...written);
}

/** Returns the rate of a schedule at a step of a training of so many; undefined for one that follows results. */
function rateAt({ name, options }: InitializerUse, step: number, total: number): number | undefined {
  const def = findSchedule(name);
  if (def === undefined || def.follows !== undefined) return undefined;
  const values: number[] = [];
  const g = graphBuilder((made) => {
    const node: Prim = made as Node<Prim>;
    const id = values.length;
    if (node.kind === "const") values.push(Number(node.value));
    else if (node.kind === "map")
      values.push(scalarFunction(node.fn).evaluate(...node.args.map((arg) => values[arg] ?? Number.NaN)));
    else if (node.kind === "broadcast") values.push(values[node.arg] ?? Number.NaN);
    else values.push(Number.NaN);
    return id;
  });
  const rate = values[def.expand(g, g.constant(step), options, () => g.constant(total), {}).id];
  return rate === undefined || Number.isNaN(rate) ? undefined : rate;
}

/** A training of which nobody knows the length is long. */
const longTraining = 10_000_000;
/** A rate that has fallen to this share is over. */
const over = 1e-4;
/** At so many places of a training its rate is looked at. */
const places = 64;

/** A warm-up to a rate below the one that it starts from. */
function coolsDown({ options }: InitializerUse): RateFault | undefined {
  const { initial_learning_rate: from, warmup_target: to, warmup_steps: steps } = options;
  const isTurned = typeof from === "number" && typeof to === "number" && to < from && steps !== 0;
  return isTurned ? { kind: "cools", from, to } : undefined;
}

/** Returns what makes a schedule useless in a training of so many steps. */
function faultOf(schedule: InitializerUse, { steps, epochs, stops }: Length): RateFault | undefined {
  const { patience, warmup_steps: warmup } = schedule.options;
  const follows = findSchedule(schedule.name)?.follows !== undefined;
  if (follows && typeof patience === "number" && patience >= epochs) return { kind: "waits", patience, epochs };
  const first = typeof warmup === "number" ? warmup : 0;
  const turned = coolsDown(schedule);
  if (turned !== undefined) return turned;
  if (steps !== undefined && first >= steps) return { kind: "warmup", warmup: first, steps };
  const total = steps ?? longTraining;
  const at = Array.from({ length: places + 1 }, (_, i) =>
    Math.min(total - 1, first + Math.floor(((total - first) * i) / places)),
  );
  const found = [first, ...at].map((step) => ({ step, rate: rateAt(schedule, step, total) }));
  const rates = found.flatMap(({ step, rate }) => (rate === undefined ? [] : [{ step, rate }]));
  const [start, last] = [rates[0], rates.at(-1)];
  if (rates.length < found.length || start === undefined || last === undefined) return undefined;
  const before = rates[Math.floor(rates.length * 0.75)];
  if (start.rate > 0 && before !== undefined && last.rate > start.rate * 1.01 && last.rate > before.rate * 1.001)
    return { kind: "rises", from: start.rate, ...(Number.isFinite(last.rate) ? { to: last.rate } : {}) };
  if (steps === undefined) return undefined;
  const most = Math.max(...rates.map(({ rate }) => rate));
  const least = Math.min(...rates.map(({ rate }) => rate));
  // A few steps are a trial.
  if (first === 0 && steps > places && most > 0 && least > most * (1 - 1e-6))
    return { kind: "still", rate: most, steps };
  if (stops) return undefined;
  const end = rates.find((_, i) => rates.slice(i).every(({ rate }) => rate < most * over));
  if (end === undefined || end.step > steps / 2) return undefined;
  return { kind: "over", step: firstBelow(schedule, steps, end.step, most * over), steps };
}

/** Returns the first step, up to a place, from which on the rate lies below a limit, if it falls all the way. */
function firstBelow(schedule: InitializerUse, steps: number, place: number, limit: number): number {
  let [low, high] = [0, place];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((rateAt(schedule, middle, steps) ?? 0) < limit) high = middle;
    else low = middle + 1;
  }
  return high;
}

/** Reports what is likely a mistake in the learning rate of an optimizer. */
export function adviseRate(optimizer: Use, length: Length, { env }: Pairing): void {
  const { name, span } = optimizer;
  const usual = findOptimizer(name)?.usualRates;
  const rate = highestRate(optimizer);
  if (usual !== undefined && rate !== undefined && (rate < usual[0] || rate > usual[1]))
    report(env, { code: "NN401", span, optimizer: name, rate, usual });
  const schedule = scheduleOf(optimizer);
  const fault = schedule === undefined ? undefined : faultOf(schedule, length);
  if (schedule !== undefined && fault !== undefined)
    report(env, { code: "NN402", span, schedule: schedule.name, fault });
}
