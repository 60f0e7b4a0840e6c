// The rules of a learning rate that follows the results of epochs, which a schedule may have.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";

/** f32 scalars by name. */
export type RateState = Readonly<Record<string, Value>>;

export interface RateRules {
  /** The name of the result in reports, if it is given, and whether a higher one is better, if that does not go without saying. */
  monitor(options: OptionRecord): { readonly name: string | undefined; readonly higherIsBetter?: boolean };
  state(options: OptionRecord): readonly { readonly name: string; readonly initial: number }[];
  /** Returns the state after an epoch with this result: an f32 scalar, the lower the better. */
  observe(g: Builder, state: RateState, result: Value, options: OptionRecord): RateState;
}
