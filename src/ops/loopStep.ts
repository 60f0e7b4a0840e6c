// The step of a loop: a layer made in place, or a block as a template. Loops see both alike.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionValue } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import { bad, type CallContext, type Checked, type ExpandCall, ok, type WeightDef } from "./definition.ts";
import { ofInner, onlyInner } from "./inner.ts";
import { expandTemplate, isTemplate, templateOf, templateWeights } from "./template.ts";

export interface LoopStep {
  /** The types of its results for inputs of these types. */
  results(types: readonly TensorType[]): Checked<readonly TensorType[]>;
  weights(types: readonly TensorType[]): readonly WeightDef[];
  /** Its primitives as part of the call of a loop, with the weights by their names, and the new values of weights. */
  expand(
    g: Builder,
    outer: ExpandCall,
    inputs: readonly Value[],
    weights: Readonly<Record<string, Value>>,
  ): { readonly results: readonly Value[]; readonly state: Readonly<Record<string, Value>> };
}

/** Returns the step that an option holds. */
export function loopStep(value: OptionValue, call: Pick<CallContext<unknown>, "layer">): LoopStep {
  if (isTemplate(value)) {
    const template = templateOf(value);
    return {
      results: () => ok(template.results.map(({ type }) => type)),
      weights: () => templateWeights(template),
      expand: (g, outer, inputs, weights) => expandTemplate(g, outer, template, inputs, weights),
    };
  }
  const inner = onlyInner(value, call);
  return {
    results(types) {
      const first = inner.shape({ args: types });
      return "bad" in first ? bad(ofInner(first.bad, inner, "f")) : ok(inner.results({ args: types }));
    },
    weights: (types) => inner.weights({ args: types }),
    expand(g, outer, args, weights) {
      const { output, more = [], state = {} } = inner.expand(g, outer, { args }, { weights });
      return { results: [output, ...more], state };
    },
  };
}
