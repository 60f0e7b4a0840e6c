// Advice on how a model ends and the loss and metrics that judge it: NN201, NN202, NN204, NN208, NN213 to NN215, NN220
// to NN226; NN318.

import type { Span } from "../../base/span.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import type { Bounds, LossDef } from "../../ops/definition.ts";
import { type Activation, answersOf, endingIn, usualActivations } from "../../ops/ending.ts";
import { findLoss, findMetric, findOperator, usualLoss, usualMetric } from "../../ops/registry.ts";
import type { CheckedModel, CheckedTraining, DataField, MetricUse, ModelNode, TrainStep } from "../model.ts";
import { report } from "../say/report.ts";
import { innerShape } from "../say/words.ts";
import type { Pairing } from "../training/pairing.ts";
import { activationOf, type Call, callOf, isWithin, natureOf, withOption } from "./network.ts";
import { type Scale, scaleOf } from "./scales.ts";

/** A loss by its name, the last layer of the output that it judges, and the target. */
interface Judgement {
  readonly loss: Extract<ModelNode, { kind: "loss" }>;
  readonly def: LossDef;
  readonly output: CheckedModel["outputs"][number];
  readonly last: Call;
  readonly activation: Activation | undefined;
  readonly target: DataField | undefined;
  readonly scale: Scale | undefined;
  readonly pairing: Pairing;
}

/** Reports what is likely a mistake in the ends of a model. */
export function adviseHeads(steps: readonly TrainStep[], pairing: Pairing): void {
  const { entry, dataset, env } = pairing;
  for (const { nodes } of steps.flatMap(({ terms }) => terms))
    for (const loss of nodes) {
      if (loss.kind !== "loss") continue;
      const [given, prediction] = [nodes[loss.args[0]], nodes[loss.args[1]]];
      const output =
        prediction?.kind === "output" ? entry.model.outputs.find(({ name }) => name === prediction.name) : undefined;
      const last = output === undefined ? undefined : lastLayer(entry.model, output.value);
      const def = findLoss(loss.loss);
      if (output === undefined || last === undefined || def === undefined) continue;
      const target = given?.kind === "input" ? dataset.fields.find(({ name }) => name === given.name) : undefined;
      const scale = target === undefined ? undefined : scaleOf(target, dataset, env);
      judge({ loss, def, output, last, activation: activationOf(last), target, scale, pairing });
    }
}

/** Reports NN215 for metrics of classes beside losses of numbers. */
export function adviseMetrics(metrics: readonly MetricUse[], steps: readonly TrainStep[], pairing: Pairing): void {
  const { entry, dataset, env } = pairing;
  for (const { name, span, output, target: field, options } of metrics) {
    const def = findMetric(name);
    const made = entry.model.outputs.find((one) => one.name === output);
    const last = made === undefined ? undefined : lastLayer(entry.model, made.value);
    const target = dataset.fields.find((one) => one.name === field);
    const size = made?.type.shape.at(-1);
    if (typeof options.k === "number" && typeof size === "number" && options.k >= size && size > 1)
      report(env, { code: "NN224", span, metric: name, most: options.k, classes: size });
    if (def === undefined || last === undefined || target?.type.element.kind !== "f32") continue;
    const counts = def.fits === "anything" || def.fits === "classes";
    if (!counts || formOf(last) !== undefined || natureOf(last) === undefined) continue;
    const losses = lossesOf(output, steps);
    if (losses.length === 0 || !losses.every(({ wants, takesScores }) => wants === "anything" && takesScores !== true))
      continue;
    const better = usualMetric("numbers")?.name;
    const fields = { metric: name, model: entry.model.name, layer: last.text, made: last.span, target: target.name };
    const fix = better === undefined || last.type.shape.length > 2 ? undefined : write(span, better, false);
    report(env, { code: "NN215", span, ...fields, declared: target.span, ...listed(fix) });
  }
}

/** Reports NN225 for the only loss of a training, if it counts for nothing or is turned round, and for classes without weights. */
export function adviseSigns(
  { steps, weighting }: Pick<CheckedTraining, "steps" | "weighting">,
  { env }: Pairing,
  place: Span,
): void {
  const [term, ...more] = steps.flatMap(({ terms }) => terms);
  // Of several losses or steps, one may well work against another.
  if (term !== undefined && more.length === 0) {
    const { nodes, value, weight, span } = term;
    const root = nodes[value];
    const turned =
      root?.kind === "call" && findOperator(root.op)?.prefix === "-" ? nodes[root.args[0] ?? -1] : undefined;
    const loss = root?.kind === "loss" ? root : turned?.kind === "loss" ? turned : undefined;
    const how = weight === 0 ? "zero" : weight < 0 || turned?.kind === "loss" ? "turned" : undefined;
    if (loss !== undefined && how !== undefined) report(env, { code: "NN225", span, how, loss: loss.text });
  }
  if (weighting?.kind === "classes" && weighting.weights.every((weight) => weight === 0))
    report(env, { code: "NN225", span: place, how: "classes", loss: "" });
}

/** Returns the losses by their names that judge an output. */
const lossesOf = (output: string, steps: readonly TrainStep[]): readonly LossDef[] =>
  steps.flatMap(({ terms }) =>
    terms.flatMap(({ nodes }) =>
      nodes.flatMap((node) => {
        const prediction = node.kind === "loss" ? nodes[node.args[1]] : undefined;
        const isOwn = prediction?.kind === "output" && prediction.name === output;
        return node.kind === "loss" && isOwn ? (findLoss(node.loss) ?? []) : [];
      }),
    ),
  );

/** Returns the call that makes a value, before those that only arrange it. */
function lastLayer({ nodes }: CheckedModel, id: number): Call | undefined {
  let call = callOf(nodes[id]);
  while (call !== undefined && natureOf(call) === "passes") call = callOf(nodes[call.args[0] ?? -1]);
  return call;
}

const formOf = ({ op, options, type }: Call) => endingIn({ name: op, options }, type.shape.length)?.form;

function judge(judgement: Judgement): void {
  if (singleNumber(judgement)) return;
  const { loss, pairing } = judgement;
  if (isFlat(judgement)) report(pairing.env, { code: "NN225", span: loss.span, how: "flat", loss: loss.text });
  smoothedAway(judgement);
  normalisedEnd(judgement);
  if (!targetOutside(judgement) && !endCutOff(judgement)) judgeEnd(judgement);
}

/** Reports NN318 for a batch normalisation right before the loss, or before the last activation. */
function normalisedEnd({ def, loss, last, activation, pairing: { entry, env } }: Judgement): void {
  const isActivation = activation?.def.predicts !== undefined && last.weights.length === 0;
  const before = isActivation ? callOf(entry.model.nodes[last.args[0] ?? -1]) : last;
  if (before === undefined || natureOf(before) !== "normalises" || before.frozen === true) return;
  if (findOperator(before.op)?.frozenInfers !== true || before.args.length !== 1) return;
  const made = callOf(entry.model.nodes[before.args[0] ?? -1]);
  const judges = def.wants === "classes" || def.wants === "binary" || def.wants === "anything";
  if (made !== undefined && natureOf(made) === "weighs" && judges)
    report(env, { code: "NN318", span: before.span, layer: before.text, loss: loss.text, made: made.span });
}

/** Options so far from the usual that a loss hardly depends on what it judges. */
const isFlat = ({ def, loss: { options } }: Judgement): boolean => {
  const { delta, gamma, alpha } = options;
  if (typeof delta === "number" && delta < 1e-4) return true;
  // That of other losses is a scale.
  const usual = def.options.gamma?.default;
  if (typeof usual !== "number" || usual > 5) return false;
  return typeof gamma === "number" && (gamma >= 20 || (typeof alpha === "number" && alpha === 0));
};

function judgeEnd(judgement: Judgement): void {
  const { def, loss, last } = judgement;
  const form = formOf(last);
  const takesLogits = def.logitsOption !== undefined && loss.options[def.logitsOption] === true;
  const comparesShares =
    (def.wants === "classes" && def.takesScores !== true) || def.wants === "binary" || def.wants === "probabilities";
  if (def.takesLogarithms === true && noLogarithms(judgement)) return;
  if (takesLogits) {
    if (form !== undefined) appliedTwice(judgement, form);
  } else if (comparesShares) {
    if (form === undefined) noProbabilities(judgement);
    else if (answersOf(form) === "binary" && def.wants === "classes") otherKind(judgement, form, "classes");
    else if (
      answersOf(form) === "classes" &&
      def.wants === "binary" &&
      def.logitsOption !== undefined &&
      innerShape(last.type).at(-1) !== 1
    )
      otherKind(judgement, form, "binary");
  } else if (def.wants === "anything") {
    if (answersOf(form) === "classes" && innerShape(last.type).at(-1) !== 1) squaredClasses(judgement);
    else outOfReach(judgement);
  }
}

const endsOf = ({ loss, last, pairing }: Judgement) => ({
  span: loss.span,
  loss: loss.text,
  model: pairing.entry.model.name,
  layer: last.text,
  made: last.span,
});

/** Returns the fix that lets the last layer end in another activation. */
function ended({ last, activation, pairing: { entry } }: Judgement, name: string, sure: boolean): Fix | undefined {
  const { work, declared } = entry;
  // A line of a block is not only the end of this model.
  const certain = sure && isWithin(last.span, declared.span);
  if (activation === undefined)
    return last.options.activation === undefined && "activation" in last.options
      ? withOption(last, `activation: ${name}`, certain)
      : undefined;
  if (activation.option === undefined)
    return last.text === activation.def.name ? write(last.span, name, certain) : undefined;
  const place = work.words.get(last.id)?.get(activation.option);
  return place === undefined ? undefined : write(place, name, certain);
}

const listed = (...fixes: readonly (Fix | undefined)[]): { readonly fixes: readonly Fix[] } => ({
  fixes: fixes.flatMap((fix) => fix ?? []),
});

function appliedTwice(judgement: Judgement, form: string): void {
  const { loss, def, pairing } = judgement;
  const isAlone = loss.text === `${def.name}(${def.logitsOption}: true)`;
  const fix = isAlone ? write(loss.span, def.name, true) : undefined;
  report(pairing.env, { code: "NN201", ...endsOf(judgement), activation: form, ...listed(fix) });
}

/** Whether the last layer makes numbers add up to 1 along another axis than that of the classes. */
function isAcross({ loss, last, activation, output }: Judgement): boolean {
  const { axis = -1 } = loss.options;
  const rank = output.type.shape.length + 1;
  if (activation === undefined || axis !== -1 || activation.options.axis === undefined) return false;
  if (
    activation.def.predicts?.({ ...activation.options, axis: activation.def.options.axis?.default ?? -1 }, rank) ===
    undefined
  )
    return false;
  return formOf(last) === undefined && !String(activation.options.axis).includes(",");
}

function noProbabilities(judgement: Judgement): void {
  const { loss, def, last, activation, pairing } = judgement;
  const nature = natureOf(last);
  if (activation === undefined && nature !== "weighs" && nature !== "normalises") return;
  const range = activation?.def.range?.(activation.options);
  if (def.wants === "classes" && isAcross(judgement)) {
    const fields = { activation: activation?.def.name ?? "", size: String(judgement.output.type.shape.at(-1)) };
    report(pairing.env, { code: "NN226", ...endsOf(judgement), ...fields });
    return;
  }
  // A loss of classes divides them by their sum.
  const isPositive = range !== undefined && range[0] > 0 && def.wants === "classes";
  if (isPositive || (range !== undefined && range[0] >= 0 && range[1] <= 1)) return;
  const name = def.wants === "binary" ? usualActivations.binary : usualActivations.classes;
  const logits =
    activation === undefined && def.logitsOption !== undefined && loss.text === def.name
      ? write(loss.span, `${def.name}(${def.logitsOption}: true)`, false)
      : undefined;
  report(pairing.env, {
    code: "NN202",
    ...endsOf(judgement),
    range,
    activation: name,
    ...listed(ended(judgement, name, true), logits),
  });
}

/** Reports NN223 for an end that may be below 0, where the loss takes its logarithm. */
function noLogarithms(judgement: Judgement): boolean {
  const { last, activation, pairing } = judgement;
  if (activation === undefined && natureOf(last) !== "weighs" && natureOf(last) !== "normalises") return false;
  const range = activation?.def.range?.(activation.options);
  if (range === undefined ? activation !== undefined : range[0] >= 0) return false;
  const fix = ended(judgement, usualActivations.positive, true);
  report(pairing.env, {
    code: "NN223",
    ...endsOf(judgement),
    range,
    activation: usualActivations.positive,
    ...listed(fix),
  });
  return true;
}

function otherKind(judgement: Judgement, activation: string, wants: "classes" | "binary"): void {
  const fix = ended(judgement, usualActivations[wants], wants === "classes");
  report(judgement.pairing.env, { code: "NN204", ...endsOf(judgement), activation, wants, ...listed(fix) });
}

function squaredClasses(judgement: Judgement): void {
  const { loss, def, scale, pairing } = judgement;
  const better = usualLoss("classes")?.name;
  const areShares = scale !== undefined && scale.bounds !== "centred" && scale.bounds[0] >= 0 && scale.bounds[1] <= 1;
  const fix =
    better === undefined || loss.text.startsWith(`${def.name}(`) ? undefined : write(loss.span, better, areShares);
  report(pairing.env, { code: "NN213", ...endsOf(judgement), better, ...listed(fix) });
}

/** Whether numbers of a target lie outside of those that a model yields, by more than rounding. */
function isOutside(given: Scale["bounds"], [low, high]: Bounds): boolean {
  if (given === "centred") return low >= 0;
  const margin = (given[1] - given[0]) / 50;
  return given[0] < low - margin || given[1] > high + margin;
}

function outOfReach(judgement: Judgement): void {
  const { activation, target, scale, pairing } = judgement;
  const range = activation?.def.range?.(activation.options);
  if (target === undefined || scale === undefined || range === undefined || !isOutside(scale.bounds, range)) return;
  const fields = { target: target.name, declared: target.span, range, given: scale.bounds };
  report(pairing.env, {
    code: "NN208",
    ...endsOf(judgement),
    ...fields,
    ...listed(ended(judgement, usualActivations.numbers, true)),
  });
}

/** Reports NN214 for a target with numbers that the loss is not defined for. */
function targetOutside({ loss, def, last, activation, target, scale, pairing }: Judgement): boolean {
  if (target === undefined || scale === undefined || def.targets === undefined) return false;
  const { range, exceptZero } = def.targets;
  const { bounds } = scale;
  const meetsZero = bounds === "centred" || (bounds[0] <= 0 && bounds[1] >= 0);
  if (!(range !== undefined && isOutside(bounds, range)) && !(exceptZero === true && meetsZero)) return false;
  const usual = usualLoss("numbers")?.name;
  const isPlain = activation === undefined && natureOf(last) === "weighs";
  const fix = usual === undefined || !isPlain ? undefined : write(loss.span, usual, false);
  report(pairing.env, {
    code: "NN214",
    span: loss.span,
    loss: loss.text,
    takes: range ?? "notZero",
    target: target.name,
    declared: target.span,
    given: bounds,
    ...listed(fix),
  });
  return true;
}

/** Reports NN221 for a loss that compares the numbers of a row, where the model yields a single one. */
function singleNumber(judgement: Judgement): boolean {
  const { loss, def, last, output, target, scale, pairing } = judgement;
  const { axis = -1 } = loss.options;
  if (def.comparesRows !== true || target?.type.element.kind !== "f32" || axis !== -1) return false;
  const { shape } = output.type;
  if (shape.at(-1) !== 1) return false;
  const form = formOf(last);
  // NN203 says that such a softmax is always 1.
  if (answersOf(form) === "classes") return true;
  const isYes = answersOf(form) === "binary";
  const better = usualLoss(isYes ? "binary" : "numbers")?.name;
  const isSure = scale !== undefined && isOutside(scale.bounds, [0, 1]) !== isYes;
  const fix = better === undefined ? undefined : write(loss.span, better, isSure);
  report(pairing.env, { code: "NN221", ...endsOf(judgement), ...listed(fix) });
  return true;
}

/** From this share on, labels say little. */
const mostSmoothed = 0.5;

/** Reports NN222 for labels of which smoothing leaves little. */
function smoothedAway({ loss, def, output, pairing }: Judgement): void {
  const { label_smoothing: share } = loss.options;
  if (typeof share !== "number" || share < mostSmoothed) return;
  const size = def.wants === "binary" ? 2 : output.type.shape.at(-1);
  const classes = typeof size === "number" ? size : undefined;
  report(pairing.env, { code: "NN222", span: loss.span, share, ...(classes === undefined ? {} : { classes }) });
}

/** An end that keeps logits this near to 0, or on one side of it, holds back what the loss can be told. */
const farLogits = 8;

/** Reports NN220 for an activation that holds back some of the numbers that a loss of logits or scores takes. */
function endCutOff(judgement: Judgement): boolean {
  const { loss, def, last, activation, pairing } = judgement;
  const takesLogits = def.logitsOption !== undefined && loss.options[def.logitsOption] === true;
  const takesSigns = def.takesScores === true && def.wants === "anything";
  const range = activation?.def.range?.(activation.options);
  if (range === undefined || !(takesSigns || (takesLogits && formOf(last) === undefined))) return false;
  const [low, high] = range;
  const isCut = takesSigns ? low >= 0 : low > -farLogits && (high === Infinity ? low >= 0 : high < farLogits);
  if (!isCut) return false;
  const fixes = listed(ended(judgement, usualActivations.numbers, true));
  report(pairing.env, {
    code: "NN220",
    ...endsOf(judgement),
    takes: takesSigns ? "scores" : "logits",
    range,
    ...fixes,
  });
  return true;
}
