// Says which tensors of a call are for which input of its operator.

import { CompilerBug } from "../base/compilerBug.ts";
import type { CallContext, InputDef, OpDef } from "./definition.ts";

/** The inputs that arguments in order can be for: one that takes several tensors takes all that are left. */
export function inputsInOrder(inputs: readonly InputDef[]): readonly InputDef[] {
  const several = inputs.findIndex((input) => input.several === true);
  return several < 0 ? inputs : inputs.slice(0, several + 1);
}

/** Returns the name of the input that each of `count` arguments in order is for. */
export function inputNames({ inputs }: Pick<OpDef, "inputs">, count: number): readonly string[] {
  const open = inputsInOrder(inputs);
  return Array.from({ length: count }, (_, i) => open[Math.min(i, open.length - 1)]?.name ?? "");
}

/**
 * Returns the view of a call that rules get. `names` says what each argument is for, if they are not simply in order;
 * `find` looks up the layers that options hold.
 */
export function callContext<T>(
  definition: Pick<OpDef, "inputs">,
  args: readonly T[],
  names: readonly string[] = inputNames(definition, args.length),
  find: (name: string) => OpDef | undefined = () => undefined,
): CallContext<T> {
  return {
    given: (input) => args.filter((_, i) => names[i] === input),
    layer(name) {
      const found = find(name);
      if (found === undefined) throw new CompilerBug(`no layer '${name}' for an option`);
      return found;
    },
  };
}
