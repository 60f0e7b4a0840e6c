// Whole programs as cases: a forward pass, then three training steps with the gradient of every parameter, then the metrics.
// Data is made up: numbers of the columns' types, classes below their count.

import { check } from "../../src/check/check.ts";
import type { LangType } from "../../src/check/model.ts";
import type { OpModule } from "../../src/conformance/executor.ts";
import type { Gradient, Node } from "../../src/ir/graph.ts";
import { seedSlot } from "../../src/ir/slots.ts";
import type { TensorType } from "../../src/ir/types.ts";
import { type LowerRequest, lower, lowerRequest } from "../../src/lower/lower.ts";
import { parse } from "../../src/syntax/parse.ts";
import { lengthOf, numbers } from "../support/graphs.ts";
import type { ParityCase, Run } from "./case.ts";

/** The first training of a program, or its first model where it trains none. Throws where it has errors. */
function requestOf(text: string): LowerRequest {
  const { program, diagnostics } = check({ entry: "a.nn", files: new Map([["a.nn", parse("a.nn", text).tree]]) });
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const request = lowerRequest(program);
  if (errors.length > 0 || request === undefined) throw new Error(errors.map(({ message }) => message).join("\n"));
  return request;
}

type OpNode = OpModule["programs"][number]["nodes"][number];

/** The training step hands back the gradient of each parameter, too. */
function withGradients(ops: OpModule): OpModule {
  const isGradient = (node: OpNode): node is Node<Gradient> => node.kind === "gradient";
  const programs = ops.programs.map((graph) => {
    if (graph.name !== "train_step") return graph;
    const slots = new Map(graph.nodes.map((node) => [node.id, node.kind === "param" ? node.slot : ""]));
    const gradients = graph.nodes.filter(isGradient);
    const outputs = gradients.map(({ id, wrt }) => ({ name: `gradient of ${slots.get(wrt)}`, value: id }));
    return { ...graph, outputs: [...graph.outputs, ...outputs] };
  });
  return { ...ops, programs };
}

const countOf = ({ element }: LangType): number | undefined =>
  (element.kind === "class" || element.kind === "token") && typeof element.count === "number"
    ? element.count
    : undefined;

/** Numbers for every input of a program. */
function inputsOf(ops: OpModule, { model, dataset }: LowerRequest, program: string, samples: number, seed: number) {
  const types: readonly (readonly [string, LangType])[] =
    program === "predict"
      ? model.inputs.map(({ name, type }) => [name, type])
      : (dataset?.fields ?? []).flatMap(({ columns, type }) => columns.map(({ name }) => [name, type] as const));
  const counts = new Map(types.map(([name, type]) => [name, countOf(type)]));
  const values = (name: string, type: TensorType): Float32Array | Int32Array => {
    const length = lengthOf(type, samples);
    const own = seed + [...name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7);
    if (type.dtype === "f32") return Float32Array.from(numbers(length, own, 0, 1));
    const count = counts.get(name) ?? 256;
    // A column of bytes holds no larger tokens, however many there are.
    return Int32Array.from(numbers(length, own, 0, type.dtype === "u8" ? Math.min(count, 256) : count), Math.floor);
  };
  const graph = ops.programs.find(({ name }) => name === program);
  const inputs = (graph?.nodes ?? []).flatMap((node) => (node.kind === "input" ? [node] : []));
  return new Map(inputs.map(({ name, type }) => [name, values(name, type)]));
}

export function programCase(subject: string, text: string, samples = 4): ParityCase {
  const request = requestOf(text);
  const ops = withGradients(lower(request));
  const run = (program: string, seed: number, kindOf: Run["kindOf"], slots?: Run["slots"]): Run => ({
    program,
    inputs: inputsOf(ops, request, program, samples, seed),
    kindOf,
    ...(slots === undefined ? {} : { slots }),
  });
  const forward = [run("initialize", 0, () => "forward", "forward"), run("predict", 1, () => "forward")];
  const first = run("train_step", 2, (output) => (output === "loss" ? "forward" : "gradient"), "steps");
  // Later steps start from weights that already differ.
  const later = [3, 4].map((seed) => run("train_step", seed, () => "steps", "steps"));
  const end = [run("evaluate", 5, () => "steps", "steps"), run("metrics", 6, () => "steps")];
  const training = request.training === undefined ? [] : [first, ...later, ...end];
  return { title: subject, subject, ops, samples, slots: new Map([[seedSlot, [3]]]), runs: [...forward, ...training] };
}

/** A small network on which each optimizer trains; `clauses` are those of its training. */
export const smallProgram = (clauses: string): string => `dataset Pictures {
  source idx("images", "labels", shape: [6, 6, 2], classes: 4)
  input  image: f32[6, 6, 2] = pixels / 255
  target kind: class(4) = label
}
model Small(image: f32[6, 6, 2]) {
  Conv2D(4, 3x3, tanh)
  BatchNormalization()
  AveragePooling2D(2x2)
  Flatten()
  Dropout(0.25)
  Dense(5, tanh)
  Dense(4, softmax)
}
train Small on Pictures {
  ${clauses}
}
`;

const steps = `dataset Pictures {
  source idx("images", "labels", shape: [4, 4, 1], classes: 3)
  input  image: f32[4, 4, 1] = pixels / 255
  input  noise: f32[3] = random_normal()
}
block Generator(noise: f32[n]) { Dense(16, tanh) -> Reshape([4, 4, 1]) }
block Critic(image: f32[h, w, c]) { Conv2D(2, 3x3, tanh) -> BatchNormalization() -> Flatten() -> Dropout(0.2) -> Dense(1) }
model Gan(image: f32[4, 4, 1], noise: f32[3]) {
  layer generator = Generator()
  layer critic = Critic()
  let picture = noise -> generator
  return { real: image -> critic, fake: picture -> critic, picture: picture }
}
train Gan on Pictures {
  step critic {
    loss mean(softplus(-real)) + mean(softplus(fake))
    optimizer adam(0.01, use_ema: true, ema_overwrite_frequency: 2)
    weights critic
  }
  step generator {
    loss mean(softplus(-fake))
    optimizer { \`generator/dense/kernel\`: sgd(0.1, gradient_accumulation_steps: 2), rest: sgd(0.2) }
    weights generator
  }
}
`;

const outputs = `dataset Pictures {
  source idx("images", "labels", shape: [4, 4, 1], classes: 3)
  input  image: f32[4, 4, 1] = pixels / 255
  target kind: class(3) = label
  target light: f32[1] = pixels / 255 -> GlobalAveragePooling2D()
}
model Judge(image: f32[4, 4, 1]) {
  let h = image -> Flatten() -> Dense(6, tanh, kernel_regularizer: l1_l2(0.01, 0.02), activity_regularizer: l2(0.1))
    -> LayerNormalization(gamma_regularizer: l1(0.1), gamma_constraint: min_max_norm(0.5, 0.9, rate: 0.8))
  return {
    kind: h -> Dense(3, softmax, kernel_constraint: max_norm(0.5), bias_constraint: non_neg)
    light: h -> Dense(1, kernel_constraint: unit_norm) -> ActivityRegularization(l1: 0.01)
    code: h -> Dense(2)
  }
}
train Judge on Pictures {
  loss { kind: 0.3 * categorical_crossentropy, light: mse, code: mean(square(prediction)) + 0.1 * mean(abs(code - 1)) }
  optimizer sgd(0.05, momentum: 0.9)
  class_weight { 0: 2, 2: 0.5 }
  metrics { kind: accuracy, light: mae }
  weighted_metrics { kind: accuracy }
}
`;

/** Programs of several steps, and of several outputs and losses. */
export const objectivePrograms: readonly (readonly [subject: string, text: string])[] = [
  ["steps in turn", steps],
  ["several losses", outputs],
];
