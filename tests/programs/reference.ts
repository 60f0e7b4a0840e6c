// The reference for programs: the f64 evaluator over expanded and differentiated operators, and no other pass. It also measures
// the differences that rounding alone makes: it computes again with numbers that are off by some bits.

import type { OpModule } from "../../src/conformance/executor.ts";
import type { Module, Prim, PrimNode } from "../../src/ir/graph.ts";
import { differentiate } from "../../src/passes/differentiate.ts";
import { expand } from "../../src/passes/expand.ts";
import { applyUpdates, evaluate, type NumberArray, readSlot } from "../../src/reference/evaluate.ts";
import type { Sums } from "../../src/reference/tensor.ts";

export interface Results {
  readonly outputs: ReadonlyMap<string, Float64Array>;
  /** All slots afterwards, also parts of others. */
  readonly slots: ReadonlyMap<string, Float64Array>;
  /** Whether something on the way was no number: what a maximum makes of that is a target's own business. */
  readonly isNumber: boolean;
}
export interface Reference {
  readonly module: Module<Prim>;
  run(
    program: string,
    samples: number,
    inputs: ReadonlyMap<string, NumberArray>,
    slots: ReadonlyMap<string, NumberArray>,
    /**
     * Rounds to f32: -1 each value, 0 also each addition, -2 each product and addition, -3 the same from the last term to
     * the first; -4 each value, and sums that all but cancel to 0. Other numbers name further random errors, from APART on such that two steps that make one value err
     * differently. Without it computes exactly.
     */
    errors?: number,
  ): Results;
}

/** Nodes that hand on what they are given: a rounding there would tear apart what is one value. */
const exact: ReadonlySet<PrimNode["kind"]> = new Set([
  ..."const size iota random arg_reduce reshape transpose broadcast slice pad concat".split(" "),
] as PrimNode["kind"][]);
const exactFunctions: ReadonlySet<string> = new Set(
  "min max abs neg relu sign select floor ceil round f32 stop_gradient".split(" "),
);
const isExact = (node: PrimNode): boolean =>
  node.type.dtype !== "f32" ||
  exact.has(node.kind) ||
  (node.kind === "map" && exactFunctions.has(node.fn)) ||
  (node.kind === "reduce" && node.op !== "sum") ||
  (node.kind === "window_reduce" && node.op === "max");

/** Nodes that add: each sum is off by its terms, not by what is left of them. */
const isSum = (node: PrimNode): boolean =>
  node.kind === "contract" ||
  node.kind === "window_scatter" ||
  ((node.kind === "reduce" || node.kind === "window_reduce") && node.op === "sum");

const word = new DataView(new ArrayBuffer(8));
/**
 * From here on, errors differ by the step that makes a value. A target may compute equal values of two steps in two orders, so
 * a program that asks whether they are equal (`ceil(a - b)`) has no number to compare.
 */
const APART = 3;

/** In [-1, 1), from two numbers' own bits: what is equal within a step stays equal. */
function noise(value: number, size: number, errors: number, step: number): number {
  word.setFloat64(0, value);
  const key = errors + (errors < APART ? 0 : Math.imul(step + 1, 0x27d4eb2f));
  let h = Math.imul(word.getInt32(0) ^ Math.imul(key, 0x9e3779b9), 0x85ebca6b) ^ word.getInt32(4);
  word.setFloat64(0, size);
  h = Math.imul(h ^ (h >>> 15) ^ word.getInt32(0), 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 13) ^ word.getInt32(4), 0x27d4eb2f);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 31 - 1;
}
/** Whole results of these, made of whole numbers, are exact on every target: a count of steps is never off by a little. */
const counting: ReadonlySet<string> = new Set("add sub mul div mod".split(" "));
const isCounting = (node: PrimNode): boolean =>
  node.kind === "param" ||
  (node.kind === "map" && counting.has(node.fn)) ||
  (node.kind === "reduce" && node.op === "sum");
const LARGEST_COUNT = 2 ** 24;

/** Where sums that all but cancel are 0: a target that rounds once may find exactly that, and a random error never does. */
const CANCELLED = -4;
/** How sums are added where errors have these numbers. */
const sumsOf: Readonly<Record<number, Sums>> = { [-3]: "f32 backwards", [-2]: "f32 apart", 0: "f32" };

/** Some units in the last place of f32. */
const ERROR = 2 ** -22;

export function referenceOf(ops: OpModule): Reference {
  const { slots: definitions, programs } = differentiate.run(expand.run(ops));
  return {
    module: { slots: definitions, programs },
    run(name, samples, inputs, slots, errors) {
      const graph = programs.find((program) => program.name === name)!;
      let isNumber = true;
      const disturb = (
        node: PrimNode,
        values: Float64Array,
        sizes: () => Float64Array,
        counts: () => boolean,
      ): Float64Array => {
        isNumber &&= !values.some(Number.isNaN);
        if (errors === undefined) return values;
        // A number of the program is of f32 from the start, so that what is equal to it stays so.
        if (node.kind === "const" && node.type.dtype === "f32") return values.map(Math.fround);
        if (isExact(node)) return values;
        const adds = isSum(node) || (node.kind === "map" && (node.fn === "add" || node.fn === "sub"));
        const scales = isSum(node) || (adds && errors === CANCELLED) ? sizes() : values;
        const ofCounts = isCounting(node) && counts();
        const size = errors <= 0 ? 0 : ERROR;
        if (errors === CANCELLED && adds)
          return values.map((value, i) => (Math.abs(value) <= ERROR * scales[i]! ? 0 : Math.fround(value)));
        return values.map((value, i) =>
          ofCounts && Number.isInteger(value) && Math.abs(value) < LARGEST_COUNT
            ? value
            : Math.fround(value + size * noise(value, scales[i]!, errors, node.id) * scales[i]!),
        );
      };
      // Random errors cancel out; those of a sum of equal terms are all of one side. A sum that is rounded only at its end, as
      // target js does it, can give exactly the mean of equal numbers.
      // Sums of equal terms in different orders are equal in f64, and random errors leave them so. In f32 the order decides
      // which is larger, and what an `argmax` of them finds; so does whether products are rounded before they are added. A
      // target is free in both. What depends on them moves when the reference adds in other ways that are as right. All else
      // moves by its rounding alone, so a wrong result differs as before.
      const sums = sumsOf[errors ?? 1] ?? "f64";
      const environment = { batch: samples, inputs, slots, definitions, disturb, sums };
      const { outputs, updates } = evaluate(graph, environment);
      const after = applyUpdates(slots, definitions, updates);
      const read = new Map(definitions.map((slot) => [slot.name, readSlot(after, definitions, slot.name)]));
      return { outputs, slots: read, isNumber };
    },
  };
}
