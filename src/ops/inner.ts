// A layer that is the value of another layer's option: its types, its weights under a name of their own, its primitives.
// The checker has resolved its options. Nothing here knows which layers take layers.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord, OptionValue } from "../ir/graph.ts";
import { streamOf } from "../ir/threefry.ts";
import type { TensorType } from "../ir/types.ts";
import { callContext } from "./call.ts";
import type { CallContext, Checked, ExpandCall, Expanded, OpDef, ShapeProblem, WeightDef } from "./definition.ts";
import { governed } from "./governed.ts";
import { isUse } from "./options.ts";

/** The inputs of an inner layer, and what each is for, if they are not simply its inputs in order. */
export interface InnerInputs<T> {
  readonly args: readonly T[];
  readonly names?: readonly string[];
}

/** A layer within a layer, with its options, and its name among the weights of the outer layer. */
export interface InnerLayer {
  readonly definition: OpDef;
  readonly options: OptionRecord;
  readonly name: string;
  shape(inputs: InnerInputs<TensorType>): Checked<TensorType>;
  /** The types of all its results, for inputs that `shape` accepts. */
  results(inputs: InnerInputs<TensorType>): readonly TensorType[];
  /** Its own weights by the names of its definition, among those of the layer around it. */
  own<T>(weights: Readonly<Record<string, T>>): Readonly<Record<string, T>>;
  /** Its weights: `dense/kernel`. */
  weights(inputs: InnerInputs<TensorType>): readonly WeightDef[];
  /** Its primitives, as part of the call of the outer layer. */
  expand(g: Builder, outer: ExpandCall, inputs: InnerInputs<Value>, own?: InnerUse): Expanded;
}

/** One of several uses of an inner layer. */
export interface InnerUse {
  /** Counts the uses: each draws random numbers of its own. */
  readonly use?: number;
  /** Weights of the outer layer that have other values by now. */
  readonly weights?: Readonly<Record<string, Value>>;
}

/** `BatchNormalization` as `batch_normalization`, as Keras names a layer that has no name. */
const snakeCase = (name: string): string =>
  name
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();

/** The problem of an inner layer as one of the layer that has it as its option: it says whose option is wrong. */
export const ofInner = (problem: ShapeProblem, { definition }: InnerLayer, option: string): ShapeProblem =>
  problem.problem === "option" ? { ...problem, of: problem.of ?? { name: definition.name, option } } : problem;

/** Returns the layers that an option holds, one or a list; equal names get a number, as those of layers do. */
export function innerLayers(value: OptionValue, call: Pick<CallContext<unknown>, "layer">): readonly InnerLayer[] {
  const uses: readonly OptionValue[] = Array.isArray(value) ? value : [value];
  const counts = new Map<string, number>();
  return uses.map((use) => {
    if (!isUse(use)) throw new CompilerBug("an option that is no layer");
    const wished = typeof use.options.name === "string" ? use.options.name : snakeCase(use.name);
    const count = counts.get(wished) ?? 0;
    counts.set(wished, count + 1);
    return innerLayer(call.layer(use.name), use.options, count === 0 ? wished : `${wished}_${count}`, call);
  });
}

/** Returns the only layer of an option; `name` replaces its own. */
export function onlyInner(value: OptionValue, call: Pick<CallContext<unknown>, "layer">, name?: string): InnerLayer {
  const [inner] = innerLayers(value, call);
  if (inner === undefined) throw new CompilerBug("an option without a layer");
  return name === undefined ? inner : innerLayer(inner.definition, inner.options, name, call);
}

function innerLayer(
  definition: OpDef,
  options: OptionRecord,
  name: string,
  { layer }: Pick<CallContext<unknown>, "layer">,
): InnerLayer {
  const context = <T>({ args, names }: InnerInputs<T>): CallContext<T> => callContext(definition, args, names, layer);
  const frozen = options.trainable === false;
  const own = (inputs: InnerInputs<TensorType>): readonly WeightDef[] =>
    governed(definition, definition.weights?.(inputs.args, options, context(inputs)) ?? [], options);
  return {
    definition,
    options,
    name,
    shape: (inputs) => definition.shape(inputs.args, options, context(inputs)),
    results(inputs) {
      const first = definition.shape(inputs.args, options, context(inputs));
      if ("bad" in first) throw new CompilerBug(`${definition.name} refuses inputs that its layer around has accepted`);
      return [first.ok, ...(definition.more?.(inputs.args, options, context(inputs)) ?? [])];
    },
    own: (weights) =>
      Object.fromEntries(
        Object.entries(weights).flatMap(([key, value]) =>
          key.startsWith(`${name}/`) ? [[key.slice(name.length + 1), value]] : [],
        ),
      ),
    weights: (inputs) =>
      own(inputs).map((weight) => ({
        ...weight,
        name: `${name}/${weight.name}`,
        ...(frozen ? { trainable: false } : {}),
      })),
    expand(g, outer, inputs, { use = 0, weights: changed = {} } = {}) {
      const types = { ...inputs, args: inputs.args.map(({ type }) => type) };
      const all = { ...outer.weights, ...changed };
      const weights = own(types).map((weight) => [weight.name, all[`${name}/${weight.name}`]] as const);
      const { state, ...results } = definition.expand(g, {
        ...context(inputs),
        inputs: inputs.args,
        weights: Object.fromEntries(weights.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
        options,
        training: outer.training && !(frozen && definition.frozenInfers === true),
        // Getters, because a read puts them into the graph.
        get seed() {
          return outer.seed;
        },
        get step() {
          return outer.step;
        },
        stream: streamOf(`${outer.stream}/${name}`, use),
      });
      const after = Object.entries(state ?? {}).map(([key, value]) => [`${name}/${key}`, value] as const);
      return after.length === 0 ? results : { ...results, state: Object.fromEntries(after) };
    },
  };
}
