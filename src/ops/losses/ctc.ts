import type { Builder, Value } from "../../ir/builder.ts";
import { tensor } from "../../ir/types.ts";
import { defineLoss } from "../definition.ts";
import { reduction } from "../lossReduction.ts";
import { logSoftmaxOver } from "../softmax.ts";

/** Stands for the logarithm of 0: its exponential is 0 beside that of any path. */
const NEVER = -1e30;

/** The blank and the labels in turn, with a blank at both ends: states 0, 2, 4 … are the blank. */
interface States {
  /** f32 [steps, samples, states]: the logarithm of the probability of each state's symbol. */
  readonly emissions: Value;
  /** bool [samples, states]: whether a path may come from two states before, past a blank. */
  readonly skips: Value;
  /** bool [samples, states]: the states in which a path may end. */
  readonly ends: Value;
}

function statesOf(g: Builder, logits: Value, labels: Value): States {
  const [samples = 1, steps = 1, symbols = 1] = logits.type.shape;
  const [, length = 1] = labels.type.shape;
  const count = 2 * Number(length) + 1;
  const logs = logSoftmaxOver(g, logits, [-1]);
  const shape = [samples, length, symbols];
  const chosen = g.cast(g.map("eq", g.iota(tensor("i32", ...shape), 2), g.broadcast(labels, shape, [0, 1])), "f32");
  const at = (...loops: readonly string[]) => loops.map((loop) => ({ offset: 0, strides: { [loop]: 1 } }));
  const ofLabels = g.contract({
    loops: [
      { name: "n", extent: samples },
      { name: "t", extent: steps },
      { name: "l", extent: length },
      { name: "c", extent: symbols },
    ],
    shape: [samples, steps, length],
    out: at("n", "t", "l"),
    lhs: logs,
    left: at("n", "t", "c"),
    rhs: chosen,
    right: at("n", "l", "c"),
  });
  const blank = g.slice(logs, [0, 0, 0], [samples, steps, 1]);
  const blanks = g.broadcast(g.reshape(blank, [samples, steps]), [samples, steps, length], [0, 1]);
  const pair = (a: Value, b: Value, lead: readonly (typeof samples)[]): Value =>
    g.reshape(
      g.concat(
        [a, b].map((x) => g.reshape(x, [...lead, length, 1])),
        lead.length + 1,
      ),
      [...lead, count - 1],
    );
  const emissions = g.concat([pair(blanks, ofLabels, [samples, steps]), blank], 2);
  // A label may follow the one before without a blank between, unless they are the same.
  const before = g.pad(g.slice(labels, [0, 0], [samples, Number(length) - 1]), [0, 1], [0, 0], -1);
  const isNew = g.map("ne", labels, before);
  const first = g.map("eq", g.iota(tensor("i32", samples, length), 1), 0);
  const may = g.cast(g.map("and", isNew, g.map("not", first)), "f32");
  const none = g.broadcast(g.constant(0), [samples, length], []);
  const skips = g.map("gt", g.pad(pair(none, may, [samples]), [0, 0], [0, 1]), 0);
  const used = g.sum(g.cast(g.map("ne", labels, 0), "f32"), [1], true);
  const last = g.broadcast(g.reshape(g.cast(g.mul(used, 2), "i32"), [samples]), [samples, count], [0]);
  const state = g.iota(tensor("i32", samples, count), 1);
  const ends = g.map("or", g.map("eq", state, last), g.map("eq", g.add(state, 1), last));
  return { emissions: g.transpose(emissions, [1, 0, 2]), skips, ends };
}

/** Computes the logarithm of the sum of exponentials of values of one shape; NEVER, without a slope, where all are. */
function logSum(g: Builder, values: readonly [Value, ...Value[]]): Value {
  const [first, ...rest] = values;
  const largest = g.map(
    "stop_gradient",
    rest.reduce((a, b) => g.map("max", a, b), first),
  );
  const parts = values.map((x) => g.map("exp", g.sub(x, largest)));
  return orNever(
    g,
    largest,
    g.add(
      g.map(
        "log",
        parts.reduce((a, b) => g.add(a, b)),
      ),
      largest,
    ),
  );
}

/** Returns `value` where there is a path at all. */
const orNever = (g: Builder, largest: Value, value: Value): Value =>
  g.select(g.map("gt", largest, NEVER / 2), value, NEVER);

/** Returns the log probability of all paths so far that end in each state: [samples, states]. */
function forwardOf(g: Builder, { emissions, skips }: States): Value {
  const [steps = 1, samples = 1, states = 1] = emissions.type.shape;
  const count = Number(states);
  const start = g.select(
    g.map("eq", g.iota(tensor("i32", samples, count), 1), 0),
    g.broadcast(g.constant(0), [samples, count], []),
    NEVER,
  );
  const shifted = (inner: Builder, x: Value, by: number): Value =>
    inner.pad(inner.slice(x, [0, 0], [samples, count - by]), [0, by], [0, 0], NEVER);
  const { carried } = g.scan({
    length: Number(steps),
    init: [start],
    over: [emissions],
    captures: [skips],
    step(inner, given) {
      const [paths] = given.carried as readonly [Value];
      const [emission] = given.slices as readonly [Value];
      const [may] = given.captures as readonly [Value];
      const past = count > 2 ? [inner.select(may, shifted(inner, paths, 2), NEVER)] : [];
      const sum = logSum(inner, [paths, shifted(inner, paths, 1), ...past]);
      return { carried: [inner.add(sum, emission)], stacked: [] };
    },
  });
  return carried[0] ?? start;
}

export const ctc = defineLoss({
  name: "ctc",
  aliases: ["CTC"],
  summary:
    "-log of the chance to write the target over the steps. Predictions are logits; symbol 0 is the blank, and padding.",
  options: { reduction },
  positional: [],
  wants: "sequences",
  takesClasses: true,
  expand(g, prediction, target) {
    const [samples = 1] = prediction.type.shape;
    const length = target.type.shape[1] ?? 1;
    const labels = g.reshape(g.cast(target, "i32"), [samples, length]);
    const states = statesOf(g, prediction, labels);
    const paths = g.select(states.ends, forwardOf(g, states), NEVER);
    const largest = g.map("stop_gradient", g.max(paths, [1], true));
    const sum = g.sum(g.map("exp", g.sub(paths, largest)), [1], true);
    return g.map("neg", g.reshape(orNever(g, largest, g.add(g.map("log", sum), largest)), [samples]));
  },
  source: "Graves et al. 2006, eq. 6 to 8; https://keras.io/api/losses/probabilistic_losses/",
});
