import type { Builder, Value } from "../../ir/builder.ts";
import { defineOptimizer, type OptimizerCall, type Variable } from "../definition.ts";
import { commonOptions, joined, learningRate, partOf, prepared, sizeOf, slot } from "../optimizer.ts";
import { flag, flagOption, numberOf, numberOption } from "../options.ts";

const isFactored = ({ shape }: Variable): boolean => shape.length >= 2;
const rowsOf = ({ shape }: Variable): readonly number[] => shape.slice(0, -1);
const columnsOf = ({ shape }: Variable): readonly number[] => [...shape.slice(0, -2), ...shape.slice(-1)];

/** The second moments of some variables, one after another in a slot. */
function placed(
  variables: readonly Variable[],
  takes: (variable: Variable) => boolean,
  shapeOf: (variable: Variable) => readonly number[],
): ReadonlyMap<string, Variable> {
  let start = 0;
  const found = new Map<string, Variable>();
  for (const variable of variables.filter(takes)) {
    const part = { name: variable.name, start, shape: shapeOf(variable) };
    found.set(variable.name, part);
    start += sizeOf(part);
  }
  return found;
}

const placesOf = (variables: readonly Variable[]) => ({
  r: placed(variables, isFactored, rowsOf),
  c: placed(variables, isFactored, columnsOf),
  v: placed(
    variables,
    (variable) => !isFactored(variable),
    ({ shape }) => shape,
  ),
});
type Moment = keyof ReturnType<typeof placesOf>;
const moments: readonly Moment[] = ["r", "c", "v"];

const length = (places: ReadonlyMap<string, Variable>): number =>
  [...places.values()].reduce((sum, place) => sum + sizeOf(place), 0);

const rms = (g: Builder, x: Value): Value => g.map("sqrt", g.mean(g.map("square", x), [...x.type.shape.keys()]));

/** Computes what a step needs of the whole: the share of the new squares, the rate, and the moments so far. */
function circumstances(g: Builder, call: OptimizerCall) {
  const { options, step, variables } = call;
  const local = g.add(step, 1);
  const most = g.map("rsqrt", local);
  // A schedule is taken as it is.
  const relative = typeof options.learning_rate === "number" && flag(options, "relative_step");
  const rate = relative ? g.map("min", call.rate, most) : call.rate;
  const places = placesOf(variables);
  const old = (moment: Moment, { name }: Variable): Value | undefined => {
    const place = places[moment].get(name);
    return place === undefined ? undefined : partOf(g, slot(call, moment), place);
  };
  return { fresh: g.map("pow", local, numberOf(options, "beta_2_decay")), pace: g.map("min", rate, most), old };
}

type Kept = Partial<Record<Moment, Value>>;

/** Computes the second moment of a variable, from those of its rows and columns if it has two axes or more. */
function secondMoment(
  g: Builder,
  squares: Value,
  variable: Variable,
  { fresh, old }: ReturnType<typeof circumstances>,
): { readonly moment: Value; readonly kept: Kept } {
  const mixed = (before: Value | undefined, now: Value): Value =>
    before === undefined ? now : g.add(before, g.mul(g.sub(now, before), fresh));
  if (!isFactored(variable)) {
    const v = mixed(old("v", variable), squares);
    return { moment: v, kept: { v } };
  }
  const { shape } = variable;
  const r = mixed(old("r", variable), g.mean(squares, [-1]));
  const c = mixed(old("c", variable), g.mean(squares, [-2]));
  const rows = g.reshape(g.div(r, g.mean(r, [-1], true)), [...shape.slice(0, -1), 1]);
  const columns = g.reshape(c, [...shape.slice(0, -2), 1, shape[shape.length - 1] ?? 1]);
  return { moment: g.mul(rows, columns), kept: { r, c } };
}

function update(g: Builder, call: OptimizerCall): { weights: Value; slots: Record<string, Value> } {
  const { options, variables } = call;
  const { gradient, weights } = prepared(g, call);
  const around = circumstances(g, call);
  const moved: Value[] = [];
  const kept: Record<Moment, Value[]> = { r: [], c: [], v: [] };
  for (const variable of variables) {
    const [own, slope] = [partOf(g, weights, variable), partOf(g, gradient, variable)];
    const squares = g.add(g.map("square", slope), numberOf(options, "epsilon_1"));
    const second = secondMoment(g, squares, variable, around);
    const direction = g.div(slope, g.map("sqrt", second.moment));
    const held = g.map("max", g.div(rms(g, direction), numberOf(options, "clip_threshold")), 1);
    const alpha = g.mul(g.map("max", rms(g, own), numberOf(options, "epsilon_2")), around.pace);
    moved.push(g.sub(own, g.mul(direction, g.div(alpha, held))));
    for (const moment of moments) {
      const value = second.kept[moment];
      if (value !== undefined) kept[moment].push(value);
    }
  }
  const slots = moments.filter((moment) => kept[moment].length > 0).map((moment) => [moment, joined(g, kept[moment])]);
  return { weights: joined(g, moved), slots: Object.fromEntries(slots) };
}

export const adafactor = defineOptimizer({
  name: "adafactor",
  usualRates: [1e-7, 0.1],
  aliases: ["Adafactor"],
  summary: "Divides the gradient by its size, and keeps of that only means of the rows and columns of a matrix.",
  options: {
    learning_rate: learningRate(0.001),
    beta_2_decay: numberOption(-0.8, "The power of the step by which the share of new squares falls.", { max: 0 }),
    epsilon_1: { type: { kind: "float", min: 0 }, default: 1e-30, doc: "A small number that is added to squares." },
    epsilon_2: {
      type: { kind: "float", min: 0 },
      default: 1e-3,
      doc: "The least size of a variable that steps are scaled by.",
    },
    clip_threshold: {
      type: { kind: "float", min: 0, openMin: true },
      default: 1,
      doc: "The largest root mean square of a step, before the rate.",
    },
    relative_step: flagOption(true, "Whether a rate that is a number is at most 1 / √step."),
    ...commonOptions(),
  },
  positional: ["learning_rate"],
  slots(_options, variables) {
    const places = placesOf(variables);
    return moments.map((name) => ({ name, initial: 0, length: length(places[name]) }));
  },
  update,
  source: "Shazeer, Stern 2018, algorithms 4 and 5; https://keras.io/api/optimizers/adafactor/",
});
