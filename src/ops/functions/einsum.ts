import type { OptionRecord } from "../../ir/graph.ts";
import { sameSize } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type Checked, defineFunction, ok } from "../definition.ts";
import { expandProduct, type Lettering, productType } from "../lettered.ts";
import { textOf } from "../options.ts";
import { accepted, innerShape, isBatched } from "../shape.ts";

const wrong = (message: string): Checked<never> => bad({ problem: "option", option: "subscripts", message });

/** Whether a text is letters with at most one `...`. Each text has one way to match, so long ones take no longer. */
const isTerm = (text: string): boolean => /^[a-zA-Z]*(\.\.\.[a-zA-Z]*)?$/.test(text);

/** The letters of one value; `...` stands for as many more axes as it has, numbered from the right. */
function expanded(text: string, extra: number): readonly string[] {
  const [before = "", after] = text.split("...");
  if (after === undefined) return [...text];
  return [...before, ...Array.from({ length: extra }, (_, i) => `.${extra - 1 - i}`), ...after];
}

/** Whether all values of the batch begin with one letter more than they have axes, as in Keras, where the batch has one. */
function samplesWritten(terms: readonly string[], types: readonly TensorType[], output: string): boolean {
  const batched = terms.filter((_, i) => types[i] !== undefined && isBatched(types[i]));
  const [first] = batched[0] ?? "";
  const count = (term: string): number => term.replace("...", "").length;
  const fits = terms.every((term, i) => {
    const type = types[i];
    if (type === undefined || !isBatched(type)) return first === undefined || !term.includes(first);
    return term[0] === first && (term.includes("...") || count(term) === innerShape(type).length + 1);
  });
  return (
    first !== undefined && first !== "." && fits && output[0] === first && terms.some((term) => !term.includes("..."))
  );
}

/** Reads `ij,jk->ik`; without an arrow the result has the letters that occur once, in the order of the alphabet. */
function lettering(types: readonly TensorType[], options: OptionRecord): Checked<Lettering> {
  const text = textOf(options, "subscripts").replaceAll(" ", "");
  const [left = "", right, more] = text.split("->");
  const terms = left.split(",");
  if (more !== undefined || !terms.every(isTerm)) return wrong('it must hold letters, like "ij,jk->ik"');
  if (right !== undefined && !isTerm(right)) return wrong("the result must have letters only");
  if (terms.length !== types.length)
    return wrong(`it has letters for ${terms.length} values, but there are ${types.length}`);
  const written = right !== undefined && samplesWritten(terms, types, right);
  const own = terms.map((term, i) => (written && types[i] !== undefined && isBatched(types[i]) ? term.slice(1) : term));
  const operands: (readonly string[])[] = [];
  for (const [i, term] of own.entries()) {
    const rank = types[i] === undefined ? 0 : innerShape(types[i]).length;
    const extra = rank - term.replace("...", "").length;
    if (extra < 0 || (extra > 0 && !term.includes("...")))
      return wrong(
        `"${term}" has other letters than the ${rank} axes of a sample of value ${i + 1}; the batch has none`,
      );
    operands.push(expanded(term, extra));
  }
  const all = operands.flat();
  const dots = [...new Set(all.filter((letter) => letter.startsWith(".")))].sort().reverse();
  const once = all
    .filter((letter) => !letter.startsWith(".") && all.indexOf(letter) === all.lastIndexOf(letter))
    .sort();
  const result = written ? right.slice(1) : right;
  const output = result === undefined ? [...dots, ...once] : expanded(result, dots.length);
  const unknown = output.find((letter) => !all.includes(letter));
  if (unknown !== undefined) return wrong(`the result has '${unknown}', which no value has`);
  if (new Set(output).size < output.length) return wrong("the result has a letter twice");
  return ok({ operands, output });
}

/** Values with an axis of 1 under `...` where another has more: that axis goes. */
function narrowed(types: readonly TensorType[], { operands, output }: Lettering) {
  const widest = new Map<string, boolean>();
  for (const [i, letters] of operands.entries())
    for (const [axis, letter] of letters.entries())
      if (letter.startsWith(".") && !sameSize(sizeAt(types[i], axis), 1)) widest.set(letter, true);
  const kept = operands.map((letters, i) =>
    letters.map((letter, axis) => !(widest.has(letter) && sameSize(sizeAt(types[i], axis), 1))),
  );
  const shapes = types.map((type, i) => {
    const batch = type.shape.slice(0, type.shape.length - innerShape(type).length);
    return [...batch, ...innerShape(type).filter((_, axis) => kept[i]?.[axis] === true)];
  });
  const names = operands.map((letters, i) => letters.filter((_, axis) => kept[i]?.[axis] === true));
  return { shapes, lettering: { operands: names, output } };
}
const sizeAt = (type: TensorType | undefined, axis: number) => (type === undefined ? 1 : (innerShape(type)[axis] ?? 1));

export const einsum = defineFunction({
  name: "einsum",
  summary: 'Sums of products as letters for axes say: `einsum("ij,jk->ik", a, b)`.',
  inputs: [{ name: "xs...", shape: "[...]" }],
  variadic: true,
  output: "as the letters say",
  options: {
    subscripts: {
      type: { kind: "string" },
      required: true,
      doc: "A letter for each axis of each value, with commas between values, then those of the result. `...` stands for any further axes. The batch has no letter; one that all values of the batch and the result begin with is understood.",
    },
  },
  positional: ["subscripts"],
  shape(inputs, options) {
    const read = lettering(inputs, options);
    if ("bad" in read) return read;
    const { shapes, lettering: narrow } = narrowed(inputs, read.ok);
    const types = inputs.map((type, i): TensorType => ({ ...type, shape: shapes[i] ?? [] }));
    return productType(types, () => ok(narrow), options);
  },
  expand(g, call) {
    const types = call.inputs.map(({ type }) => type);
    const { shapes, lettering: narrow } = narrowed(types, accepted(lettering(types, call.options)));
    const values = call.inputs.map((x, i) => g.reshape(x, shapes[i] ?? []));
    return { output: expandProduct(g, values, () => ok(narrow), call.options) };
  },
  examples: [
    { nn: 'einsum("ij,jk->ik")', type: "f32[4, 3], one f32[3, 2] -> f32[4, 2]" },
    { nn: 'einsum("...ij,kj->...ki")', type: "f32[2, 4, 3], f32[2, 3] -> f32[2, 2, 4]" },
    { nn: 'einsum("ii->i")', type: "f32[3, 3] -> f32[3]" },
    { nn: 'einsum("i,j,ij")', type: "f32[3], f32[2], f32[3, 2] -> f32[]" },
  ],
  source: "https://keras.io/api/ops/numpy/#einsum-function",
});
