// A whole program from a seed: data, models and trainings, in one file or several.

import type { OptionValue } from "../../src/ir/graph.ts";
import { abstracted, namedAxes, withConstants, withNamedAxis } from "./abstract.ts";
import { drawEntries } from "./blocks.ts";
import { drawBuckets } from "./drawBuckets.ts";
import { drawGoals } from "./drawGoals.ts";
import { drawTerms } from "./drawObjective.ts";
import { drawStages } from "./drawStages.ts";
import { drawTraining } from "./drawTraining.ts";
import { drawHead, drawOtherHead, type Head } from "./heads.ts";
import { constantValues, emptyScope, outputShapes, scopeOf } from "./infer.ts";
import { alongAxis, drawPlain, type Making } from "./layers.ts";
import { type Names, namesFrom } from "./names.ts";
import { batched, type Scope, type Shape } from "./operators.ts";
import { type Random, randomFrom } from "./random.ts";
import { drawTruth, drawWhole } from "./reckoning.ts";
import { drawSteps } from "./steps.ts";
import type { Block, Constant, Experiment, Input, Parameter, Program, Step, Training, Untrained } from "./tree.ts";

const sizeOf = (random: Random): number => random.pick([1, 1, 2, 2, 3, 3, 4, 5, 6, 7]);

function drawShape(random: Random): Shape {
  const rank = random.pick([1, 2, 2, 2, 3, 3, 3, 3, 4, 4]);
  const most = rank === 4 ? 4 : 9;
  for (;;) {
    const shape = Array.from({ length: rank }, (_, i) =>
      i === rank - 1 ? random.int(1, 4) : Math.min(most, sizeOf(random) + (random.chance(0.3) ? 2 : 0)),
    );
    if (shape.reduce((a, b) => a * b, 1) <= 200) return shape;
  }
}

const scalings = [
  "pixels / 255",
  "(pixels - 127.5) / 127.5",
  "pixels / 128 - 1",
  "sqrt(pixels / 255)",
  "0.01 * pixels",
];

function drawInput(random: Random, name: string, pixels: Shape, shape: Shape): Input {
  const steps = random.chance(0.25) ? drawPlain(random, pixels, emptyScope(), random.int(1, 2)).steps : [];
  const column = steps.length === 0 && random.chance(0.1) ? "pixels" : name;
  return { name: column, shape, scaled: random.pick(scalings), steps, typed: random.chance(0.7) };
}

const splits = [
  "train 80%, validation 20%",
  "train 50%, validation 25%, test 25%",
  "train 0.75, validation 0.25, by order",
  "train 90%, by order",
  "test 10%, train 60%",
];

/** Numbers and truths that everything may be made of. */
function drawConstants(random: Random, names: Names): Constant[] {
  const constants: Constant[] = [];
  for (let left = random.chance(0.4) ? random.int(1, 3) : 0; left > 0; left--) {
    const value = random.pick([1, 2, 2, 3, 4, 6, 0.5, true, false]);
    const known = constantValues(constants) ?? new Map<string, OptionValue>();
    const whole = typeof value === "number" && Number.isInteger(value) ? value : undefined;
    const from =
      typeof value === "boolean"
        ? drawTruth(random, value, known)
        : whole === undefined
          ? undefined
          : drawWhole(random, whole, known);
    const made = from === undefined || random.chance(0.4) ? {} : { from };
    constants.push({
      name: names.value(),
      text: value === 0.5 && random.chance(0.5) ? "50%" : String(value),
      value,
      ...made,
    });
  }
  return constants;
}

/** What all models of a program share. */
interface Whole {
  readonly random: Random;
  readonly names: Names;
  readonly blocks: Block[];
  readonly constants: Constant[];
}

function drawInputs(random: Random, names: Names): Pick<Experiment, "pixels" | "inputs"> {
  const shape = drawShape(random);
  const direct = shape.length === 3 && random.chance(0.6);
  const pixels = direct ? shape : [random.int(1, 6), random.int(1, 6), random.int(1, 3)];
  const inputs = [drawInput(random, names.value(), pixels, shape)];
  if (random.chance(0.25))
    inputs.push(drawInput(random, names.value(), pixels, random.chance(0.6) ? shape : drawShape(random)));
  if (random.chance(0.15))
    inputs.push({ name: names.value(), shape: pixels, scaled: "pixels", tokens: 256, steps: [], typed: true });
  if (random.chance(0.08)) {
    const scaled = random.pick(["random_normal()", "random_uniform()"]);
    const shaped = random.chance(0.5) ? shape : drawShape(random);
    inputs.push({ name: names.value(), shape: shaped, scaled, steps: [], typed: true, noise: true });
  }
  const [first, second] = inputs;
  return { pixels, inputs: second?.name === "pixels" && first?.name === "pixels" ? [first] : inputs };
}

/** The model's signature may name sizes: the training binds them. */
function withAxes(random: Random, names: Names, inputs: readonly Input[]): readonly Input[] {
  if (!random.chance(0.25)) return inputs;
  const known = new Map<string, number>();
  return inputs.map((input) => {
    for (const size of input.shape) if (random.chance(0.7)) known.set(names.value(), size);
    return { ...input, axes: namedAxes(random, input.shape, known, 0.8) };
  });
}

/** Inputs and perhaps a target that are given: of a model over the same data as another. */
interface Data extends Pick<Experiment, "dataset" | "source" | "pixels" | "inputs" | "split"> {
  readonly like?: Pick<Experiment, "target" | "classes">;
}

function headFor(random: Random, names: Names, { like, source }: Data, shape: Shape): Head {
  if (like !== undefined) return drawOtherHead(random, like.target, like.classes, shape);
  const head = drawHead(random, names.value(), shape);
  // The classes of a source's own pictures are ten.
  return source !== undefined && head.target.kind === "class" ? drawOtherHead(random, head.target, 10, shape) : head;
}

const rowOfOne: Step = {
  kind: "layer",
  called: false,
  use: { name: "Reshape", given: [{ option: "target_shape", text: "[1]", value: [1] }], common: [] },
};

function drawExperiment(
  { random, names, blocks, constants }: Whole,
  model: string,
  data: Data,
): Experiment | undefined {
  const inputs = withAxes(random, names, data.inputs);
  const parameters: Parameter[] = [];
  const shared = { constants, blocks };
  const scope = scopeOf({ inputs, parameters }, shared);
  const [first] = inputs;
  if (scope === undefined || first === undefined) return undefined;
  const known = new Map(scope.settings);
  const making: Making = { random, names, blocks, parameters, depth: 0, draw: drawSteps };
  // Axes have names in the signature, so a layer along one may use them.
  const along = first.axes !== undefined && random.chance(0.3) ? alongAxis(making, first.shape, scope) : undefined;
  const rest = drawSteps(making, along?.shape ?? first.shape, scope, random.pick([1, 2, 2, 3, 3, 4, 5, 7]));
  // Single numbers become rows of one, which layers take.
  const row = rest.shape.length === 0 ? [rowOfOne] : [];
  const shape = rest.shape.length === 0 ? [1] : rest.shape;
  const goaled = data.like === undefined && random.chance(0.12);
  const trunk = goaled ? keepTrunk(names, shape, scope) : [];
  const body = { steps: [...(along?.steps ?? []), ...rest.steps, ...row, ...trunk], shape };
  const head = headFor(random, names, data, body.shape);
  const classes = data.source === undefined ? head.classes : Math.max(10, head.classes);
  const goals = goaled ? drawGoals(random, names, scope, classes) : [];
  const named = withNamedAxis(random, body.steps, first.axes ?? []);
  const abstract = abstracted(random, names, [...named, ...head.steps], parameters, known, 0.08);
  const steps = withConstants(random, names, abstract, constants);
  const experiment = {
    dataset: data.dataset,
    model,
    pixels: data.pixels,
    classes,
    ...(data.source === undefined ? {} : { source: data.source }),
    ...(data.split === undefined ? {} : { split: data.split }),
    parameters,
    inputs,
    steps,
    returned: random.chance(0.15),
    ...(random.chance(0.06) && data.like === undefined ? { idle: names.value() } : {}),
    target: head.target,
    ...(goals.length === 0 ? {} : { goals }),
  };
  const outputs = outputShapes({ ...experiment, training: nothing }, shared);
  const output = outputs?.get(head.target.name);
  if (outputs === undefined || output === undefined) return undefined;
  const training = drawTraining(random, head, output, goals.length > 0);
  const whole = { ...experiment, training };
  const terms = random.chance(goals.length > 0 ? 0.4 : 0.1) ? { terms: drawTerms(random, names, whole, outputs) } : {};
  const weighed = training.classWeights === undefined && data.like === undefined && random.chance(0.08);
  return { ...whole, training: { ...training, ...terms }, ...(weighed ? { importance: names.value() } : {}) };
}

/** Keeps the value before the head, where other outputs may start from. */
function keepTrunk(names: Names, shape: Shape, scope: Scope): readonly Step[] {
  const name = names.value();
  scope.values.set(name, batched(shape));
  return [{ kind: "keep", name }];
}

function drawUntrained({ random, names, blocks, constants }: Whole): Untrained | undefined {
  const inputs = [drawShape(random), ...(random.chance(0.3) ? [drawShape(random)] : [])].map(
    (shape): Input => ({ name: names.value(), shape, scaled: "", steps: [], typed: true }),
  );
  const parameters: Parameter[] = [];
  const scope = scopeOf({ inputs, parameters }, { constants, blocks });
  const [first] = inputs;
  if (scope === undefined || first === undefined) return undefined;
  const making: Making = { random, names, blocks, parameters, depth: 0, draw: drawSteps };
  const { steps, shape } = drawSteps(making, first.shape, scope, random.int(1, 4));
  const outputs = drawEntries(making, shape, scope);
  return outputs && { model: "Many", parameters, inputs, steps, outputs };
}

const nothing: Training = {
  loss: { name: "", given: [], common: [] },
  optimizer: { name: "", given: [], common: [] },
  metrics: [],
  batch: 1,
};

/** Sources whose pictures are 28 × 28, in ten classes, some of them to test with. */
const pictures = ["digits()", "digits(100, test: 20)", "digits(seed: 4)", "mnist()"];

function drawData(random: Random, names: Names, dataset: string): Data {
  const whole = random.chance(0.04);
  const split = random.chance(0.25)
    ? { split: random.pick(whole ? splits.filter((text) => !text.includes("test")) : splits) }
    : {};
  if (!whole) return { dataset, ...drawInputs(random, names), ...split };
  const shape = drawShape(random);
  const input: Input = { name: names.value(), shape, scaled: random.pick(scalings), steps: [], typed: true };
  return { dataset, source: random.pick(pictures), pixels: [28, 28, 1], inputs: [input], ...split };
}

/** A program; the same for the same seed. Undefined where nothing that was drawn fits. */
export function generate(seed: number): Program | undefined {
  const random = randomFrom(seed);
  const names = namesFrom(random);
  const whole: Whole = { random, names, blocks: [], constants: drawConstants(random, names) };
  const first = drawExperiment(whole, "Net", drawData(random, names, "Data"));
  if (first === undefined) return undefined;
  const more: Experiment[] = [];
  if (random.chance(0.12)) {
    const plain = first.goals === undefined && first.importance === undefined;
    const sameData = plain && first.target.kind === "class" && random.chance(0.5);
    const data: Data = sameData ? { ...first, like: first } : drawData(random, names, "Other");
    const second = drawExperiment(whole, "Second", data);
    if (second !== undefined) more.push(second);
  }
  const untrained = random.chance(0.08) ? drawUntrained(whole) : undefined;
  const program: Program = {
    ...first,
    ...(untrained === undefined ? {} : { untrained }),
    seed,
    constants: whole.constants,
    blocks: whole.blocks,
    more,
    files: random.weighted({ one: 8, blocks: 2, "blocks and constants": 1 }),
    ...(random.chance(0.2) ? { layout: random.int(1, 1000) } : {}),
  };
  // Constants that came later may be of no use to blocks that were made before.
  if (constantValues(program.constants) === undefined) return undefined;
  const divided = random.chance(0.15) ? drawStages(random, names, program) : program;
  return random.chance(0.5) ? drawBuckets(random, divided) : divided;
}
