// NN313: penalties on weights and results that outweigh the loss.

import type { InitializerUse } from "../../ops/definition.ts";
import { findLoss, findRegularizer } from "../../ops/registry.ts";
import type { TrainStep } from "../model.ts";
import { report } from "../say/report.ts";
import type { Pairing } from "../training/pairing.ts";
import { callOf } from "./network.ts";
import { scaleOf, sizeOf } from "./scales.ts";

/** A loss of plain numbers is as large as its targets, which may be any. */
const numbersFactor = 5;

/** Returns how much larger than those of probabilities the losses of a training may be. */
function losses(steps: readonly TrainStep[], { dataset, env }: Pairing): number {
  const each = steps
    .flatMap(({ terms }) => terms)
    .flatMap(({ nodes }) =>
      nodes.flatMap((node) => {
        if (node.kind !== "loss") return [];
        const def = findLoss(node.loss);
        if (def === undefined || def.wants !== "anything") return [1];
        const given = nodes[node.args[0]];
        const target = given?.kind === "input" ? dataset.fields.find(({ name }) => name === given.name) : undefined;
        const bounds = target === undefined ? undefined : scaleOf(target, dataset, env)?.bounds;
        return [numbersFactor * (bounds === undefined || bounds === "centred" ? 1 : Math.max(1, sizeOf(bounds)))];
      }),
    );
  return Math.max(1, ...each);
}

/** Returns the factor of a penalty that outweighs losses up to this size. */
function drowning({ name, options }: InitializerUse, most: number): number | undefined {
  for (const [option, limit] of Object.entries(findRegularizer(name)?.drowns ?? {})) {
    const factor = options[option];
    if (typeof factor === "number" && factor >= limit * most) return factor;
  }
  return undefined;
}

/** Reports NN313 for each layer with a penalty that outweighs the loss. */
export function advisePenalties(steps: readonly TrainStep[], pairing: Pairing): void {
  const { model } = pairing.entry;
  // The loss is what a formula makes of it.
  if (steps.some(({ terms }) => terms.some(({ nodes }) => !nodes.some(({ kind }) => kind === "loss")))) return;
  const trained = new Set(steps.flatMap(({ groups }) => groups.flatMap(({ weights }) => weights)));
  const regularizers = new Map(
    model.weights.flatMap(({ path, regularizer }) =>
      regularizer !== undefined && trained.has(path) ? [[path, regularizer] as const] : [],
    ),
  );
  const most = losses(steps, pairing);
  for (const node of model.nodes) {
    const call = callOf(node);
    if (call === undefined) continue;
    const own = call.weights.flatMap((path) => regularizers.get(path) ?? []);
    const large = [...own, ...(call.penalties ?? [])].flatMap((penalty) => {
      const factor = drowning(penalty, most);
      return factor === undefined ? [] : [{ penalty: penalty.name, factor }];
    });
    const [first] = large;
    if (first !== undefined) report(pairing.env, { code: "NN313", span: call.span, layer: call.text, ...first });
  }
}
