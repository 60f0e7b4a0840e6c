// A model as advice looks at it: its calls, who reads each of them, and the natures of their operators.

import type { Span } from "../../base/span.ts";
import type { Finding } from "../../diagnostics/catalogue.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import type { ValueId } from "../../ir/graph.ts";
import type { OpDef } from "../../ops/definition.ts";
import { type Activation, activationIn } from "../../ops/ending.ts";
import { findOperator } from "../../ops/registry.ts";
import { argumentsOf, type CheckedModel, type ModelNode } from "../model.ts";
import type { ModelUnderWay } from "../state/building.ts";

/** Tells what is likely a mistake in a call. */
export type Rule = (call: Call, network: Network) => Finding | undefined;

export type Call = Extract<ModelNode, { kind: "call" }>;

export interface Network {
  readonly model: CheckedModel;
  readonly work: ModelUnderWay;
  /** The whole definition of the model. */
  readonly extent: Span;
  /** The node that reads each value, without those of masks; `several` if there are more. */
  readonly readers: readonly (ModelNode | "several" | undefined)[];
  readonly outputs: ReadonlySet<ValueId>;
}

export function networkOf(model: CheckedModel, work: ModelUnderWay, extent: Span): Network {
  const readers: (ModelNode | "several" | undefined)[] = model.nodes.map(() => undefined);
  for (const node of model.nodes)
    if (callOf(node) !== undefined || node.kind === "part")
      for (const id of argumentsOf(node)) readers[id] = readers[id] === undefined ? node : "several";
  return { model, work, extent, readers, outputs: new Set(model.outputs.map(({ value }) => value)) };
}

/** The node as a call that computes a result; one that computes a mask is none. */
export const callOf = (node: ModelNode | undefined): Call | undefined =>
  node?.kind === "call" && node.mask === undefined ? node : undefined;

export const natureOf = ({ op }: Call): OpDef["nature"] => findOperator(op)?.nature;

export const activationOf = ({ op, options }: Call): Activation | undefined => activationIn({ name: op, options });

/** Returns the only node that reads a result that is no output. */
export function onlyReader({ readers, outputs }: Network, id: ValueId): Call | undefined {
  const reader = readers[id];
  return reader === "several" || outputs.has(id) ? undefined : callOf(reader);
}

/** Returns the call that makes the first input of another one, if nothing else reads it, and none of these natures is between. */
export function onlyBefore(network: Network, call: Call, past: readonly OpDef["nature"][] = []): Call | undefined {
  for (let at = call; ; ) {
    const before = callOf(network.model.nodes[at.args[0] ?? -1]);
    if (before === undefined || onlyReader(network, before.id) !== at) return undefined;
    const nature = natureOf(before);
    if (nature === undefined || !past.includes(nature)) return before;
    at = before;
  }
}

/** Returns the fix that adds an option to a call that is written with parentheses. */
export function withOption({ text, span }: Call, option: string, sure: boolean): Fix | undefined {
  if (!text.endsWith(")") || text.endsWith("()")) return undefined;
  const end = { ...span, start: span.end - 1, end: span.end - 1 };
  return { title: `add ${option}`, sure, edits: [{ span: end, text: `, ${option}` }] };
}

export const isWithin = (inner: Span, outer: Span): boolean =>
  inner.file === outer.file && inner.start >= outer.start && inner.end <= outer.end;
