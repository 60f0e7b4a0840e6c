// The values of constants.

import type { Const } from "../../syntax/ast.ts";
import { evaluate } from "../evaluate/index.ts";
import { report } from "../say/report.ts";
import { newModel, newNaming } from "../state/building.ts";
import type { Env, Session, Value } from "../state/environment.ts";
import { broken } from "../state/resolved.ts";
import { emptyScope } from "../state/scope.ts";
import { shown } from "../state/values.ts";

/** Returns the value of a constant, `--set` first. Those that it needs have theirs. */
export function constantValue(session: Session, declared: Const): Value {
  const file = session.files.get(declared.name.span.file);
  if (session.circular.has(declared) || file === undefined) return broken;
  const expr = session.set.get(declared.name.text) ?? declared.value;
  const value = evaluate(expr, constantEnv(session, file));
  if (value.kind !== "tensor" && value.kind !== "tuple" && value.kind !== "record") return value;
  return report(
    { session },
    {
      code: "NN009",
      span: expr.span,
      what: { kind: "constant", name: declared.name.text },
      expected: "constant",
      actual: shown(value),
    },
  );
}

/** Returns the environment of constants, sources and options of trainings: names of the file, no tensors. */
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
