// Writes a trained model as a graph model of TensorFlow.js: model.json with the graph and its signature, and shards of
// weights. It computes the program `predict`, for any number of samples at once.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { ValueId } from "../../ir/graph.ts";
import { labelOf } from "../../ir/slots.ts";
import type { RecognisedGraph } from "../../recognise/graph.ts";
import { recognise } from "../../recognise/recognise.ts";
import type { Exported, TrainedModel } from "../format.ts";
import { type GraphDraft, graphDraft, type Tensor } from "./draft.ts";
import { protoName, shapeProto, tensorDType, typeAttribute } from "./graphDef.ts";
import { weightsFiles } from "./manifest.ts";
import { type NodeNames, nodeNames } from "./names.ts";
import { unexportableOperation } from "./natives.ts";
import { emitNode, type NodeContext } from "./nodes.ts";
import { unexportable } from "./refuse.ts";

/** The version of the graph's form, from TensorFlow 2.3, which has all operations that we use. */
const versions = { producer: 440, minConsumer: 12 };

type Tensors = ReadonlyMap<string, Tensor>;

function found<T>(map: ReadonlyMap<string | ValueId, T>, key: string | ValueId): T {
  const value = map.get(key);
  if (value === undefined) throw new CompilerBug(`the exported graph has no '${key}'`);
  return value;
}

/** Each weight becomes a constant at its first read. */
function weightReader(g: GraphDraft, model: TrainedModel, names: ReadonlyMap<string, string>) {
  const read = new Map<string, Tensor>();
  return (slot: string): Tensor => {
    const { shape, values } = found(model.weights, slot);
    const dtype = values instanceof Float32Array ? "float32" : "int32";
    const tensor = read.get(slot) ?? g.weight({ name: found(names, slot), dtype, shape, values });
    read.set(slot, tensor);
    return tensor;
  };
}

/** Adds the whole graph. The outputs are nodes of their own, so that each has its name. */
function addGraph(
  g: GraphDraft,
  model: TrainedModel,
  graph: RecognisedGraph,
  inputs: Tensors,
  names: NodeNames,
): Tensors {
  const weightNames = new Map([...model.weights.keys()].map((slot) => [slot, names.claim(labelOf(slot))]));
  const outputNames = graph.outputs.map(({ name }) => names.claim(name));
  const types = new Map(graph.nodes.map(({ id, type }) => [id, type]));
  const values = new Map<ValueId, Tensor>();
  const context: NodeContext = {
    g,
    small: (id) => found(values, id),
    whole: (id) => g.whole(found(values, id), found(types, id).shape),
    dtype: (id) => found(types, id).dtype,
    input: (name) => found(inputs, name),
    weight: weightReader(g, model, weightNames),
  };
  for (const node of graph.nodes) values.set(node.id, emitNode(node, context));
  g.enter("");
  return new Map(
    graph.outputs.map(({ name, value }, i) => {
      const whole = context.whole(value);
      const { dtype, shape } = whole;
      const attributes = { T: typeAttribute(dtype) };
      return [name, g.addNamed(outputNames[i] ?? name, "Identity", [whole], attributes, { dtype, shape })];
    }),
  );
}

const signatureOf = (tensors: Tensors) =>
  Object.fromEntries(
    [...tensors].map(([key, { name, dtype, shape }]) => [
      key,
      { name: `${name}:0`, dtype: protoName(dtype), tensorShape: shapeProto(shape) },
    ]),
  );

/** Returns model.json and its shards, or the value that a graph model cannot compute. */
export function exportModel(model: TrainedModel): Exported {
  const graph = recognise(model.graph, (operation) => unexportableOperation(operation) === undefined);
  const refused = unexportable(graph);
  if (refused !== undefined) return { unexportable: refused };
  const names = nodeNames();
  const inputs = new Map(
    model.inputs.map(({ name, type }): [string, Tensor] => [
      name,
      { name: names.claim(name), dtype: tensorDType(type.dtype), shape: type.shape },
    ]),
  );
  const [counted] = [...inputs.values()].filter(({ shape }) => typeof shape[0] === "object");
  const g = graphDraft(names, counted);
  for (const { name, dtype, shape } of inputs.values()) {
    const attributes = { dtype: typeAttribute(dtype), shape: { shape: shapeProto(shape) } };
    g.addNamed(name, "Placeholder", [], attributes, { dtype, shape });
  }
  const outputs = addGraph(g, model, graph, inputs, names);
  const { manifest, files } = weightsFiles(g.constants);
  // With these keys `predict` returns its outputs by name, and a single output as it is.
  const keys = outputs.size > 1 ? { structuredOutputKeys: [...outputs.keys()] } : {};
  const json = {
    format: "graph-model",
    generatedBy: "nnc",
    signature: { inputs: signatureOf(inputs), outputs: signatureOf(outputs) },
    userDefinedMetadata: { ...model.metadata, ...keys },
    modelTopology: { node: g.nodes, versions, library: {} },
    weightsManifest: manifest,
  };
  return { files: new Map<string, string | Uint8Array>([...files, ["model.json", `${JSON.stringify(json)}\n`]]) };
}
