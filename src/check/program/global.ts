// Names of the file and of the registry as values: constants already have theirs, blocks and operators become layers.

import type { Span } from "../../base/span.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import { findEncoder, findFunction, findLayer, namesOf } from "../../ops/registry.ts";
import type { Argument, Declaration } from "../../syntax/ast.ts";
import { nearest } from "../say/nearest.ts";
import { isPlanned } from "../say/planned.ts";
import { report } from "../say/report.ts";
import { maySuggest, suggest, suggestHabit, unsure } from "../say/suggest.ts";
import type { Env, Layer, Session, Value } from "../state/environment.ts";
import { note } from "../state/facts.ts";
import { broken, type Unresolved } from "../state/resolved.ts";
import { find, namesInScope } from "../state/scope.ts";

/** Returns the layer that a name names: a block of the file, or a layer or function of the registry. */
export function layerNamed(
  env: Env,
  name: string,
  span: Span,
  given: { readonly arguments: readonly Argument[]; readonly span: Span; readonly text: string },
): Layer | undefined {
  const declared = env.file.names.get(name);
  if (declared?.kind === "block") {
    refer(env.session, span, name, declared);
    return { of: { kind: "block", block: declared }, env, ...given };
  }
  if (declared !== undefined) return undefined;
  const def = findLayer(name) ?? findFunction(name);
  if (def !== undefined) {
    note(env.session, { kind: "reference", span, name, op: def.name, doc: def.summary });
    return { of: { kind: "op", def }, env, ...given };
  }
  const encoder = findEncoder(name);
  if (encoder === undefined) return undefined;
  note(env.session, { kind: "reference", span, name, op: encoder.name, doc: encoder.summary });
  return { of: { kind: "encoder", def: encoder }, env, ...given };
}

/** Records as a fact that the name at `span` is declared there. */
export function refer(
  session: Session,
  span: Span,
  name: string,
  declared: Exclude<Declaration, { kind: "import" | "train" }>,
): void {
  const doc = declared.doc === undefined ? {} : { doc: declared.doc };
  note(session, { kind: "reference", span, name, declared: declared.name.span, ...doc });
}

/** Returns the value of a name in an expression; reports NN005 or NN009 if it has none. */
export function valueOfName(env: Env, name: string, span: Span): Value {
  const local = find(env.scope, name);
  if (local !== undefined) {
    note(env.session, { kind: "reference", span, name, declared: local.span });
    return local.value;
  }
  const declared = env.file.names.get(name);
  if (declared?.kind === "const") {
    refer(env.session, span, name, declared);
    return atHome(env.session.constants.get(declared) ?? broken, env.session);
  }
  const layer = layerNamed(env, name, span, { arguments: [], span, text: name });
  if (layer !== undefined) return { kind: "layer", layer };
  if (declared !== undefined) {
    return report(env, {
      code: "NN009",
      span,
      what: "place",
      expected: "valueOrLayer",
      actual: { kind: "definition", of: declared.kind, name },
    });
  }
  return undefinedName(env, name, span);
}

/** Returns the value of a constant as of this session: a layer in it may come from an earlier one. */
function atHome(value: Value, session: Session): Value {
  if (value.kind === "list" || value.kind === "tuple")
    return { ...value, items: value.items.map((item) => atHome(item, session)) };
  if (value.kind !== "layer") return value;
  const { layer } = value;
  const own = (env: Env): Env => ({ ...env, session, file: session.files.get(env.file.path) ?? env.file });
  const use = layer.use === undefined ? {} : { use: { ...layer.use, env: own(layer.use.env) } };
  return { kind: "layer", layer: { ...layer, env: own(layer.env), ...use } };
}

/** Whether the place is in a value of `--set`. */
const isSetting = ({ set }: Session, { file }: Span): boolean =>
  [...set.values()].some(({ span }) => span.file === file);

/** Names of what flows through a network, in other libraries. */
const current: ReadonlySet<string> = new Set(["x", "inputs", "out", "output", "h", "net", "hidden"]);

/**
 * Reports NN002 if the user seems to mean a layer, NN005 otherwise, with the nearest names. `takes`: for a call, whether
 * something of another name takes its options.
 */
export function undefinedName(env: Env, name: string, span: Span, takes?: (name: string) => boolean): Unresolved {
  const called = takes !== undefined;
  const capital = /^[A-Z]/.test(name);
  if (!maySuggest(env.session))
    return called || capital
      ? report(env, { code: "NN002", span, what: capital ? "layerOrBlock" : "function", name, nearest: [] })
      : report(env, { code: "NN005", span, name, nearest: [] });
  const own = [
    "true",
    "false",
    ...namesInScope(env.scope),
    ...[...env.file.names.values()].filter((d) => d.kind === "const").map((d) => d.name.text),
  ];
  if (isSetting(env.session, span) && !called && !capital) {
    // Nothing else says that a function is meant, and no edit reaches the command line.
    const { nearest: names } = suggest(env.session, name, span, own);
    return report(env, { code: "NN005", span, name, nearest: names, setting: true });
  }
  const blocks = [...env.file.names.values()].filter((d) => d.kind === "block").map((d) => d.name.text);
  const operators = [...blocks, ...namesOf("layer"), ...namesOf("function")];
  const wanted = called || capital ? operators : [...own, ...operators];
  const plannedTier = (["layer", "function"] as const).find((tier) => isPlanned(tier, name, wanted));
  // A misspelt name of the file is likelier than one of Keras, except in a call.
  if (plannedTier !== undefined && (called || capital || nearest(name, own).names.length === 0))
    return report(env, { code: "NN002", span, what: plannedTier, name, planned: true, nearest: [] });
  const found = suggestHabit(env.session, "layer", name, span, wanted);
  const near = takes === undefined || takes(found.nearest[0] ?? "") ? found : unsure(found);
  const [closest = ""] = near.nearest;
  const layerMeant =
    called || (capital ? !own.includes(closest) : near.fix !== undefined && operators.includes(closest));
  if (near.nearest.length === 0 && !called) {
    // Constants have such names elsewhere, and no layer here.
    if (/^[A-Z][A-Z0-9_]+$/.test(name))
      return report(env, { code: "NN005", span, name, nearest: [], departure: near.departure ?? "namedNumbers" });
    if (current.has(name) && near.departure === undefined && env.current?.kind === "tensor")
      return report(env, { code: "NN005", span, name, ...near, fix: write(span, "_", name === "x") });
  }
  return layerMeant
    ? report(env, { code: "NN002", span, what: capital ? "layerOrBlock" : "function", name, ...near })
    : report(env, { code: "NN005", span, name, ...near });
}
