import type { Value } from "../../ir/builder.ts";
import { multiplySizes } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { lettersOf, pairwise } from "../lettered.ts";
import { withInner } from "../moving.ts";
import { accepted, innerShape } from "../shape.ts";

/** Both with as many axes: the one with fewer gets ones in front. */
function leveled(types: readonly TensorType[]): readonly TensorType[] {
  const rank = Math.max(...types.map((type) => innerShape(type).length));
  return types.map((type) => {
    const inner = innerShape(type);
    return withInner(type, [...Array.from({ length: rank - inner.length }, () => 1), ...inner]);
  });
}

const part = pairwise((a) => {
  const rank = innerShape(a).length;
  const [own, other] = [lettersOf("a", rank), lettersOf("b", rank)];
  return ok({ operands: [own, other], output: own.flatMap((letter, i) => [letter, other[i] ?? ""]) });
});

function blockType(inputs: readonly TensorType[]): Checked<TensorType> {
  const [a, b] = leveled(inputs);
  if (a === undefined || b === undefined || inputs.length !== 2)
    return bad({ problem: "inputs", expected: "two", actual: inputs.length });
  const pairs = part.shape([a, b], {});
  if ("bad" in pairs) return pairs;
  return ok(
    withInner(
      pairs.ok,
      innerShape(a).map((size, i) => multiplySizes(size, innerShape(b)[i] ?? 1)),
    ),
  );
}

export const kron = defineFunction({
  ...part,
  name: "kron",
  summary: "The Kronecker product: each element of a times the whole of b, as blocks.",
  output: "[rows of a * rows of b, ...]",
  options: {},
  positional: [],
  shape: (inputs) => blockType(inputs),
  expand(g, call) {
    const types = leveled(call.inputs.map(({ type }) => type));
    const inputs = call.inputs.map((x, i): Value => g.reshape(x, types[i]?.shape ?? []));
    const { shape } = accepted(blockType(call.inputs.map((x) => x.type)));
    return { output: g.reshape(part.expand(g, { ...call, inputs }).output, shape) };
  },
  examples: [{ nn: "kron()", type: "f32[2, 3], f32[2] -> f32[2, 6]" }],
  source: "https://keras.io/api/ops/numpy/#kron-function",
});
