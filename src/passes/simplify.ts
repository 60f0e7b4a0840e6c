// Rewrites graphs by named rules until none applies. This file runs the rules; the folder simplify/ holds them.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Module, Prim, PrimGraph, PrimKind, PrimNode, ValueId } from "../ir/graph.ts";
import { movingBuilder, type Place } from "../ir/graphBuilder.ts";
import { sameType } from "../ir/types.ts";
import type { Pass } from "./pass.ts";
import { everywhere, newValue, rebuild, type Target } from "./rebuild.ts";
import { movementRules } from "./simplify/movement.ts";
import { reductionRules } from "./simplify/reductions.ts";
import type { Candidate, Rule, RuleContext } from "./simplify/rule.ts";
import { scalarRules } from "./simplify/scalars.ts";

export const simplifications: readonly Rule[] = [...scalarRules, ...movementRules, ...reductionRules];

/** Adds the node to `target`, or what the rules make of it. The nodes that a rule builds go the same way. */
function simplifierFor(
  rules: ReadonlyMap<PrimKind, readonly Rule[]>,
  target: Target,
): (node: Omit<PrimNode, "id">) => ValueId {
  let place: Place = { origin: "" };
  const definition = (id: ValueId): PrimNode => target.definition(id);
  const context: RuleContext = {
    g: movingBuilder(
      (made) => emit(made),
      () => place,
    ),
    definition,
    value: (id) => newValue(target, id),
    splat(id) {
      const source = definition(id);
      return source.kind === "const" && typeof source.value === "number" ? source.value : undefined;
    },
  };
  const emit = (node: Omit<PrimNode, "id">): ValueId => {
    const candidate = node as Candidate & PrimNode;
    for (const rule of rules.get(candidate.kind) ?? []) {
      place = candidate;
      const instead = rule.apply(candidate, context);
      if (instead === undefined) continue;
      if (!sameType(instead.type, candidate.type)) throw new CompilerBug(`the rule '${rule.name}' changes a type`);
      return instead.id;
    }
    return target.emit(node);
  };
  return emit;
}

/** Applies rules to each node before it is added, and to the nodes that a rule builds. */
function simplifyWith(rules: readonly Rule[], graph: PrimGraph): PrimGraph {
  const ofKind = new Map<PrimKind, Rule[]>();
  for (const one of rules) {
    const known = ofKind.get(one.kind);
    if (known === undefined) ofKind.set(one.kind, [one]);
    else known.push(one);
  }
  let simplifier: ((node: Omit<PrimNode, "id">) => ValueId) | undefined;
  const emit = (node: Omit<PrimNode, "id">, target: Target): ValueId => {
    simplifier ??= simplifierFor(ofKind, target);
    return simplifier(node);
  };
  return rebuild(graph, (node, { copy }) => copy(node), { emit });
}

/** The pass with the given rules: a test can run one alone. */
export const simplifyBy = (rules: readonly Rule[]): Pass<Module<Prim>, Module<Prim>> => ({
  name: "simplify",
  doc: "Applies named rewrite rules: constants, identities, chains of movements, reductions of copies.",
  run: (module) => ({
    slots: module.slots,
    programs: module.programs.map(everywhere((graph) => simplifyWith(rules, graph))),
  }),
});

export const simplify = simplifyBy(simplifications);
