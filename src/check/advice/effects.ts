// Advice on what layers do to numbers: NN310 for a single step, NN315 for results that are always the same, NN316 and NN317 for
// activations, NN305 for noise on the result.

import { write } from "../../diagnostics/catalogue/fixes.ts";
import { answersOf } from "../../ops/ending.ts";
import { findOperator } from "../../ops/registry.ts";
import { innerShape } from "../say/words.ts";
import { activationOf, callOf, natureOf, onlyBefore, onlyReader, type Rule } from "./network.ts";

/** A layer that takes the mean of one number off it, a value less itself, an activation with one result. */
export const alwaysSame: Rule = (call, network) => {
  const { model } = network;
  const def = findOperator(call.op);
  const [first, second] = call.args;
  const shape = innerShape(model.nodes[first ?? -1]?.type ?? call.type);
  const found = (because: "centred" | "itself" | "range" | "zero", value?: number) =>
    ({ code: "NN315", span: call.span, layer: call.text, because, value: value ?? 0 }) as const;
  if (natureOf(call) === "normalises") {
    const takesMean =
      call.options.center !== undefined && def?.frozenInfers !== true && def?.options.groups === undefined;
    const isLast = String(call.options.axis) === "-1";
    return takesMean && isLast && shape.at(-1) === 1 && shape.length > 0 ? found("centred") : undefined;
  }
  if (def?.infix === "-" || def?.infix === "*") {
    // `0 * x` makes zeros of a shape; weights have no use for these.
    const next = onlyReader(network, call.id);
    if (next === undefined || natureOf(next) !== "weighs") return undefined;
    if (def.infix === "-") return second !== undefined && first === second ? found("itself") : undefined;
    const isZero = call.args.some((id) => {
      const node = model.nodes[id];
      return node?.kind === "number" && node.value === 0;
    });
    return isZero ? found("zero") : undefined;
  }
  const range = def?.range?.(call.options);
  return range !== undefined && range[0] === range[1] ? found("range", range[0]) : undefined;
};

/** From this length on, weights count for something. */
const shortest = 1e-3;

/** A constraint that leaves next to nothing of the weights. */
export const noWeights: Rule = (call, { work }) => {
  if (call.frozen === true) return undefined;
  for (const path of call.weights) {
    const weight = work.weights.get(path);
    const most = weight?.constraint?.options.max_value;
    if (weight?.trainable !== true || weight.shape.length < 2 || typeof most !== "number" || most >= shortest) continue;
    return { code: "NN315", span: call.span, layer: call.text, because: "constraint", value: most };
  }
  return undefined;
};

/** A recurrent layer or attention over a sequence of one. */
export const singleStep: Rule = (call, { model }) => {
  const options = findOperator(call.op)?.options ?? {};
  const isRecurrent = options.return_sequences !== undefined && call.args.length === 1;
  const isAttention = options.use_causal_mask !== undefined;
  if (!isRecurrent && !isAttention) return undefined;
  const input = model.nodes[(isAttention ? (call.args[1] ?? call.args[0]) : call.args[0]) ?? -1];
  const shape = input === undefined ? [] : innerShape(input.type);
  if (shape.length < 2 || shape[0] !== 1) return undefined;
  const how = isAttention ? "attends" : "steps";
  return { code: "NN310", span: call.span, how, layer: call.text };
};

/** So many sigmoids behind each other leave nothing of a gradient. */
const mostSigmoids = 4;

export const manySigmoids: Rule = (call, network) => {
  if (onlyReader(network, call.id) === undefined) return undefined;
  let count = 0;
  let first = call;
  for (let at: typeof call | undefined = call; at !== undefined; at = onlyBefore(network, at, ["drops", "passes"])) {
    const activation = natureOf(at) === "weighs" ? activationOf(at) : undefined;
    if (activation === undefined || answersOf(activation.def.predicts?.(activation.options, 2)) !== "binary") break;
    first = at;
    // One more than that has been told of already.
    if (++count > mostSigmoids) break;
  }
  return count === mostSigmoids
    ? { code: "NN316", span: call.span, layer: call.text, count, first: first.span }
    : undefined;
};

/** An activation whose slope below 0 is as large as the one above. */
export const steepBelow: Rule = (call, { work }) => {
  const slope = call.options.negative_slope;
  if (typeof slope !== "number" || slope < 1) return undefined;
  const place = work.literals.get(call.id)?.get("negative_slope");
  const fix = place === undefined ? {} : { fix: write(place, "0.1", false) };
  return { code: "NN317", span: place ?? call.span, layer: call.text, slope, ...fix };
};

/** A layer without weights that changes the result by chance while training. */
export const noiseAtEnd: Rule = (call, { model, outputs }) => {
  const def = findOperator(call.op);
  const isNoise = def?.trainingDiffers === true && call.weights.length === 0 && natureOf(call) === undefined;
  // A model that is nothing but noise is one to try it out.
  if (!isNoise || !outputs.has(call.id) || model.weights.length === 0 || callOf(call) === undefined) return undefined;
  const text = { layer: call.text, model: model.name };
  return { code: "NN305", span: call.span, how: "noise", ...text };
};
