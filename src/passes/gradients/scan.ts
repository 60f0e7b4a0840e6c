// The derivative of a loop is a loop in the other direction, which sweeps the body. It reads what the loop kept on the way
// forward (kept.ts). A sum over all steps, like the gradient of a weight, is not carried: its terms are stacked, and one sum
// follows the loop (sumOverSteps.ts).

import { CompilerBug } from "../../base/compilerBug.ts";
import { withArguments } from "../../ir/arguments.ts";
import type { Builder, ScanResults, Value } from "../../ir/builder.ts";
import type { Node, Scan, ValueId } from "../../ir/graph.ts";
import { type TensorType, tensor } from "../../ir/types.ts";
import { type Backward, backwardOf, inputNumber, isRepeated, kept } from "./kept.ts";
import type { Contribution, GradientContext, GradientRule } from "./rule.ts";
import { type Outside, sumOverSteps } from "./sumOverSteps.ts";

type Place = { readonly list: "over" | "captures"; readonly at: number };

/** The arguments of the loop back, and where its steps find the values of the body that they read from memory. */
interface Arguments {
  readonly over: Value[];
  readonly captures: Value[];
  /** The place of a value of the body. The first time, it becomes an argument. */
  place(id: ValueId): Place;
}

/** `seeds`: derivatives of stacked results by their inputs of the derivative's graph. */
function argumentsBack(
  node: Node<Scan>,
  { target }: Backward,
  seeds: ReadonlyMap<ValueId, Value>,
  { g, part, value }: GradientContext,
): Arguments {
  const { body, init, over, captures } = node;
  const types = [node.type, ...(node.more ?? [])];
  const lists = { over: [] as Value[], captures: [] as Value[] };
  const known = new Map<ValueId, Place>();
  const add = (list: Place["list"], argument: Value): Place => ({ list, at: lists[list].push(argument) - 1 });
  const result = (index: number): Value => {
    const type = types[index];
    if (type === undefined) throw new CompilerBug(`%${node.id} has no result ${index}`);
    return index === 0 ? value(node.id) : (part(node.id, index) ?? g.push({ kind: "part", of: node.id, index }, type));
  };
  const find = (id: ValueId): Place => {
    const seed = seeds.get(id);
    if (seed !== undefined) return add("over", seed);
    const number = inputNumber(target.definition(id));
    if (number !== undefined && number >= init.length) {
      const slice = over[number - init.length];
      if (slice !== undefined) return add("over", value(slice));
      const capture = captures[number - init.length - over.length];
      if (capture === undefined) throw new CompilerBug(`a loop has no argument ${number}`);
      return add("captures", value(capture));
    }
    const at = body.outputs.findIndex((output, i) => i >= init.length && output.value === id);
    if (at < 0) throw new CompilerBug(`%${node.id} did not keep %${id} of its body`);
    return add("over", result(at));
  };
  return {
    ...lists,
    place(id) {
      const found = known.get(id) ?? find(id);
      known.set(id, found);
      return found;
    },
  };
}

/** The derivatives of a body that are wanted, by the loop's arguments. */
interface Wanted {
  /** The numbers of the carried values whose derivatives are carried back. */
  readonly moving: readonly number[];
  /** Of the carried values, of slices, and of captures. */
  readonly carried: readonly (Value | undefined)[];
  readonly slices: readonly (Value | undefined)[];
  readonly captures: readonly (Value | undefined)[];
}

function wantedOf({ body, init, over, captures }: Node<Scan>, backward: Backward, context: GradientContext): Wanted {
  const inputs = new Map(body.nodes.flatMap((one) => (one.kind === "input" ? [[Number(one.name), one.id]] : [])));
  const gradient = (number: number): Value | undefined => backward.gradients.get(inputs.get(number) ?? -1);
  const ifWanted = (first: number) => (id: ValueId, i: number) =>
    context.wanted(id) ? gradient(first + i) : undefined;
  return {
    moving: init.flatMap((_, i) => (backward.seeds[i] === undefined ? [] : [i])),
    carried: init.map((_, i) => (backward.seeds[i] === undefined ? undefined : gradient(i))),
    slices: over.map(ifWanted(init.length)),
    captures: captures.map(ifWanted(init.length + over.length)),
  };
}

const defined = (list: readonly (Value | undefined)[]): readonly Value[] => list.filter((one) => one !== undefined);

/** Copies nodes of the derivative's graph into a step of the loop back, where `made` has its values so far. */
function copier(inside: Builder, { target }: Backward, made: Map<ValueId, Value>): (id: ValueId) => Value {
  const copy = (id: ValueId): Value => {
    const known = made.get(id);
    if (known !== undefined) return known;
    const { id: _, type, more, origin, span, ...prim } = withArguments(target.definition(id), (arg) => copy(arg).id);
    const value = inside.withOrigin(origin, span).push(prim, type, more);
    made.set(id, value);
    return value;
  };
  return copy;
}

export const scan: GradientRule<"scan"> = (node, context) => {
  const { g, outs } = context;
  const { body, init, length } = node;
  const isCarried = (output: number): boolean => output < init.length;
  const backward = backwardOf(body, context.sweep, (output) => isCarried(output) || outs[output] !== undefined);
  const seedOf = (i: number): readonly (readonly [ValueId, Value])[] => {
    const [seed, out] = [backward.seeds[i], outs[i]];
    return seed === undefined || out === undefined || isCarried(i) ? [] : [[seed.id, out]];
  };
  const seeds = new Map(body.outputs.flatMap((_, i) => seedOf(i)));
  const args = argumentsBack(node, backward, seeds, context);
  const wanted = wantedOf(node, backward, context);
  const sums = wanted.captures.map((gradient) =>
    gradient === undefined ? undefined : sumOverSteps(gradient.id, length, backward.target.definition),
  );
  /** Whether a value can be read after the loop without being stacked by it. */
  const isOutside = (id: ValueId): boolean =>
    seeds.has(id) || (id < backward.forward && !isRepeated(backward.target.definition(id)));
  const summed = [...new Set(sums.flatMap((one) => one?.needs ?? []))];
  const sliced = new Set(defined(wanted.slices).map(({ id }) => id));
  // What is stacked as the derivative of slices is not stacked again.
  const stacked = [...sliced, ...summed.filter((id) => !isOutside(id) && !sliced.has(id))];
  const inStep = [...defined(wanted.carried).map(({ id }) => id), ...stacked];
  const after = loopBack(node, backward, { args, wanted, inStep, stacked, seeds }, context);
  const outside = (id: ValueId): Outside => {
    const stack = after.stacked[stacked.indexOf(id)];
    if (stack !== undefined) return { value: stack, isStacked: true };
    const { list, at } = args.place(id);
    const found = args[list][at];
    if (found === undefined) throw new CompilerBug(`a loop has no argument ${at}`);
    return { value: found, isStacked: list === "over" };
  };
  const pairs = (ids: readonly ValueId[], gradients: readonly (Value | undefined)[]): readonly Contribution[] =>
    ids.flatMap((id, i) => {
      const gradient = gradients[i];
      return gradient === undefined ? [] : [[id, gradient] as const];
    });
  return [
    ...pairs(
      wanted.moving.map((i) => init[i] ?? -1),
      after.carried,
    ),
    ...pairs(
      node.over,
      wanted.slices.map((one) => (one === undefined ? undefined : after.stacked[stacked.indexOf(one.id)])),
    ),
    ...pairs(
      node.captures,
      sums.map((one) => one?.sum(g, outside)),
    ),
  ];
};

/** What the steps back read and make: the values of the derivative's graph that they compute, and those that they stack. */
interface StepBack {
  readonly args: Arguments;
  readonly wanted: Wanted;
  readonly inStep: readonly ValueId[];
  readonly stacked: readonly ValueId[];
  readonly seeds: ReadonlyMap<ValueId, Value>;
}

/** The loop back: it carries derivatives of carried values, and stacks the `stacked` values. */
function loopBack(node: Node<Scan>, backward: Backward, back: StepBack, { g, outs }: GradientContext): ScanResults {
  const { args, wanted, inStep, stacked, seeds } = back;
  const { moving } = wanted;
  const types = [node.type, ...(node.more ?? [])];
  const typeOf = (i: number): TensorType => types[i] ?? tensor("f32");
  const read = [...kept(backward, inStep), ...seeds.keys()];
  for (const id of read) args.place(id);
  return g.scan({
    length: node.length,
    reverse: !node.reverse,
    init: moving.map((i) => outs[i] ?? g.constant(0, typeOf(i))),
    over: args.over,
    captures: args.captures,
    step(inside, given) {
      const made = new Map<ValueId, Value>();
      const set = (id: ValueId | undefined, value: Value | undefined): void => {
        if (id !== undefined && value !== undefined) made.set(id, value);
      };
      moving.forEach((output, i) => {
        set(backward.seeds[output]?.id, given.carried[i]);
      });
      for (const id of read) {
        const { list, at } = args.place(id);
        set(id, list === "over" ? given.slices[at] : given.captures[at]);
      }
      const copy = copier(inside, backward, made);
      return {
        carried: moving.map((i) => {
          const gradient = wanted.carried[i];
          return gradient === undefined ? inside.constant(0, typeOf(i)) : copy(gradient.id);
        }),
        stacked: stacked.map(copy),
      };
    },
  });
}
