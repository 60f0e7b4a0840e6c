// Advice on the layers of a model: NN203, NN301 to NN307, NN310 to NN312, NN314 and NN315. A line of a block is in a model once for each use; it
// gets advice only if that holds for all of them.

import { write } from "../../diagnostics/catalogue/fixes.ts";
import type { Finding } from "../../diagnostics/catalogue.ts";
import type { OpDef } from "../../ops/definition.ts";
import { answersOf, usualActivations } from "../../ops/ending.ts";
import { maybeNumber, maybeUse } from "../../ops/options.ts";
import { defaultInitializer, findInitializer, findOperator } from "../../ops/registry.ts";
import { report } from "../say/report.ts";
import { innerShape, shapeText } from "../say/words.ts";
import type { Env } from "../state/environment.ts";
import { alwaysSame, manySigmoids, noiseAtEnd, noWeights, singleStep, steepBelow } from "./effects.ts";
import {
  activationOf,
  type Call,
  callOf,
  isWithin,
  type Network,
  natureOf,
  onlyBefore,
  onlyReader,
  type Rule,
  withOption,
} from "./network.ts";

const fixOf = <T>(fix: T | undefined): { readonly fix?: T } => (fix === undefined ? {} : { fix });

const lastSize = (call: Call): unknown => innerShape(call.type).at(-1);
const sizesOf = (call: Call, option: string): readonly number[] => {
  const value = call.options[option];
  return Array.isArray(value) && value.every((size) => typeof size === "number") ? (value as readonly number[]) : [];
};

const oneUnit: Rule = (call, { work }) => {
  const activation = activationOf(call);
  if (
    activation === undefined ||
    answersOf(activation?.def.predicts?.(activation.options, call.type.shape.length)) !== "classes"
  )
    return undefined;
  if (lastSize(call) !== 1) return undefined;
  const place = activation.option === undefined ? undefined : work.words.get(call.id)?.get(activation.option);
  const fix = place === undefined ? undefined : write(place, usualActivations.binary, false);
  const fields = { layer: call.text, activation: activation.def.name };
  return { code: "NN203", span: place ?? call.span, ...fields, ...fixOf(fix) };
};

const linear = (call: Call): boolean => natureOf(call) === "weighs" && activationOf(call) === undefined;

const linearTwice: Rule = (call, network) => {
  if (natureOf(call) !== "weighs") return undefined;
  const own = onlyBefore(network, call, ["drops"]);
  // Rows of places, flattened, go into one sum.
  const isFlat = own !== undefined && natureOf(own) === "passes" && findOperator(call.op)?.alongLastAxis === true;
  const before = isFlat ? onlyBefore(network, call, ["drops", "passes"]) : own;
  if (before === undefined || !linear(before) || before.frozen === true) return undefined;
  if (before.op !== call.op && !(isFlat && before.options.filters !== undefined)) return undefined;
  const windows = [sizesOf(before, "kernel_size"), sizesOf(call, "kernel_size")] as const;
  const isWide = windows[0].some((size) => size > 1);
  const groups = [before, call].map(({ options }) => maybeNumber(options, "groups") ?? 1);
  // Windows of two sizes may be for what each can see, and groups are mixed by the next layer.
  if (before.op === call.op ? String(windows[0]) !== String(windows[1]) || groups[0] !== groups[1] : groups[0] !== 1)
    return undefined;
  const source = network.model.nodes[before.args[0] ?? -1];
  const [given, made, wanted] = [source && innerShape(source.type).at(-1), lastSize(before), lastSize(call)];
  if (typeof given !== "number" || typeof made !== "number" || typeof wanted !== "number") return undefined;
  // A narrow layer between wide ones may be a bottleneck: that is less than one linear layer.
  if (!isWide && made < Math.min(given, wanted)) return undefined;
  const fix = before.options.activation === undefined ? withOption(before, "activation: relu", false) : undefined;
  return { code: "NN301", span: call.span, layer: call.text, before: before.text, first: before.span, ...fixOf(fix) };
};

const plainName = (name: string): string => name.replaceAll("_", "").toLowerCase();

const activationTwice: Rule = (call, network) => {
  const second = activationOf(call);
  // An option of a layer with weights applies to what the weights make.
  if (second === undefined || call.weights.length > 0) return undefined;
  const before = onlyBefore(network, call, ["passes"]);
  const first = before === undefined ? undefined : activationOf(before);
  if (before === undefined || first === undefined) return undefined;
  const [own, other] = [second.def.name, first.def.name];
  const bounded = second.def.predicts !== undefined && first.def.range?.(first.options) !== undefined;
  const same = plainName(own) === plainName(other);
  if (!same && !bounded) return undefined;
  const place = first.option === undefined ? undefined : network.work.words.get(before.id)?.get(first.option);
  const fix = place === undefined ? undefined : write(place, usualActivations.numbers, isWithin(place, network.extent));
  const fields = { layer: call.text, before: before.text, first: before.span, other };
  return { code: "NN302", span: call.span, how: same ? "same" : "bounded", ...fields, ...fixOf(fix) };
};

const isBatchNormalization = ({ op }: Call): boolean => {
  const def = findOperator(op);
  return def?.nature === "normalises" && def.frozenInfers === true;
};

const hiddenSoftmax: Rule = (call, network) => {
  const activation = activationOf(call);
  if (answersOf(activation?.def.predicts?.(activation.options, call.type.shape.length)) !== "classes") return undefined;
  let next = onlyReader(network, call.id);
  while (next !== undefined && natureOf(next) === "drops") next = onlyReader(network, next.id);
  if (
    activation === undefined ||
    next === undefined ||
    natureOf(next) !== "weighs" ||
    next.op !== call.op ||
    lastSize(call) === 1
  )
    return undefined;
  const place = activation.option === undefined ? undefined : network.work.words.get(call.id)?.get(activation.option);
  const fix = place === undefined ? undefined : write(place, usualActivations.hidden, false);
  const fields = { layer: call.text, activation: activation.def.name, next: next.text, reader: next.span };
  return { code: "NN312", span: place ?? call.span, ...fields, ...fixOf(fix) };
};

const biasBefore: Rule = (call, network) => {
  if (!isBatchNormalization(call) || call.options.center !== true || call.options.axis !== -1) return undefined;
  const before = onlyBefore(network, call);
  if (before === undefined || !linear(before) || before.options.use_bias !== true) return undefined;
  // Of a normalisation of the result there is more to say.
  const next = onlyReader(network, call.id);
  const isActivation =
    next !== undefined && next.weights.length === 0 && activationOf(next)?.def.predicts !== undefined;
  if (network.outputs.has(call.id) || (isActivation && network.outputs.has(next.id))) return undefined;
  const place = network.work.words.get(before.id)?.get("use_bias");
  const fix = place === undefined ? withOption(before, "use_bias: false", true) : write(place, "false", true);
  return { code: "NN303", span: call.span, layer: call.text, before: before.text, first: before.span, ...fixOf(fix) };
};

const dropoutBefore: Rule = (call, network) => {
  if (!isBatchNormalization(call)) return undefined;
  const before = onlyBefore(network, call);
  if (before === undefined || natureOf(before) !== "drops") return undefined;
  return { code: "NN304", span: call.span, layer: call.text, before: before.text, first: before.span };
};

/** From this share on, more is left out than anyone means. */
const mostDropped = 0.8;

const dropout: Rule = (call, network) => {
  if (natureOf(call) !== "drops") return undefined;
  const { model, outputs, work } = network;
  const rate = maybeNumber(call.options, "rate") ?? 0;
  if (rate === 0) return undefined;
  const next = onlyReader(network, call.id);
  const activation = next === undefined ? undefined : activationOf(next);
  const onOutput =
    outputs.has(call.id) ||
    (next !== undefined && next.weights.length === 0 && activation?.def.predicts !== undefined && outputs.has(next.id));
  // A model that is nothing but dropout is one to try it out.
  if (onOutput && model.weights.length > 0)
    return { code: "NN305", span: call.span, how: "output", layer: call.text, model: model.name };
  if (rate < mostDropped) return undefined;
  const place = work.literals.get(call.id)?.get("rate");
  const fix = place === undefined ? undefined : write(place, String(Number((1 - rate).toPrecision(6))), false);
  return { code: "NN305", span: place ?? call.span, how: "rate", layer: call.text, rate, ...fixOf(fix) };
};

const evenWeights: Rule = (call, network) => {
  if (natureOf(call) !== "weighs" || call.frozen === true) return undefined;
  const kernel = call.weights
    .map((path) => network.work.weights.get(path))
    .find((weight) => (weight?.shape.length ?? 0) > 1);
  const initializer = kernel === undefined ? undefined : findInitializer(kernel.initializer.name);
  const units = kernel?.shape.at(-1) ?? 1;
  if (kernel?.trainable !== true || initializer?.isEven !== true || units === 1) return undefined;
  for (let at = onlyReader(network, call.id); at !== undefined; at = onlyReader(network, at.id)) {
    if (natureOf(at) === "weighs") {
      const place = network.work.words.get(call.id)?.get("kernel_initializer");
      const usual = defaultInitializer()?.name;
      const fix = place === undefined || usual === undefined ? undefined : write(place, usual, true);
      return {
        code: "NN306",
        span: place ?? call.span,
        layer: call.text,
        initializer: initializer.name,
        ...fixOf(fix),
      };
    }
    if (natureOf(at) === undefined && (at.weights.length > 0 || activationOf(at) === undefined)) return undefined;
  }
  return undefined;
};

const unsuited: Rule = (call) => {
  if (natureOf(call) !== "weighs") return undefined;
  const activation = activationOf(call);
  const suits = activation?.def.suits;
  const initializer = maybeUse(call.options, "kernel_initializer")?.name;
  if (activation === undefined || suits === undefined || initializer === undefined || suits.includes(initializer))
    return undefined;
  return { code: "NN307", span: call.span, layer: call.text, activation: activation.def.name, initializer, suits };
};

const singlePlace: Rule = (call, { model }) => {
  const sizes = [...sizesOf(call, "kernel_size"), ...sizesOf(call, "pool_size")];
  const input = model.nodes[call.args[0] ?? -1];
  if (input === undefined || sizes.length === 0 || sizes.every((size) => size === 1)) return undefined;
  const places = (shape: readonly unknown[]): boolean => shape.slice(0, sizes.length).every((size) => size === 1);
  const shape = innerShape(input.type);
  if (shape.length !== sizes.length + 1 || !places(shape) || !places(innerShape(call.type))) return undefined;
  const fields = { layer: call.text, input: shapeText(shape), window: sizes.join("x") };
  return { code: "NN310", how: "window", span: call.span, ...fields };
};

const wrongMomentum: Rule = (call, { work }) => {
  const momentum = maybeNumber(call.options, "momentum");
  if (!isBatchNormalization(call) || momentum === undefined || (momentum >= 0.5 && momentum < 1)) return undefined;
  const place = work.literals.get(call.id)?.get("momentum");
  const meant = momentum === 1 ? "0.99" : String(Number((1 - momentum).toPrecision(6)));
  const fix = place === undefined ? undefined : write(place, meant, true);
  return { code: "NN311", span: place ?? call.span, layer: call.text, momentum, ...fixOf(fix) };
};

/** So many times the size of its inputs is far from any usual start of a layer, and so large a number from one of an embedding. */
const largestStart = { sum: 10, row: 3 } as const;

const largeStart: Rule = (call, { work }) => {
  const def = findOperator(call.op);
  for (const path of call.frozen === true ? [] : call.weights) {
    const weight = work.weights.get(path);
    const isRow = def?.rows !== undefined;
    if (weight?.trainable !== true || weight.shape.length < 2 || !(isRow || weight.name.endsWith("kernel"))) continue;
    const shape = weight.shape.map(Number);
    // A depthwise window adds up its places, and no channels.
    const apart = isRow ? shape.length : def?.options.depth_multiplier === undefined ? 1 : 2;
    const axes = weight.fans?.input_axes.map((axis) => shape.at(axis) ?? 1) ?? shape.slice(0, -apart);
    const inputs = axes.reduce((all, size) => all * size, 1);
    const { name, options } = weight.initializer;
    const size = findInitializer(name)?.size?.(options, shape) ?? 0;
    if (!(size * Math.sqrt(inputs) >= (isRow ? largestStart.row : largestStart.sum))) continue;
    return { code: "NN314", span: call.span, layer: call.text, initializer: name, size, inputs };
  }
  return undefined;
};

const innerDropout: Rule = (call, { work }) => {
  for (const option of ["dropout", "recurrent_dropout", "dropout_rate"]) {
    const rate = call.options[option];
    if (typeof rate !== "number" || rate < mostDropped) continue;
    const place = work.literals.get(call.id)?.get(option);
    const fix = place === undefined ? undefined : write(place, String(Number((1 - rate).toPrecision(6))), false);
    return { code: "NN305", span: place ?? call.span, how: "rate", layer: call.text, rate, ...fixOf(fix) };
  }
  return undefined;
};

/** The rules by the nature of the layers that they are for; the last ones are for all. */
const rules: ReadonlyMap<OpDef["nature"], readonly Rule[]> = new Map([
  [
    "weighs",
    [
      oneUnit,
      linearTwice,
      evenWeights,
      unsuited,
      singlePlace,
      hiddenSoftmax,
      largeStart,
      innerDropout,
      manySigmoids,
      noWeights,
    ],
  ],
  ["normalises", [biasBefore, dropoutBefore, wrongMomentum, alwaysSame]],
  ["drops", [dropout]],
  ["passes", []],
  [
    undefined,
    [oneUnit, activationTwice, singlePlace, largeStart, innerDropout, alwaysSame, noiseAtEnd, singleStep, steepBelow],
  ],
]);

const placeOf = ({ span }: Pick<Call, "span">): string => `${span.start} ${span.end} ${span.file}`;

/** Reports what is likely a mistake in the layers of a model without errors. */
export function adviseLayers(network: Network, env: Env): void {
  const calls = network.model.nodes.flatMap((node) => callOf(node) ?? []);
  const found = new Map<string, { readonly finding: Finding; readonly place: string; count: number }>();
  for (const call of calls)
    for (const [number, rule] of (rules.get(natureOf(call)) ?? []).entries()) {
      const finding = rule(call, network);
      if (finding === undefined) continue;
      const place = placeOf(call);
      const before = found.get(`${number} ${place}`);
      if (before === undefined) found.set(`${number} ${place}`, { finding, place, count: 1 });
      else before.count++;
    }
  if (found.size === 0) return;
  const uses = new Map<string, number>();
  for (const call of calls) uses.set(placeOf(call), (uses.get(placeOf(call)) ?? 0) + 1);
  for (const { finding, place, count } of found.values()) if (count === uses.get(place)) report(env, finding);
}
