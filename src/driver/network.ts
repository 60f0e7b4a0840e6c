// A checked model and its training → a network as data, for pictures of it.

import {
  argumentsOf,
  type CheckedModel,
  type CheckedProgram,
  type CheckedTraining,
  type LangType,
  type ModelNode,
  type TrainStep,
  type Use,
} from "../check/model.ts";
import { innerShape, shapeText, tensorText, typeText } from "../check/say/words.ts";
import type { Network, NetworkBlock, NetworkNode } from "../graph/network.ts";
import { extents, type TensorType } from "../ir/types.ts";
import { familyOf } from "../ops/family.ts";
import { findOperator } from "../ops/registry.ts";
import { checkChosen, isReady, requested } from "./choice.ts";
import { modelCosts } from "./costs.ts";
import { callDetail } from "./networkText.ts";
import type { CheckResult, CompileOptions, Sources } from "./options.ts";

const bytesPerNumber = 4;
const multiply = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

type Texts = ReadonlyMap<string, string>;

/** Returns a part of a program on one line. */
const written = (texts: Texts, { file, start, end }: Use["span"]): string =>
  (texts.get(file) ?? "").slice(start, end).replace(/\s+/g, " ").trim();

/** What the nodes of a network are made from, and the nodes so far. */
interface Work {
  readonly model: CheckedModel;
  readonly flops: ReadonlyMap<string, number> | undefined;
  readonly sizes: ReadonlyMap<string, number>;
  readonly nodes: NetworkNode[];
  /** By the id of a value: the nodes of the picture that it comes from. Numbers come from none. */
  readonly sources: (readonly number[])[];
  /** By the path of a layer or the weight of a value: the node that had it first. */
  readonly first: Map<string, number>;
}

const plain = { detail: "", parameters: 0, bytes: 0, family: "other" } as const;

const shapesOf = (types: readonly TensorType[]): string =>
  types.map((type) => (innerShape(type).length === 0 ? "scalar" : tensorText(type))).join("; ");

/** Returns `28 × 28 × 1` for numbers, `class(10)` for anything else. */
const valueText = (type: LangType): string =>
  type.element.kind !== "f32" ? typeText(type) : type.shape.length === 0 ? "scalar" : shapeText(type.shape);

/** Returns the node of a picture for a value of the model; none for numbers, masks and further results. */
function nodeOf(work: Work, node: ModelNode): Omit<NetworkNode, "id" | "from"> | undefined {
  const shape = shapesOf([node.type, ...(node.kind === "call" ? (node.more ?? []) : [])]);
  switch (node.kind) {
    case "input": {
      const input = work.model.inputs.find(({ value }) => value === node.id);
      const text = input === undefined ? node.name : `${node.name}: ${typeText(input.type)}`;
      const shown = input === undefined ? shape : valueText(input.type);
      return { ...plain, kind: "input", name: node.name, text, path: node.name, shape: shown };
    }
    case "weight": {
      const known = work.first.get(node.path);
      const parameters = known === undefined ? (work.sizes.get(node.path) ?? 0) : 0;
      const name = node.path.split("/").at(-1) ?? node.path;
      const shared = known === undefined ? {} : { shares: known };
      const numbers = { parameters, bytes: bytesPerNumber * parameters };
      return { ...plain, ...numbers, kind: "weight", name, text: node.path, path: node.path, shape, ...shared };
    }
    case "call":
      return node.mask === undefined ? layerOf(work, node, shape) : undefined;
    case "number":
    case "part":
    case "output":
    case "loss":
      return undefined;
  }
}

function layerOf(
  work: Work,
  node: Extract<ModelNode, { kind: "call" }>,
  shape: string,
): Omit<NetworkNode, "id" | "from"> {
  const definition = findOperator(node.op);
  const own = node.weights.filter((weight) => !work.first.has(weight));
  const parameters = own.reduce((sum, weight) => sum + (work.sizes.get(weight) ?? 0), 0);
  const [weight] = node.weights;
  const owner = weight === undefined ? undefined : work.first.get(weight);
  const flops = work.first.has(node.path) ? 0 : (work.flops?.get(node.path) ?? 0);
  const numbers = node.args.map((id) => {
    const given = work.model.nodes[id];
    return given?.kind === "number" ? given.value : undefined;
  });
  return {
    kind: "layer",
    ...(definition === undefined ? { name: node.op, detail: "" } : callDetail(definition, node.options, numbers)),
    text: node.text.replace(/\s+/g, " "),
    path: node.path,
    family: definition === undefined ? "other" : familyOf(definition),
    shape,
    parameters,
    bytes: bytesPerNumber * parameters,
    ...(work.flops === undefined ? {} : { flops }),
    ...(owner === undefined ? {} : { shares: owner }),
  };
}

function addNode(work: Work, node: Omit<NetworkNode, "id">): number {
  const id = work.nodes.length;
  work.nodes.push({ id, ...node });
  return id;
}

const distinctNumbers = (values: readonly number[]): readonly number[] => [...new Set(values)];

/** Adds the values of the model, and returns the blocks over them. */
function addValues(work: Work): readonly NetworkBlock[] {
  const { model, nodes, sources, first } = work;
  /** By the id of a value: the number of nodes before it. */
  const before: number[] = [];
  for (const node of model.nodes) {
    before.push(nodes.length);
    const from = distinctNumbers(argumentsOf(node).flatMap((id) => sources[id] ?? []));
    const made = nodeOf(work, node);
    if (made === undefined) {
      sources[node.id] = node.kind === "part" ? from : [];
      continue;
    }
    const id = addNode(work, { ...made, from });
    sources[node.id] = [id];
    const owned = node.kind === "call" ? [node.path, ...node.weights] : node.kind === "weight" ? [node.path] : [];
    for (const path of owned) if (!first.has(path)) first.set(path, id);
  }
  const at = (value: number): number => before[value] ?? nodes.length;
  // What ends later holds what ends before, also where both are the same nodes.
  return model.parts
    .toReversed()
    .map(({ kind, name, text, path, from, to }) => ({
      ...{
        kind,
        name: typeof name === "string" ? name : `turn ${name.join(" of ")}`,
        text: text.replace(/\s+/g, " "),
        path,
      },
      ...{ from: at(from), to: at(to) },
    }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from || b.to - a.to);
}

/** Adds the outputs, and returns them by name. */
function addOutputs(work: Work): ReadonlyMap<string, number> {
  return new Map(
    work.model.outputs.map(({ name, type, value }) => {
      const from = work.sources[value] ?? [];
      const shape = valueText(type);
      const text = `${name}: ${typeText(type)}`;
      return [name, addNode(work, { ...plain, kind: "output", name, text, path: name, shape, from })];
    }),
  );
}

/** Returns `critic/…` for the weights of a group, or `everything`. */
function trained(weights: readonly string[], model: CheckedModel): string {
  const all = model.weights.filter(({ trainable }) => trainable).length;
  if (weights.length === all) return "all weights";
  const tops = [...new Set(weights.map((path) => path.split("/")[0] ?? path))];
  return tops.length > 3 ? `${tops.slice(0, 3).join(", ")}, …` : tops.join(", ");
}

interface Judging {
  readonly work: Work;
  readonly texts: Texts;
  readonly outputs: ReadonlyMap<string, number>;
  readonly targets: Map<string, number>;
  readonly program: CheckedProgram;
  readonly training: CheckedTraining;
}

/** Returns the node of a field of the data: the input of the model that has it, or a target. */
function fieldNode({ work, targets, program, training }: Judging, name: string): readonly number[] {
  const input = work.nodes.find((node) => node.kind === "input" && node.name === name);
  if (input !== undefined) return [input.id];
  const known = targets.get(name);
  if (known !== undefined) return [known];
  const dataset = program.datasets.find((one) => one.name === training.dataset);
  const field = [...(dataset?.fields ?? []), ...(dataset?.noise ?? [])].find((one) => one.name === name);
  if (field === undefined) return [];
  const text = `${name}: ${typeText(field.type)}`;
  const shape = valueText(field.type);
  const id = addNode(work, { ...plain, kind: "target", name, text, path: name, shape, from: [] });
  targets.set(name, id);
  return [id];
}

function addStep(judging: Judging, step: TrainStep): void {
  const { work, texts, outputs } = judging;
  const reads = step.terms.flatMap(({ nodes }) =>
    nodes.flatMap((node): readonly number[] => {
      if (node.kind === "output") return [outputs.get(node.name) ?? -1];
      return node.kind === "input" ? fieldNode(judging, node.name) : [];
    }),
  );
  const from = distinctNumbers(reads.filter((id) => id >= 0));
  const terms = step.terms.map(({ span, weight }) => {
    const text = written(texts, span);
    return weight === 1 || text.includes("*") ? text : `${weight} * ${text}`;
  });
  addNode(work, {
    ...plain,
    kind: "loss",
    name: step.name ?? "loss",
    detail: terms.join(" + "),
    text: terms.join(" + "),
    path: step.name ?? "loss",
    shape: "",
    from,
    trains: step.groups.map(({ optimizer, weights }) => ({
      optimizer: written(texts, optimizer.span),
      weights: trained(weights, work.model),
    })),
  });
}

/** Returns a model of the program as a network, with the losses of its first training. */
export async function networkIn(program: CheckedProgram, texts: Texts, name: string): Promise<Network | undefined> {
  const model = program.models.find((one) => one.name === name);
  if (model === undefined) return undefined;
  const costs = await modelCosts(program, name);
  const work: Work = {
    model,
    flops: costs?.byLayer,
    sizes: new Map(model.weights.map((weight) => [weight.path, multiply(extents(weight.shape, 1))])),
    ...{ nodes: [], sources: [], first: new Map() },
  };
  const blocks = addValues(work);
  const outputs = addOutputs(work);
  const training = program.trainings.find((one) => one.model === name);
  if (training !== undefined) {
    const judging: Judging = { work, texts, outputs, targets: new Map(), program, training };
    for (const step of training.steps) addStep(judging, step);
  }
  const parameters = [...work.sizes.values()].reduce((sum, size) => sum + size, 0);
  return {
    format: "nnc-network",
    version: 1,
    model: name,
    parameters,
    bytes: bytesPerNumber * parameters,
    ...(costs === undefined ? {} : { flops: costs.flops }),
    nodes: work.nodes,
    blocks,
  };
}

/** Returns the network of the model that the options name (default: the first trained); none if there are errors. */
export async function describeNetwork(
  sources: Sources,
  options: CompileOptions,
): Promise<CheckResult & { readonly network?: Network }> {
  const checked = checkChosen(sources, options);
  const { diagnostics, missing, unread = [] } = checked;
  if (!isReady(sources, checked)) return { diagnostics, missing, unread };
  const found = await requested(checked, sources.entry, options);
  if ("diagnostic" in found) return { diagnostics: [...diagnostics, found.diagnostic], missing, unread };
  const network = await networkIn(checked.program, sources.texts, found.request.model.name);
  return { diagnostics, missing, unread, ...(network === undefined ? {} : { network }) };
}
