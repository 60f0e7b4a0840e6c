// Names of the file and of the registry, as values: constants are computed on first use, blocks and operators become
// layers.

import type { Span } from "../../base/span.ts";
import { findFunction, findLayer, namesOf } from "../../ops/registry.ts";
import type { Argument, Const, Declaration } from "../../syntax/ast.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import { suggestHabit } from "../say/suggest.ts";
import { newModel, newNaming } from "../state/building.ts";
import { type Env, kindWords, note, report, type Session } from "../state/environment.ts";
import { emptyScope, find, namesInScope } from "../state/scope.ts";
import { kindText, type Layer, unknown, type Value } from "../state/values.ts";

/** The layer a name stands for: a block of the file, or a layer or function of the registry. */
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
  if (def === undefined) return undefined;
  note(env.session, { kind: "reference", span, name, op: def.name, doc: def.summary });
  return { of: { kind: "op", def }, env, ...given };
}

/** A fact: the name at `span` is declared there. */
export function refer(
  session: Session,
  span: Span,
  name: string,
  declared: Exclude<Declaration, { kind: "import" | "train" }>,
): void {
  const doc = declared.doc === undefined ? {} : { doc: declared.doc };
  note(session, { kind: "reference", span, name, target: declared.name.span, ...doc });
}

/** The value of a name in an expression; NN005 or NN009 where it has none. */
export function valueOfName(env: Env, name: string, span: Span): Value {
  const local = find(env.scope, name);
  if (local !== undefined) {
    note(env.session, { kind: "reference", span, name, target: local.span });
    return local.value;
  }
  const declared = env.file.names.get(name);
  if (declared?.kind === "const") {
    refer(env.session, span, name, declared);
    return constant(env, declared);
  }
  const layer = layerNamed(env, name, span, { arguments: [], span, text: name });
  if (layer !== undefined) return { kind: "layer", layer };
  if (declared !== undefined) {
    report(env, {
      code: "NN009",
      span,
      what: "this place",
      expected: "a value or a layer",
      actual: `the ${kindWords[declared.kind]} '${name}'`,
    });
    return unknown;
  }
  undefinedName(env, name, span);
  return unknown;
}

/** NN002 where a layer seems meant, NN005 otherwise, with the nearest names. */
export function undefinedName(env: Env, name: string, span: Span, called = false): void {
  const own = [
    "true",
    "false",
    ...namesInScope(env.scope),
    ...[...env.file.names.values()].filter((d) => d.kind === "const").map((d) => d.name.text),
  ];
  const blocks = [...env.file.names.values()].filter((d) => d.kind === "block").map((d) => d.name.text);
  const operators = [...blocks, ...namesOf("layer"), ...namesOf("function")];
  const capital = /^[A-Z]/.test(name);
  const wanted = called || capital ? operators : [...own, ...operators];
  const near = suggestHabit(env.session, "layer", name, span, wanted);
  const [closest = ""] = near.nearest;
  const layerMeant =
    called || (capital ? !own.includes(closest) : near.fix !== undefined && operators.includes(closest));
  if (layerMeant) report(env, { code: "NN002", span, what: capital ? "layer or block" : "function", name, ...near });
  else report(env, { code: "NN005", span, name, ...near });
}

/** The value of a constant, `--set` first. */
export function constant(env: Pick<Env, "session">, declared: Const): Value {
  const { session } = env;
  if (session.circular.has(declared)) return unknown;
  const known = session.constants.get(declared);
  if (known !== undefined) return known;
  // Guards against a cycle through anything the search for cycles does not follow.
  session.constants.set(declared, unknown);
  const file = session.files.get(declared.name.span.file);
  if (file === undefined) return unknown;
  const expr = session.set.get(declared.name.text) ?? declared.value;
  const value = evaluate(expr, constantEnv(session, file));
  const result = isConstant(value) ? value : unknown;
  if (!isConstant(value))
    report(
      { session },
      {
        code: "NN009",
        span: expr.span,
        what: `the constant '${declared.name.text}'`,
        expected: "a value known while compiling",
        actual: kindText(value),
      },
    );
  session.constants.set(declared, result);
  return result;
}

/** Where constants, sources and options of trainings are evaluated: names of the file, no tensors. */
export function constantEnv(session: Session, file: Env["file"]): Env {
  return {
    session,
    file,
    model: newModel(),
    scope: emptyScope(),
    naming: newNaming(""),
    current: undefined,
    alone: false,
  };
}

const isConstant = (value: Value): boolean =>
  value.kind !== "tensor" && value.kind !== "tuple" && value.kind !== "record";
