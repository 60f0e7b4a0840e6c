// Moves the accesses of kernels to other buffers and addresses, and random numbers to other streams. Expressions without
// either stay the same objects. It also keeps which kernels are alike but for these.

import { CompilerBug } from "../base/compilerBug.ts";
import { mapChildren, mapTurns } from "./expression.ts";
import type { Address, Expr, Kernel, Let, Range, Stage, Store } from "./loops.ts";

/** A place that a kernel reads or writes: elements from `address` on. */
export interface Access {
  readonly buffer: string;
  readonly address: Address;
}

export interface PlaceChange {
  place(access: Access): Access;
  stream(stream: number): number;
}

/** Expressions that read no memory and draw no random numbers. */
const still = new WeakSet<Expr>();

function mapExpression(expr: Expr, change: PlaceChange): Expr {
  switch (expr.kind) {
    case "number":
    case "index":
    case "batch":
    case "local":
      return expr;
    case "load":
      return { ...expr, ...change.place({ buffer: expr.buffer, address: expr.address }) };
    case "random":
    case "apply":
    case "guarded":
  }
  if (still.has(expr)) return expr;
  if (!moves(expr)) {
    still.add(expr);
    return expr;
  }
  const inner = mapChildren(expr, (child) => mapExpression(child, change));
  return inner.kind === "random" ? { ...inner, stream: change.stream(inner.stream) } : inner;
}

/** Whether an expression depends on places or streams. */
function moves(expr: Expr): boolean {
  switch (expr.kind) {
    case "number":
    case "index":
    case "batch":
    case "local":
      return false;
    case "load":
    case "random":
      return true;
    case "apply":
      return !still.has(expr) && expr.args.some(moves);
    case "guarded":
      return moves(expr.value);
  }
}

export function mapStagePlaces(stage: Stage, change: PlaceChange): Stage {
  const value = (expr: Expr): Expr => mapExpression(expr, change);
  const lets = (list: readonly Let[]): readonly Let[] =>
    list.map((one) => {
      const moved = value(one.value);
      return moved === one.value ? one : { ...one, value: moved };
    });
  const stores = (list: readonly Store[]): readonly Store[] =>
    list.map((store) => ({
      ...store,
      ...change.place({ buffer: store.buffer, address: store.address }),
      value: value(store.value),
    }));
  const within = (buffer: string, { address, count }: Range): Range => ({
    address: change.place({ buffer, address }).address,
    count,
  });
  switch (stage.kind) {
    case "each":
      return { ...stage, loops: mapTurns(stage.loops, value), lets: lets(stage.lets), stores: stores(stage.stores) };
    case "reduce":
      return { ...stage, term: value(stage.term), lets: lets(stage.lets), stores: stores(stage.stores) };
    case "scatter":
      return {
        ...stage,
        term: value(stage.term),
        value: value(stage.value),
        ...change.place({ buffer: stage.buffer, address: stage.address }),
        clear: within(stage.buffer, stage.clear),
      };
    case "fill":
      return {
        ...stage,
        buffer: change.place({ buffer: stage.buffer, address: stage.range.address }).buffer,
        range: within(stage.buffer, stage.range),
      };
  }
}

/** The same kernel in other places. */
export const mapPlaces = (kernel: Kernel, change: PlaceChange): Kernel => ({
  ...kernel,
  stages: kernel.stages.map((stage) => mapStagePlaces(stage, change)),
});

/** A buffer, starting at an element. */
export interface Part {
  readonly buffer: string;
  readonly start: number;
}

/** A kernel as one of many that are alike. */
export interface Likeness {
  /** What they share: its buffers are called `0`, `1` …, and its streams are 0, 1 …. */
  readonly form: Kernel;
  /** One for each buffer of the form. */
  readonly parts: readonly Part[];
  /** One for each stream of the form. */
  readonly streams: readonly number[];
}

export function partAt(parts: readonly Part[], buffer: number): Part {
  const part = parts[buffer];
  if (part === undefined) throw new CompilerBug(`a kernel has no part for the buffer ${buffer} of its form`);
  return part;
}

const likenesses = new WeakMap<readonly Stage[], Likeness>();

/** The likeness of a kernel that `inParts` made, as long as its stages are the same object. */
export const likenessOf = ({ stages }: Kernel): Likeness | undefined => likenesses.get(stages);

/** The kernel of a form over some parts. */
export function inParts({ form, parts, streams }: Likeness): Kernel {
  const kernel = mapPlaces(form, {
    place: ({ buffer, address }) => {
      const part = partAt(parts, Number(buffer));
      return {
        buffer: part.buffer,
        address: part.start === 0 ? address : { ...address, offset: address.offset + part.start },
      };
    },
    stream: (stream) => streams[stream] ?? stream,
  });
  likenesses.set(kernel.stages, { form, parts, streams });
  return kernel;
}
