// NN216: a model that predicts what comes next, and sees it. The target is a column some places further on, and a layer looks at all
// places of the same column at once.

import { write } from "../../diagnostics/catalogue/fixes.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { findOperator } from "../../ops/registry.ts";
import type { DataField } from "../model.ts";
import { report } from "../say/report.ts";
import { sourcesOf } from "../say/trace.ts";
import type { Pairing } from "../training/pairing.ts";
import { type Call, callOf, withOption } from "./network.ts";

/** By how many places a field of a column of text is shifted. */
const shiftOf = ({ columns: [column] }: DataField): number => {
  const shift = column?.encoder?.options.shift;
  return typeof shift === "number" ? shift : 0;
};

/** The value that a layer mixes along its steps, if it looks at later ones too. */
function mixedBy(call: Call): number | undefined {
  const options = findOperator(call.op)?.options ?? {};
  if (options.use_causal_mask !== undefined)
    return call.options.use_causal_mask === true || call.given?.includes("attention_mask") === true
      ? undefined
      : (call.args[1] ?? call.args[0]);
  if (options.backward_layer !== undefined || call.options.go_backwards === true) return call.args[0];
  const { padding, kernel_size: window } = call.options;
  const mayWait = options.padding?.type.kind === "choice" && options.padding.type.values.includes("causal");
  const isWide = Array.isArray(window) ? window.some((size) => size !== 1) : window !== 1;
  return mayWait && padding === "same" && isWide ? call.args[0] : undefined;
}

function fixOf(call: Call, { entry }: Pairing): Fix | undefined {
  if (findOperator(call.op)?.options.use_causal_mask !== undefined)
    return withOption(call, "use_causal_mask: true", true);
  const place = entry.work.words.get(call.id)?.get("padding");
  return place === undefined ? undefined : write(place, "causal", true);
}

/** Reports NN216 for the first layer through which a model sees its target. */
export function adviseLeaks(pairing: Pairing): void {
  const { entry, dataset, env } = pairing;
  const { model, work } = entry;
  for (const target of dataset.fields.filter((field) => field.role === "target" && shiftOf(field) > 0)) {
    const column = target.columns[0]?.from[0];
    const output = model.outputs.find(({ name }) => name === target.name) ?? model.outputs[0];
    const same = dataset.fields.find(
      (field) => field.role === "input" && shiftOf(field) === 0 && field.columns[0]?.from[0] === column,
    );
    const input = model.inputs.find(({ name }) => name === same?.name);
    if (output === undefined || input === undefined || output.type.shape.length < 2) continue;
    const reached = sourcesOf(work, [output.value]);
    for (const node of model.nodes) {
      const call = callOf(node);
      const mixed = call === undefined ? undefined : mixedBy(call);
      if (call === undefined || mixed === undefined || !reached.has(call.id)) continue;
      if (!sourcesOf(work, [mixed]).has(input.value)) continue;
      const fix = fixOf(call, pairing);
      const fields = { layer: call.text, input: input.name, target: target.name, declared: target.span };
      report(env, { code: "NN216", span: call.span, ...fields, ...(fix === undefined ? {} : { fix }) });
      break;
    }
  }
}
