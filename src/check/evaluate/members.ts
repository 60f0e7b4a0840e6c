// Evaluates `embed.embeddings`, the weight of a named layer as a value, and `heads.price`, an entry of a block's record.

import type { Advice } from "../../diagnostics/catalogue/advice.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import { quoted, type Whereabouts } from "../../diagnostics/catalogue/phrases.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { functionElsewhere } from "../../ops/elsewhereFunctions.ts";
import type { Expr } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import { maySuggest, suggest } from "../say/suggest.ts";
import { exprText } from "../say/words.ts";
import { addNode, weightPath } from "../state/building.ts";
import type { Env, Layer, Value } from "../state/environment.ts";
import { note } from "../state/facts.ts";
import { broken, open } from "../state/resolved.ts";
import { shown } from "../state/values.ts";
import { evaluate } from "./evaluate.ts";

type Member = Extract<Expr, { kind: "member" }>;

/** `call`: the call of the member, if there is one. */
export function evaluateMember(expr: Member, env: Env, call?: Extract<Expr, { kind: "call" }>): Value {
  const object = evaluate(expr.object, env);
  const { text: name, span } = expr.property;
  switch (object.kind) {
    case "open":
    case "broken":
      return object;
    case "record": {
      const entry = object.entries.get(name);
      if (entry === undefined) return missing(env, expr, [...object.entries.keys()], "record");
      note(env.session, { kind: "reference", span, name, declared: entry.span });
      return entry.value;
    }
    case "layer":
      return weightOf(expr, object.layer, env);
    case "tensor":
      return report(env, {
        code: "NN009",
        span: expr.object.span,
        what: quoted("."),
        expected: "owner",
        actual: "tensor",
        ...methodOf(expr, call),
      });
    case "int":
    case "float":
    case "bool":
    case "column":
    case "string":
    case "choice":
    case "size":
    case "list":
    case "tuple":
      return report(env, {
        code: "NN009",
        span: expr.object.span,
        what: quoted("."),
        expected: "owner",
        actual: shown(object),
      });
  }
}

/** What is said of `x.view(…)` and `x.shape`: the function that does the same. */
function methodOf(expr: Member, call: Extract<Expr, { kind: "call" }> | undefined): { advice: Advice; fix?: Fix } {
  const { text: name } = expr.property;
  if (name === "shape" || name === "size" || name === "ndim") return { advice: "namedSizes" };
  const given = (call?.arguments ?? []).map(({ name: option, value }) => ({
    ...(option === undefined ? {} : { name: option.text }),
    text: exprText(value),
  }));
  const same = functionElsewhere(name, exprText(expr.object), given);
  const span = call?.span ?? expr.span;
  return { advice: "noMethods", ...(same === undefined ? {} : { fix: write(span, same.text, same.sure) }) };
}

function missing(env: Env, expr: Member, names: readonly string[], where: Whereabouts): Value {
  const { text: name, span } = expr.property;
  return report(env, { code: "NN005", span, name, where, ...suggest(env.session, name, span, names, names) });
}

function weightOf(expr: Member, layer: Layer, env: Env): Value {
  const { path } = layer;
  if (path === undefined) {
    return report(env, {
      code: "NN009",
      span: expr.object.span,
      what: quoted("."),
      expected: "namedLayer",
      actual: "madeInPlace",
      advice: "nameLayer",
    });
  }
  // A block checked alone makes no weights; the checker checks its uses in full.
  if (env.alone) return open;
  const full = weightPath(path, expr.property.text);
  const weight = env.model.weights.get(full);
  if (weight === undefined) {
    const prefix = `${path}/`;
    if (!maySuggest(env.session)) return missing(env, expr, [], { kind: "layer", name: path });
    const names = [...env.model.weights.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
    if (names.length > 0) return missing(env, expr, names, { kind: "layer", name: path });
    if (env.model.errors.length > 0) return broken;
    return report(env, {
      code: "NN010",
      span: expr.span,
      owner: quoted(path),
      missing: "use",
    });
  }
  return addNode(
    env.model,
    { dtype: "f32", shape: weight.shape },
    expr.span,
    { kind: "weight", path: full },
    { kind: "f32" },
  );
}
