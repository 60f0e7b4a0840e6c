import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { defineSchedule } from "../definition.ts";
import { LARGEST } from "../elementwise.ts";
import { maybeNumber, maybeText, numberOf, numberOption, textOf } from "../options.ts";
import { initialRate, stateOf, warmed, warmupOptions } from "../schedule.ts";

type State = Readonly<Record<string, Value>>;

const startOf = (options: OptionRecord): number =>
  maybeNumber(options, "warmup_target") ?? numberOf(options, "initial_learning_rate");

/** Counts the epochs without a better result as Keras's callback does. */
function observe(g: Builder, state: State, result: Value, options: OptionRecord): State {
  const [rate, best, wait, cooldown] = ["rate", "best", "wait", "cooldown"].map((name) => stateOf(state, name)) as [
    Value,
    Value,
    Value,
    Value,
  ];
  const left = g.map("max", g.sub(cooldown, 1), 0);
  const better = g.map("lt", g.add(result, numberOf(options, "min_delta")), best);
  const waits = g.map("and", g.map("not", better), g.map("eq", left, 0));
  const waited = g.select(waits, g.add(g.select(g.map("gt", cooldown, 0), 0, wait), 1), 0);
  const enough = g.map("and", waits, g.map("ge", waited, numberOf(options, "patience")));
  const least = numberOf(options, "min_lr");
  const reduces = g.map("and", enough, g.map("gt", rate, least));
  return {
    rate: g.select(reduces, g.map("max", g.mul(rate, numberOf(options, "factor")), least), rate),
    best: g.select(better, result, best),
    wait: g.select(reduces, 0, waited),
    cooldown: g.select(reduces, numberOf(options, "cooldown"), left),
  };
}

export const reduceOnPlateau = defineSchedule({
  name: "reduce_on_plateau",
  aliases: ["ReduceLROnPlateau", "ReduceOnPlateau"],
  summary: "Falls when a result of the epochs has not become better for a while: Keras's callback `ReduceLROnPlateau`.",
  options: {
    initial_learning_rate: initialRate,
    monitor: {
      type: { kind: "string", bare: true },
      optional: true,
      default: undefined,
      doc:
        "The loss or metric that it follows, as it is reported: `accuracy`, or `val_accuracy` for that of validation. By " +
        "default `val_loss`, or `loss` where no data is for validation.",
    },
    factor: {
      type: { kind: "float", min: 0, max: 1, openMax: true },
      default: 0.1,
      doc: "The rate is multiplied by it.",
    },
    patience: { type: { kind: "int", min: 0 }, default: 10, doc: "After so many epochs without a better result." },
    mode: {
      type: { kind: "choice", values: ["auto", "min", "max"] },
      default: "auto",
      doc: "Whether less or more is better; `auto` knows it of each loss and metric.",
    },
    min_delta: numberOption(1e-4, "A result is better if it is so by more than this.", { min: 0 }),
    cooldown: { type: { kind: "int", min: 0 }, default: 0, doc: "Epochs after a fall before it counts again." },
    min_lr: numberOption(0, "The lowest rate. Keras's `verbose` has no meaning here.", { min: 0 }),
    ...warmupOptions,
  },
  positional: ["initial_learning_rate", "monitor", "factor", "patience"],
  follows: {
    monitor: (options) => {
      const mode = textOf(options, "mode");
      return {
        name: maybeText(options, "monitor"),
        ...(mode === "auto" ? {} : { higherIsBetter: mode === "max" }),
      };
    },
    state: (options) => [
      { name: "rate", initial: startOf(options) },
      { name: "best", initial: LARGEST },
      { name: "wait", initial: 0 },
      { name: "cooldown", initial: 0 },
    ],
    observe,
  },
  expand: warmed((_g, _step, _options, _total, state) => stateOf(state, "rate")),
  source: "https://keras.io/api/callbacks/reduce_lr_on_plateau/",
});
