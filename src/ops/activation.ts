// Finds activations by name, and applies a layer's `activation` option.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { sameShape, type TensorType } from "../ir/types.ts";
import { callContext } from "./call.ts";
import { bad, type Checked, type ExpandCall, type InitializerUse, type OpDef, ok } from "./definition.ts";
import { functions } from "./functions.generated.ts";
import { maybeUse } from "./options.ts";

/** Returns the definition of an activation. The checker looks names up first, so an unknown name is a compiler bug. */
export function activationNamed(name: string): OpDef {
  const found = functions.find((definition) => definition.name === name || definition.aliases?.includes(name));
  if (found === undefined || found.activation !== true) throw new CompilerBug(`no activation '${name}'`);
  return found;
}

/** Returns the type after the function that an option names is applied. */
export function activatedType(type: TensorType, options: OptionRecord, option = "activation"): Checked<TensorType> {
  const wanted = maybeUse(options, option);
  if (wanted === undefined) return ok(type);
  const def = activationNamed(wanted.name);
  const made = def.shape([type], wanted.options, callContext(def, [type]));
  if (!("bad" in made) || made.bad.problem !== "option") return made;
  return bad({ ...made.bad, of: { name: def.name, option } });
}

/** Returns the type after it, which must be the same: that of a state, or of the gates of one. */
export function keptType(type: TensorType, options: OptionRecord, option: string): Checked<TensorType> {
  const made = activatedType(type, options, option);
  if ("bad" in made || sameShape(made.ok.shape, type.shape)) return made;
  const name = maybeUse(options, option)?.name ?? option;
  return bad({ problem: "option", option, message: `${name} makes another shape of a state` });
}

/** Applies a function that draws no random numbers, in inference as in training. */
export function applyActivation(g: Builder, x: Value, { name, options }: InitializerUse): Value {
  const def = activationNamed(name);
  const none = (): never => {
    throw new CompilerBug(`the activation '${name}' draws random numbers in a step`);
  };
  const { output } = def.expand(g, {
    ...{ inputs: [x], ...callContext(def, [x]), weights: {}, options, training: false, stream: 0 },
    get seed() {
      return none();
    },
    get step() {
      return none();
    },
  });
  return output;
}

/** Applies the option `activation` of `call` to `x`; returns `x` itself if the option is None. */
export function activate(g: Builder, x: Value, call: ExpandCall): Value {
  const wanted = maybeUse(call.options, "activation");
  if (wanted === undefined) return x;
  const def = activationNamed(wanted.name);
  const { output } = def.expand(g, {
    inputs: [x],
    ...callContext(def, [x]),
    weights: {},
    options: wanted.options,
    training: call.training,
    stream: call.stream,
    // Getters, because a read puts them into the graph.
    get seed() {
      return call.seed;
    },
    get step() {
      return call.step;
    },
  });
  return output;
}
