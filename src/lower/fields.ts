// Turns the fields of a data set into values of a batch: reads columns and applies transforms.

import { CompilerBug } from "../base/compilerBug.ts";
import type { CheckedDataset, DataField, ModelNode, NoiseField } from "../check/model.ts";
import type { Value } from "../ir/builder.ts";
import { type Draft, draft } from "../ir/draft.ts";
import { batchSize } from "../ir/size.ts";
import { seedSlot, stepSlot } from "../ir/slots.ts";
import { streamOf } from "../ir/threefry.ts";
import { type DType, extents, tensor } from "../ir/types.ts";
import { callContext } from "../ops/call.ts";
import { findInitializer, findOperator } from "../ops/registry.ts";
import { inlineNodes } from "./inline.ts";

/** Returns the element type of a field in graphs; classes and tokens are numbers there. */
const storedAs = ({ element }: DataField["type"]): DType =>
  element.kind === "f32" || element.kind === "bool" ? element.kind : "i32";

/** Whether a node of a field hands on what it reads where nothing trains, as augmentation does. */
export function isIdle(node: ModelNode, { nodes }: Pick<DataField, "nodes">): boolean {
  if (node.kind !== "call" || node.args.length !== 1) return false;
  const read = nodes.find(({ id }) => id === node.args[0]);
  const definition = findOperator(node.op);
  if (read === undefined || definition?.trainingDiffers !== true) return false;
  const { g } = draft();
  const x = g.input(node.op, read.type);
  const { output } = definition.expand(g, {
    ...{ inputs: [x], ...callContext(definition, [x]), weights: {}, options: node.options, training: false, stream: 0 },
    // Getters, because a read puts them into the graph.
    get seed() {
      return g.param(seedSlot, tensor("i32"));
    },
    get step() {
      return g.param(stepSlot, tensor("i32"));
    },
  });
  return output.id === x.id;
}

/**
 * Returns values by the names of the fields. A column that several fields read is one input. Layers in fields behave as in training
 * where the program trains: augmentation is for training rows alone. Noise is new in each step of training, and always the same
 * in an evaluation. A prediction counts its batches as steps.
 */
export function readFields(
  d: Draft,
  { fields, noise }: CheckedDataset,
  program: "train" | "evaluate" | "predict",
): ReadonlyMap<string, Value> {
  const training = program === "train";
  const columns = new Map<string, Value>();
  const weightless = (): never => {
    throw new CompilerBug("a data field has no weights");
  };
  const readField = (field: DataField): Value => {
    const g = d.g.withOrigin(field.name, field.span);
    const values = inlineNodes(d, field.nodes, {
      training,
      origin: field.name,
      input(node) {
        const own = field.columns.find(({ name }) => name === node.name);
        if (own === undefined) throw new CompilerBug(`field ${field.name} has no column '${node.name}'`);
        const column = columns.get(node.name) ?? g.input(node.name, own.type);
        columns.set(node.name, column);
        // The source may store it as bytes, say; in the program it has the type of the field's first node.
        return g.cast(column, node.type.dtype);
      },
      weight: weightless,
      read: weightless,
    });
    const value = values.get(field.value);
    if (value === undefined) throw new CompilerBug("a data field without a value");
    return g.cast(value, storedAs(field.type));
  };
  const drawField = ({ name, type, draw, span }: NoiseField): Value => {
    const g = d.g.withOrigin(name, span);
    const definition = findInitializer(draw.name);
    if (definition === undefined) throw new CompilerBug(`no initializer '${draw.name}'`);
    const step = program === "evaluate" ? g.constant(0, tensor("i32")) : g.param(stepSlot, tensor("i32"));
    const shape = tensor("f32", batchSize, ...type.shape);
    return definition.expand(g, extents(type.shape, 1), draw.options, (salt) =>
      g.random(
        shape,
        g.param(seedSlot, tensor("i32")),
        step,
        streamOf(`${training ? "train" : "evaluate"}/${name}`, salt),
      ),
    );
  };
  return new Map([
    ...fields.map((field) => [field.name, readField(field)] as const),
    ...noise.map((field) => [field.name, drawField(field)] as const),
  ]);
}
