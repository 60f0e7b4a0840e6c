// The shared part of error rates: all edits of the set over all tokens of its targets.

import type { Builder, Value } from "../ir/builder.ts";
import { editDistance } from "./alignment.ts";
import { decodedPair, tokenOptions, weightedSum } from "./decoded.ts";
import type { MetricCall } from "./definition.ts";
import { divideNoNan } from "./elementwise.ts";
import { stateOf } from "./metric.ts";

type State = Readonly<Record<string, Value>>;

/** All of an error rate but its name and words. */
export const errorRate = {
  options: tokenOptions,
  positional: [],
  state: () => [
    { name: "edits", shape: [] },
    { name: "tokens", shape: [] },
  ],
  update(g: Builder, call: MetricCall): State {
    const { predicted, wanted } = decodedPair(g, call);
    return {
      edits: g.add(stateOf(call.state, "edits"), weightedSum(g, call, editDistance(g, predicted, wanted))),
      tokens: g.add(stateOf(call.state, "tokens"), weightedSum(g, call, wanted.length)),
    };
  },
  result: (g: Builder, state: State): Value => divideNoNan(g, stateOf(state, "edits"), stateOf(state, "tokens")),
  higherIsBetter: false,
  fits: "sequences",
} as const;
