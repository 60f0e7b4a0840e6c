// Losses, metrics, optimizers, schedules and initializers as cases: one for each set of options and each kind of target
// that a definition takes, from the definition alone.

import type { OpModule } from "../../src/conformance/executor.ts";
import type { Value } from "../../src/ir/builder.ts";
import { draft } from "../../src/ir/draft.ts";
import type { OptionRecord, Slot, Update } from "../../src/ir/graph.ts";
import { batchSize } from "../../src/ir/size.ts";
import { printModule } from "../../src/ir/text.ts";
import { streamOf } from "../../src/ir/threefry.ts";
import { type TensorType, tensor } from "../../src/ir/types.ts";
import { verifyGraph } from "../../src/ir/verify.ts";
import type {
  ConstraintDef,
  Definition,
  InitializerDef,
  LossDef,
  MetricDef,
  OptimizerDef,
  PredictionForm,
  RegularizerDef,
  ScheduleDef,
} from "../../src/ops/definition.ts";
import { lossOf } from "../../src/ops/lossReduction.ts";
import { optimizerSlots, optimizerStep } from "../../src/ops/optimizer.ts";
import { allDefinitions } from "../../src/ops/registry.ts";
import type { NumberArray } from "../../src/reference/evaluate.ts";
import { lengthOf, numbers } from "../support/graphs.ts";
import type { ParityCase, Run } from "./case.ts";
import { changesOf, variantsOf } from "./options.ts";

const SAMPLES = 3;
const f32 = (length: number, seed: number, low = -1, high = 1): Float32Array =>
  Float32Array.from(numbers(length, seed, low, high));
const flat = (type: TensorType): number => lengthOf(type, SAMPLES);

interface Pair {
  readonly what: string;
  readonly prediction: TensorType;
  readonly target: TensorType;
  /** Targets of classes are below this number, others in [0, 1). */
  readonly classes?: number;
  /** Options that keep the state of a metric small. */
  readonly options?: OptionRecord;
}
/** Predictions with targets of every form; a definition takes some of them. */
const pairs: readonly Pair[] = [[5], [3, 4]].flatMap((shape) => {
  const prediction = tensor("f32", batchSize, ...shape);
  const indices = tensor("i32", batchSize, ...shape.slice(0, -1));
  const size = shape.join(" × ");
  return [
    { what: `shares of ${size}`, prediction, target: prediction },
    { what: `classes of ${size}`, prediction, target: indices, classes: shape.at(-1)! },
    { what: `zeros and ones of ${size}`, prediction, target: tensor("i32", batchSize, ...shape), classes: 2 },
  ];
});

/** For what compares sequences: rows of classes for each step, with tokens of another number of steps. */
const sequencePairs: readonly Pair[] = [
  {
    what: "steps of 3 × 4",
    prediction: tensor("f32", batchSize, 3, 4),
    target: tensor("i32", batchSize, 5),
    classes: 4,
  },
];

/** For what compares lists of boxes. */
const boxPairs: readonly Pair[] = [
  {
    what: "boxes",
    prediction: tensor("f32", batchSize, 4, 6),
    target: tensor("f32", batchSize, 3, 5),
    options: { num_classes: 2, num_buckets: 9 },
  },
];

const targetValues = ({ target, classes }: Pair, seed: number): NumberArray => {
  if (classes === undefined) return f32(flat(target), seed, 0.05, 0.95);
  return Int32Array.from(numbers(flat(target), seed, 0, classes), Math.floor);
};

type Made = Pick<ParityCase, "ops" | "runs">;
/** What `make` gives, or undefined where it does not take what it is given: the graph then says what does not fit. */
function taken(make: () => Made): Made | undefined {
  try {
    const made = make();
    const { programs, slots } = made.ops;
    return programs.every((graph) => verifyGraph(graph, slots).length === 0) ? made : undefined;
  } catch {
    return undefined;
  }
}

const variants = <D extends Definition>(definition: D) =>
  variantsOf(definition).map((options) => ({
    options,
    title: `${definition.tier} ${definition.name}(${changesOf(definition, options)})`,
    subject: `${definition.tier} ${definition.name}`,
  }));
const module = (slots: readonly Slot[], ...programs: OpModule["programs"][number][]): OpModule => ({ slots, programs });
const fits = (cases: readonly (ParityCase | undefined)[], { name }: Definition): readonly ParityCase[] => {
  const found = cases.filter((one) => one !== undefined);
  if (found.length === 0) throw new Error(`${name} takes nothing that tests/parity/definitions.ts has`);
  return found;
};

function lossCases(loss: LossDef): readonly ParityCase[] {
  const one = (pair: Pair, options: OptionRecord): Made => {
    const d = draft();
    const prediction = d.g.input("prediction", pair.prediction);
    const target = d.g.input("target", pair.target);
    const each = loss.expand(d.g, prediction, target, options);
    const weight = d.g.input("weight", tensor("f32", batchSize));
    const whole = lossOf(d.g, loss, { prediction, target, options, weight });
    const axes = each.type.shape.map((_, i) => i);
    const scalar = d.g.sum(d.g.mul(each, d.g.input("scale", each.type)), axes);
    const graph = d.graph("loss", { each, whole, gradient: d.gradient(scalar, prediction) });
    // Logits where it wants them, probabilities elsewhere: numbers that every loss takes.
    const low = options.from_logits === true ? -2 : 0.05;
    const inputs = new Map<string, NumberArray>([
      ["prediction", f32(flat(pair.prediction), 1, low, 0.95)],
      ["target", targetValues(pair, 2)],
      ["scale", f32(flat(each.type), 3)],
      ["weight", f32(SAMPLES, 4, 0.5, 2)],
    ]);
    const run: Run = { program: "loss", inputs, kindOf: (name) => (name === "gradient" ? "gradient" : "forward") };
    return { ops: module([], graph), runs: [run] };
  };
  return fits(
    variants(loss).flatMap(({ options, title, subject }) =>
      pairs.map((pair) => {
        const made = taken(() => one(pair, options));
        return made && { ...made, title: `${title}, ${pair.what}`, subject, samples: SAMPLES, slots: new Map() };
      }),
    ),
    loss,
  );
}

const pairsFor = ({ fits }: MetricDef): readonly Pair[] =>
  fits === "sequences" ? sequencePairs : fits === "boxes" ? boxPairs : pairs;

function metricCases(metric: MetricDef): readonly ParityCase[] {
  const forms: readonly PredictionForm[] = ["softmax", "sigmoid", "logits", "plain"];
  const one = (pair: Pair, options: OptionRecord, form: PredictionForm): Made => {
    const slots = metric
      .state(pair.prediction, pair.target, options)
      .map(({ name, shape }): Slot => ({ name, type: tensor("f32", ...shape), role: "metric" }));
    const state = (d: ReturnType<typeof draft>): Record<string, Value> =>
      Object.fromEntries(slots.map(({ name, type }) => [name, d.g.param(name, type)]));
    const [d, r] = [draft(), draft()];
    const [prediction, target] = [d.g.input("prediction", pair.prediction), d.g.input("target", pair.target)];
    const next = metric.update(d.g, { prediction, target, state: state(d), options, form });
    const updates = Object.entries(next).map(([slot, value]): Update => ({ slot, value: value.id }));
    const result = metric.result(r.g, state(r), options);
    const low = form === "logits" || form === "plain" ? -2 : 0.05;
    const update = (seed: number): Run => ({
      program: "update",
      inputs: new Map([
        ["prediction", f32(flat(pair.prediction), seed, options.from_logits === true ? -2 : Math.max(low, 0.05), 0.95)],
        ["target", targetValues(pair, seed + 1)],
      ]),
      kindOf: () => "forward",
      slots: "forward",
    });
    const read: Run = { program: "metrics", inputs: new Map(), kindOf: () => "forward" };
    const ops = module(slots, d.graph("update", {}, updates), r.graph("metrics", { result }));
    return { ops, runs: [update(1), read, update(5), read] };
  };
  return fits(
    variants(metric).flatMap(({ options, title, subject }) =>
      pairsFor(metric).flatMap((pair) => {
        // Most metrics are the same for every form of prediction.
        const texts = new Set<string>();
        return forms.map((form) => {
          const made = taken(() => one(pair, { ...options, ...pair.options }, form));
          const text = made === undefined ? "" : printModule(made.ops);
          if (made === undefined || texts.has(text)) return undefined;
          texts.add(text);
          return { ...made, title: `${title}, ${pair.what}, ${form}`, subject, samples: SAMPLES, slots: new Map() };
        });
      }),
    ),
    metric,
  );
}

function optimizerCases(optimizer: OptimizerDef): readonly ParityCase[] {
  const variables = [
    { name: "kernel", start: 0, shape: [3, 4] },
    { name: "bias", start: 12, shape: [5] },
  ];
  const type = tensor("f32", 17);
  return variants(optimizer).map(({ options, title, subject }) => {
    const { g, graph } = draft();
    const step = g.param("step", tensor("i32"));
    const own = optimizerSlots(optimizer, options, variables).map((slot) => ({
      ...slot,
      kept: `optimizer/${slot.name}`,
    }));
    const next = optimizerStep(g, optimizer, {
      weights: g.param("weights", type),
      gradient: g.input("gradient", type),
      slots: Object.fromEntries(own.map(({ name, kept, length }) => [name, g.param(kept, tensor("f32", length))])),
      step: g.cast(step, "f32"),
      rate: g.constant(Number(options.learning_rate)),
      options,
      variables,
    });
    const updates: readonly Update[] = [
      { slot: "weights", value: next.weights.id },
      { slot: "step", value: g.add(step, 1).id },
      ...Object.entries(next.slots).map(([slot, value]): Update => ({ slot: `optimizer/${slot}`, value: value.id })),
    ];
    const slots: readonly Slot[] = [
      { name: "weights", type, role: "weight" },
      { name: "step", type: tensor("i32"), role: "counter" },
      ...own.map(({ kept, length }): Slot => ({ name: kept, type: tensor("f32", length), role: "optimizer" })),
    ];
    return {
      title,
      subject,
      ops: module(slots, graph("update", {}, updates)),
      samples: 1,
      slots: new Map<string, NumberArray>([
        ["weights", f32(17, 3)],
        ...own.map(({ kept, initial, length }) => [kept, new Float32Array(length).fill(initial)] as const),
      ]),
      runs: [4, 5, 6].map((seed): Run => {
        const inputs = new Map([["gradient", f32(17, seed)]]);
        return { program: "update", inputs, kindOf: () => "steps", slots: "steps" };
      }),
    };
  });
}

/** Away from the multiples of its options, where a rate may jump. */
const STEPS = [0, 1, 2, 4, 5, 8, 11, 20, 33, 40];

const scheduleCases = (schedule: ScheduleDef): readonly ParityCase[] =>
  variants(schedule).map(({ options, title, subject }) => {
    const { g, graph } = draft();
    // What the results of epochs change is tested with whole trainings.
    const kept = schedule.follows?.state(options) ?? [];
    const state = Object.fromEntries(kept.map(({ name, initial }) => [name, g.constant(initial)]));
    const rate = schedule.expand(g, g.input("step", tensor("f32")), options, () => g.constant(30), state);
    const runs = STEPS.map((step): Run => {
      return { program: "rate", inputs: new Map([["step", [step]]]), kindOf: () => "forward" };
    });
    return { title, subject, ops: module([], graph("rate", { rate })), samples: 1, slots: new Map(), runs };
  });

function initializerCases(initializer: InitializerDef): readonly ParityCase[] {
  const run: Run = { program: "initialize", inputs: new Map(), kindOf: () => "forward" };
  const one = (shape: readonly number[], options: OptionRecord): Made => {
    const { g, graph } = draft();
    const [seed, step] = [g.param("seed", tensor("i32")), g.constant(0, tensor("i32"))];
    const drawn = initializer.expand(g, shape, options, (salt) =>
      g.random(tensor("f32", ...shape), seed, step, streamOf(`initial/${salt}`)),
    );
    const slots: readonly Slot[] = [{ name: "seed", type: tensor("i32"), role: "counter" }];
    return { ops: module(slots, graph("initialize", { drawn })), runs: [run] };
  };
  const shapes = [[7], [6, 6], [5, 9], [3, 3, 2, 8], [6, 1, 4]];
  return fits(
    variants(initializer).flatMap(({ options, title, subject }) =>
      shapes.map((shape) => {
        const made = taken(() => one(shape, options));
        const full = `${title}, ${shape.join(" × ")}`;
        return made && { ...made, title: full, subject, samples: 1, slots: new Map([["seed", [12]]]) };
      }),
    ),
    initializer,
  );
}

/** Weights of every rank that a regularizer or constraint takes: its value, and the gradient of the value by the weight. */
function ruleCases(rule: RegularizerDef | ConstraintDef): readonly ParityCase[] {
  const one = (shape: readonly number[], options: OptionRecord): Made => {
    if (rule.misfit?.(shape, options) !== undefined) throw new Error("does not take this shape");
    const d = draft();
    const weight = d.g.input("weight", tensor("f32", ...shape));
    const value = rule.expand(d.g, weight, options);
    const axes = value.type.shape.map((_, i) => i);
    const scalar = axes.length === 0 ? value : d.g.sum(d.g.mul(value, d.g.input("scale", value.type)), axes);
    const graph = d.graph("rule", { value, gradient: d.gradient(scalar, weight) });
    const length = shape.reduce((a, b) => a * b, 1);
    const inputs = new Map<string, NumberArray>([
      ["weight", f32(length, 1, -2, 2)],
      ["scale", f32(length, 2)],
    ]);
    const run: Run = { program: "rule", inputs, kindOf: (name) => (name === "gradient" ? "gradient" : "forward") };
    return { ops: module([], graph), runs: [run] };
  };
  return fits(
    variants(rule).flatMap(({ options, title, subject }) =>
      [[7], [5, 6]].map((shape) => {
        const made = taken(() => one(shape, options));
        const full = `${title}, ${shape.join(" × ")}`;
        return made && { ...made, title: full, subject, samples: 1, slots: new Map() };
      }),
    ),
    rule,
  );
}

function casesOf(definition: Definition): readonly ParityCase[] {
  switch (definition.tier) {
    case "loss":
      return lossCases(definition);
    case "metric":
      return metricCases(definition);
    case "optimizer":
      return optimizerCases(definition);
    case "schedule":
      return scheduleCases(definition);
    case "initializer":
      return initializerCases(definition);
    case "regularizer":
    case "constraint":
      return ruleCases(definition);
    case "layer":
    case "function":
    case "encoder":
    case "source":
      return [];
  }
}

/** Everything of the registry but operators, which have examples, and sources, which compute nothing; by its subject. */
export function definitionCases(): ReadonlyMap<string, readonly ParityCase[]> {
  const bySubject = new Map<string, ParityCase[]>();
  for (const one of allDefinitions().flatMap(casesOf))
    bySubject.set(one.subject, [...(bySubject.get(one.subject) ?? []), one]);
  return bySubject;
}
