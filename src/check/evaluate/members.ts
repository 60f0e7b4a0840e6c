// Evaluates `embed.embeddings`, the weight of a named layer as a value, and `heads.price`, an entry of a block's record.

import type { Advice } from "../../diagnostics/catalogue/advice.ts";
import { write } from "../../diagnostics/catalogue/fixes.ts";
import { quoted, type Whereabouts } from "../../diagnostics/catalogue/phrases.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import { functionElsewhere } from "../../ops/elsewhereFunctions.ts";
import type { Expr } from "../../syntax/ast.ts";
import { report } from "../say/report.ts";
import { maySuggest, suggest } from "../say/suggest.ts";
import { exprText, innerShape } from "../say/words.ts";
import { addNode, weightPath } from "../state/building.ts";
import type { Env, Layer, Value } from "../state/environment.ts";
import { note } from "../state/facts.ts";
import { broken, open } from "../state/resolved.ts";
import type { Tensor } from "../state/tensor.ts";
import { shown } from "../state/values.ts";
import { foreignMember } from "./elsewhere.ts";
import { evaluate } from "./evaluate.ts";

type Member = Extract<Expr, { kind: "member" }>;
type Around = Extract<Expr, { kind: "call" | "index" }>;

/** `around`: the call of the member or the brackets after it, if there are any. */
export function evaluateMember(expr: Member, env: Env, around?: Around): Value {
  const foreign = foreignMember(expr, env);
  if (foreign !== undefined) return foreign;
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
        ...methodOf(expr, object, around),
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
function methodOf(expr: Member, tensor: Tensor, around: Around | undefined): { advice: Advice; fix?: Fix } {
  const { text: name } = expr.property;
  if (name === "shape" || name === "size" || name === "ndim") {
    const size = around === undefined ? undefined : sizeAt(tensor, around);
    // Where PyTorch has the channels, this has the height.
    const isSure = name === "shape" || tensor.type.shape.length < 4;
    const fix = size === undefined || around === undefined ? undefined : write(around.span, String(size), isSure);
    return { advice: "namedSizes", ...(fix === undefined ? {} : { fix }) };
  }
  const call = around?.kind === "call" ? around : undefined;
  const given = (call?.arguments ?? []).map(({ name: option, value }) => ({
    ...(option === undefined ? {} : { name: option.text }),
    text: exprText(value),
  }));
  const same = functionElsewhere(name, exprText(expr.object), given);
  const span = call?.span ?? expr.span;
  return { advice: "noMethods", ...(same === undefined ? {} : { fix: write(span, same.text, same.sure) }) };
}

/** Returns the size of `x.shape[1]` or `x.size(1)`, whose axis 0 is the batch. */
function sizeAt(tensor: Tensor, around: Around): number | undefined {
  const [first, more] = around.kind === "call" ? around.arguments.map(({ value }) => value) : placesIn(around);
  const negative = first?.kind === "unary" && first.operator === "-";
  const place = negative ? first.operand : first;
  if (more !== undefined || place?.kind !== "number" || place.value === 0) return undefined;
  const size = innerShape(tensor.type).at(negative ? -place.value : place.value - 1);
  return typeof size === "number" ? size : undefined;
}

const placesIn = ({ subscripts }: Extract<Expr, { kind: "index" }>): readonly Expr[] =>
  subscripts.flatMap((one) => (one.form === "at" ? [one.value] : []));

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
