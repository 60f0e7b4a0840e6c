// Sums of products of values whose axes have letters: an axis with the letter of another runs along with it, and letters
// that the result lacks add up. The batch has a letter of its own, which nobody writes.

import { CompilerBug } from "../base/compilerBug.ts";
import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { type Size, sameSize } from "../ir/size.ts";
import { type TensorType, tensor } from "../ir/types.ts";
import { bad, type Checked, type ExpandCall, ok } from "./definition.ts";
import { diagonalOf } from "./diagonals.ts";
import { counted, countedValue } from "./elementwise.ts";
import { andThen, dtypeProblem, isBatched } from "./shape.ts";

const SAMPLES = "sample";

type Letters = readonly string[];

/** Letters for the axes of one sample of each value, and for those of the result. */
export interface Lettering {
  readonly operands: readonly Letters[];
  readonly output: Letters;
}

interface Product extends Lettering {
  readonly sizes: ReadonlyMap<string, Size>;
}

/** Adds the letter of the samples, and finds the size of each letter. */
function productOf(types: readonly TensorType[], { operands, output }: Lettering): Checked<Product> {
  const all = operands.map((letters, i) => {
    const type = types[i];
    return type !== undefined && isBatched(type) ? [SAMPLES, ...letters] : letters;
  });
  const sizes = new Map<string, Size>();
  for (const [input, letters] of all.entries())
    for (const [axis, letter] of letters.entries()) {
      const actual = types[input]?.shape[axis] ?? 1;
      const expected = sizes.get(letter) ?? actual;
      if (!sameSize(expected, actual)) {
        const why = "the other axis that runs along with it";
        return bad({ problem: "size", input, axis, expected, actual, why });
      }
      sizes.set(letter, expected);
    }
  return ok({ operands: all, output: types.some(isBatched) ? [SAMPLES, ...output] : output, sizes });
}

/** Leaves each letter on one axis, and adds up the letters that nothing else needs. */
function tidied(
  g: Builder,
  x: Value,
  letters: Letters,
  needed: ReadonlySet<string>,
): { value: Value; letters: Letters } {
  const [first, second] = letters.flatMap((letter, i) => {
    const before = letters.indexOf(letter);
    return before < i ? [[before, i] as const] : [];
  })[0] ?? [undefined, undefined];
  if (first !== undefined && second !== undefined) {
    const letter = letters[first] ?? "";
    const line = diagonalOf(g, x, first, second, 0, Number(x.type.shape[first]));
    const rest = letters.filter((_, i) => i !== first && i !== second);
    return tidied(g, line, [...rest, letter], needed);
  }
  const gone = letters.flatMap((letter, i) => (needed.has(letter) ? [] : [i]));
  return { value: g.sum(x, gone), letters: letters.filter((letter) => needed.has(letter)) };
}

/** One product of two values; letters that `output` lacks add up. */
function multiplied(g: Builder, a: Value, left: Letters, b: Value, right: Letters, output: Letters): Value {
  const sizes = new Map([
    ...left.map((letter, i) => [letter, a.type.shape[i] ?? 1] as const),
    ...right.map((letter, i) => [letter, b.type.shape[i] ?? 1] as const),
  ]);
  const letters = [...output, ...[...sizes.keys()].filter((letter) => !output.includes(letter))];
  const access = (of: Letters) => of.map((letter) => ({ offset: 0, strides: { [`i${letters.indexOf(letter)}`]: 1 } }));
  return g.contract({
    loops: letters.map((letter, i) => ({ name: `i${i}`, extent: sizes.get(letter) ?? 1 })),
    shape: output.map((letter) => sizes.get(letter) ?? 1),
    out: access(output),
    lhs: a,
    left: access(left),
    rhs: b,
    right: access(right),
  });
}

/** Multiplies all values from the left, two at a time. */
function summedProduct(g: Builder, values: readonly Value[], { operands, output }: Product): Value {
  const neededAfter = (place: number): ReadonlySet<string> =>
    new Set([...output, ...operands.filter((_, i) => i > place).flat()]);
  const parts = values.map((value, i) => {
    const others = operands.filter((_, other) => other !== i).flat();
    return tidied(g, value, operands[i] ?? [], new Set([...output, ...others]));
  });
  const [first, ...rest] = parts;
  if (first === undefined) throw new CompilerBug("a product of nothing");
  let { value, letters } = first;
  for (const [i, part] of rest.entries()) {
    const needed = neededAfter(i + 1);
    const kept = [...new Set([...letters, ...part.letters])].filter((letter) => needed.has(letter));
    const last = i === rest.length - 1;
    const to = last ? output : kept;
    value = multiplied(g, value, letters, part.value, part.letters, to);
    letters = to;
  }
  return g.transpose(
    value,
    output.map((letter) => letters.indexOf(letter)),
  );
}

type Letter = (types: readonly TensorType[], options: OptionRecord) => Checked<Lettering>;

/** The type of a sum of products. */
export const productType = (
  inputs: readonly TensorType[],
  letter: Letter,
  options: OptionRecord,
): Checked<TensorType> => {
  const types = inputs.map(counted);
  const type = dtypeProblem(types, ["f32"]);
  if (type !== undefined) return bad(type);
  return andThen(letter(types, options), (lettering) =>
    andThen(productOf(types, lettering), ({ output, sizes }) =>
      ok(tensor("f32", ...output.map((name) => sizes.get(name) ?? 1))),
    ),
  );
};

/** Computes the sum of products that `productType` accepts. */
export function expandProduct(g: Builder, inputs: readonly Value[], letter: Letter, options: OptionRecord): Value {
  const values = inputs.map((x) => countedValue(g, x));
  const types = values.map(({ type }) => type);
  const product = andThen(letter(types, options), (lettering) => productOf(types, lettering));
  if ("bad" in product) throw new CompilerBug("a product of shapes that do not fit");
  return summedProduct(g, values, product.ok);
}

/** The shared part of functions of two tensors that are sums of products. */
export function pairwise(letter: (a: TensorType, b: TensorType, options: OptionRecord) => Checked<Lettering>) {
  const both: Letter = ([a, b, ...more], options) =>
    a === undefined || b === undefined || more.length > 0
      ? bad({ problem: "inputs", expected: "two", actual: more.length + (b === undefined ? 1 : 2) })
      : letter(a, b, options);
  return {
    inputs: [
      { name: "a", shape: "[...]" },
      { name: "b", shape: "[...]" },
    ],
    output: "[...]",
    shape: (inputs: readonly TensorType[], options: OptionRecord): Checked<TensorType> =>
      productType(inputs, both, options),
    expand: (g: Builder, call: ExpandCall): { readonly output: Value } => ({
      output: expandProduct(g, call.inputs, both, call.options),
    }),
  };
}

/** So many letters that differ from those with another name. */
export const lettersOf = (name: string, count: number): Letters =>
  Array.from({ length: count }, (_, i) => `${name}${i}`);
