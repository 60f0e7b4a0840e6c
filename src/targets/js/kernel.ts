// One kernel as one JavaScript function: plain loops over typed arrays, with a register tile where a reduction allows.

import type { Address, Expr, Extent, Kernel, Let, Loop, Stage, Store } from "../../ir/loops.ts";
import { addressText, expressionText, extentText, guardText, numberText, type Spelling } from "./expressions.ts";
import { chooseTiles, type Tile, type TileSizes, tileSizes } from "./tiles.ts";

export interface Printer {
  line(text: string): void;
  block(head: string, body: () => void): void;
}

type Reduce = Extract<Stage, { kind: "reduce" }>;
type Scatter = Extract<Stage, { kind: "scatter" }>;

interface Context {
  readonly out: Printer;
  readonly helpers: Set<string>;
  readonly extents: ReadonlyMap<string, Extent>;
  readonly sizes: TileSizes;
  /** A new variable name. */
  fresh(prefix: string): string;
}

/** The part of an address that `loop` and its offset leave. */
const without = (address: Address, loop: string | undefined): Address => {
  if (loop === undefined) return { offset: 0, strides: address.strides };
  const { [loop]: _, ...strides } = address.strides;
  return { offset: 0, strides };
};

const keyOf = (address: Address): string => JSON.stringify(Object.entries(address.strides).sort());

/** Moves every address by `amount` along a loop: the k-th lane of a tile. */
function shift(expr: Expr, loop: string, amount: number): Expr {
  const move = (a: Address): Address => ({ ...a, offset: a.offset + (a.strides[loop] ?? 0) * amount });
  switch (expr.kind) {
    case "load":
      return { ...expr, address: move(expr.address), guards: expr.guards.map((g) => ({ ...g, index: move(g.index) })) };
    case "index":
      return { ...expr, address: move(expr.address) };
    case "apply":
      return { ...expr, args: expr.args.map((arg) => shift(arg, loop, amount)) };
    case "random":
      return { ...expr, element: move(expr.element) };
    case "guarded":
      return {
        ...expr,
        value: shift(expr.value, loop, amount),
        guards: expr.guards.map((g) => ({ ...g, index: move(g.index) })),
      };
    case "number":
    case "batch":
    case "local":
      return expr;
  }
}

function addressesIn(expr: Expr, found: Address[]): void {
  if (expr.kind === "load") found.push(expr.address);
  else if (expr.kind === "apply") for (const arg of expr.args) addressesIn(arg, found);
  else if (expr.kind === "guarded") addressesIn(expr.value, found);
  else if (expr.kind === "random") {
    addressesIn(expr.seed, found);
    addressesIn(expr.step, found);
  }
}

/** Variables for the parts of addresses that stay the same while `inner` runs; used as `p0 + i`. */
function bases(
  context: Context,
  addresses: readonly Address[],
  inner: string | undefined,
): (address: Address) => string {
  const named = new Map<string, string>();
  for (const address of addresses) {
    const outer = without(address, inner);
    const terms = Object.entries(outer.strides);
    if (terms.length < 2 && terms.every(([, stride]) => stride === 1)) continue;
    const key = keyOf(outer);
    if (named.has(key)) continue;
    const name = context.fresh("p");
    named.set(key, name);
    context.out.line(`const ${name} = ${addressText(outer)};`);
  }
  return (address) => {
    const name = named.get(keyOf(without(address, inner)));
    if (name === undefined) return addressText(address);
    const step = inner === undefined ? 0 : (address.strides[inner] ?? 0);
    return addressText({
      offset: address.offset,
      strides: { [name]: 1, ...(step === 0 || inner === undefined ? {} : { [inner]: step }) },
    });
  };
}

function spelling(
  context: Context,
  address: (a: Address) => string,
  local: (name: string) => string = (n) => n,
): Spelling {
  return { address, load: () => undefined, extents: context.extents, helpers: context.helpers, local };
}

function openLoop(context: Context, loop: Loop, body: () => void): void {
  context.out.block(`for (let ${loop.name} = 0; ${loop.name} < ${extentText(loop.extent)}; ${loop.name}++)`, body);
}

function nest(context: Context, loops: readonly Loop[], body: () => void): void {
  const [first, ...rest] = loops;
  if (first === undefined) body();
  else openLoop(context, first, () => nest(context, rest, body));
}

function printPoint(context: Context, lets: readonly Let[], stores: readonly Store[], spell: Spelling): void {
  for (const one of lets) context.out.line(`const ${spell.local(one.name)} = ${expressionText(one.value, spell)};`);
  // All values before the first store: a store may overwrite what another value reads.
  const values = stores.map((store) => expressionText(store.value, spell));
  const simple = stores.length < 2 || stores.every((s) => s.value.kind === "local" || s.value.kind === "number");
  const names = values.map((value, i) => {
    if (simple) return value;
    const store = stores[i];
    if (store !== undefined && (store.value.kind === "local" || store.value.kind === "number")) return value;
    const name = context.fresh("v");
    context.out.line(`const ${name} = ${value};`);
    return name;
  });
  stores.forEach((store, i) =>
    context.out.line(`${store.buffer}[${spell.address(store.address)}] = ${names[i] ?? ""};`),
  );
}

function pointAddresses(lets: readonly Let[], stores: readonly Store[]): readonly Address[] {
  const found: Address[] = [];
  for (const one of lets) addressesIn(one.value, found);
  for (const store of stores) {
    addressesIn(store.value, found);
    found.push(store.address);
  }
  return found;
}

function printEach(context: Context, stage: Extract<Stage, { kind: "each" }>, loops: readonly Loop[]): void {
  const inner = loops[loops.length - 1];
  nest(context, loops.slice(0, -1), () => {
    const address = bases(context, pointAddresses(stage.lets, stage.stores), inner?.name);
    const body = (): void => printPoint(context, stage.lets, stage.stores, spelling(context, address));
    if (inner === undefined) body();
    else openLoop(context, inner, body);
  });
}

/** Where a lane of the tile lies: for each tiled loop how many steps from the tile's corner. */
type Lane = ReadonlyMap<string, number>;

function lanesOf(tiles: readonly Tile[]): readonly Lane[] {
  return tiles.reduce<readonly Lane[]>(
    (lanes, tile) =>
      lanes.flatMap((lane) => Array.from({ length: tile.size }, (_, k) => new Map([...lane, [tile.loop, k]]))),
    [new Map()],
  );
}

const inLane = (expr: Expr, lane: Lane): Expr => [...lane].reduce((e, [loop, k]) => shift(e, loop, k), expr);

const start = { sum: "0", max: "-Infinity", min: "Infinity" } as const;

/** The innermost part of a reduction: a tile of accumulators, the loops it sums over, and what is done with each. */
function printTile(context: Context, stage: Reduce, tiles: readonly Tile[]): void {
  const { out } = context;
  const op = stage.op;
  if (op === "arg_max" || op === "arg_min") return printArgument(context, stage);
  const over = stage.over.slice(stage.chunk);
  const lanes = lanesOf(tiles);
  const single = lanes.length === 1;
  const names = lanes.map(() => (single ? stage.result : context.fresh("s")));
  out.line(`let ${names.map((name) => `${name} = ${start[op]}`).join(", ")};`);
  const inner = over[over.length - 1];
  const terms = lanes.map((lane) => inLane(stage.term, lane));
  nest(context, over.slice(0, -1), () => {
    const found: Address[] = [];
    for (const term of terms) addressesIn(term, found);
    const address = bases(context, found, inner?.name);
    const body = (): void => {
      // Lanes share their loads: each element is read once.
      const variables = new Map<string, string>();
      const spell: Spelling = {
        ...spelling(context, address),
        load: (load) => {
          if (single || load.guards.length > 0) return undefined;
          return variables.get(`${load.buffer}[${address(load.address)}]`);
        },
      };
      if (!single) {
        const texts: string[] = [];
        const visit = (expr: Expr): void => {
          if (expr.kind === "load" && expr.guards.length === 0) {
            const text = `${expr.buffer}[${address(expr.address)}]`;
            if (variables.has(text)) return;
            const name = context.fresh("x");
            variables.set(text, name);
            texts.push(`const ${name} = ${text};`);
          } else if (expr.kind === "apply") expr.args.forEach(visit);
        };
        terms.forEach(visit);
        texts.forEach((text) => out.line(text));
      }
      terms.forEach((term, i) => {
        const name = names[i] ?? "";
        const text = expressionText(term, spell);
        if (op === "sum") out.line(`${name} += ${text};`);
        else out.line(`${name} = Math.${op}(${name}, ${text});`);
      });
    };
    if (inner === undefined) body();
    else openLoop(context, inner, body);
  });
  lanes.forEach((lane, i) => {
    const name = names[i] ?? "";
    const lets = stage.lets.map((one) => ({ ...one, value: inLane(one.value, lane) }));
    const stores = stage.stores.map((store) => ({
      ...store,
      address: shiftAddress(store.address, lane),
      value: inLane(store.value, lane),
    }));
    const locals = new Map<string, string>([[stage.result, name]]);
    if (!single) for (const one of lets) locals.set(one.name, context.fresh("v"));
    const spell = spelling(context, addressText, (local) => locals.get(local) ?? local);
    if (stage.chunk === 0) return printPoint(context, lets, stores, spell);
    const isFirst = stage.over
      .slice(0, stage.chunk)
      .map((l) => `${l.name} === 0`)
      .join(" && ");
    for (const store of stores) {
      const at = `${store.buffer}[${addressText(store.address)}]`;
      out.line(`${at} = ${isFirst} ? ${name} : ${at} + ${name};`);
    }
  });
}

const shiftAddress = (address: Address, lane: Lane): Address => ({
  ...address,
  offset: [...lane].reduce((sum, [loop, k]) => sum + (address.strides[loop] ?? 0) * k, address.offset),
});

/** The first index of the extreme, counted over all loops of the reduction. */
function printArgument(context: Context, stage: Reduce): void {
  const { out } = context;
  const best = context.fresh("best");
  const count = context.fresh("at");
  out.line(`let ${stage.result} = 0, ${best} = ${stage.op === "arg_max" ? "-Infinity" : "Infinity"}, ${count} = 0;`);
  nest(context, stage.over, () => {
    const value = context.fresh("v");
    out.line(`const ${value} = ${expressionText(stage.term, spelling(context, addressText))};`);
    out.block(`if (${value} ${stage.op === "arg_max" ? ">" : "<"} ${best})`, () => {
      out.line(`${best} = ${value};`);
      out.line(`${stage.result} = ${count};`);
    });
    out.line(`${count}++;`);
  });
  printPoint(context, stage.lets, stage.stores, spelling(context, addressText));
}

function printReduce(context: Context, stage: Reduce, loops: readonly Loop[]): void {
  const tiles = chooseTiles(stage, loops, context.sizes);
  const tiled = new Set(tiles.map((t) => t.loop));
  // A tile over the batch needs a number at run time; others know their rest now.
  const visit = (rest: readonly Tile[], chosen: readonly Tile[]): void => {
    const [tile, ...more] = rest;
    if (tile === undefined) return printTile(context, stage, chosen);
    const loop = loops.find((l) => l.name === tile.loop);
    if (loop === undefined) return;
    const { name } = loop;
    if (typeof loop.extent === "number") {
      const whole = Math.floor(loop.extent / tile.size) * tile.size;
      if (whole === tile.size && loop.extent === whole) {
        context.out.block("", () => {
          context.out.line(`const ${name} = 0;`);
          visit(more, [...chosen, tile]);
        });
        return;
      }
      context.out.block(`for (let ${name} = 0; ${name} < ${whole}; ${name} += ${tile.size})`, () =>
        visit(more, [...chosen, tile]),
      );
      if (loop.extent === whole) return;
      context.out.block("", () => {
        context.out.line(`const ${name} = ${whole};`);
        visit(more, [...chosen, { loop: name, size: (loop.extent as number) - whole }]);
      });
      return;
    }
    const whole = context.fresh("whole");
    context.out.line(`const ${whole} = samples - (samples % ${tile.size});`);
    context.out.block(`for (let ${name} = 0; ${name} < ${whole}; ${name} += ${tile.size})`, () =>
      visit(more, [...chosen, tile]),
    );
    context.out.block(`for (let ${name} = ${whole}; ${name} < samples; ${name}++)`, () =>
      visit(more, [...chosen, { loop: name, size: 1 }]),
    );
  };
  nest(context, stage.over.slice(0, stage.chunk), () =>
    nest(
      context,
      loops.filter((l) => !tiled.has(l.name)),
      () => visit(tiles, []),
    ),
  );
}

function printScatter(context: Context, stage: Scatter, outer: readonly Loop[]): void {
  const { out } = context;
  nest(context, outer, () => {
    const from = addressText(stage.clear.address);
    const start = context.fresh("p");
    out.line(`const ${start} = ${from};`);
    out.line(`${stage.buffer}.fill(0, ${start}, ${start} + ${stage.clear.count});`);
    nest(context, stage.loops, () => {
      const spell = spelling(context, addressText);
      const test = guardText(stage.guards, spell);
      const value = context.fresh("v");
      out.line(`const ${value} = ${expressionText(stage.value, spell)};`);
      const guarded = (body: () => void): void => (test === undefined ? body() : out.block(`if (${test})`, body));
      if (stage.op === "sum") {
        nest(context, stage.over, () =>
          guarded(() => out.line(`${stage.buffer}[${addressText(stage.address)}] += ${value};`)),
        );
        return;
      }
      const best = context.fresh("best");
      const at = context.fresh("at");
      out.line(`let ${best} = -Infinity, ${at} = -1;`);
      nest(context, stage.over, () =>
        guarded(() => {
          const term = context.fresh("x");
          out.line(`const ${term} = ${expressionText(stage.term, spell)};`);
          out.block(`if (${at} < 0 || ${term} > ${best})`, () => {
            out.line(`${best} = ${term};`);
            out.line(`${at} = ${addressText(stage.address)};`);
          });
        }),
      );
      out.line(`if (${at} >= 0) ${stage.buffer}[${at}] += ${value};`);
    });
  });
}

function printStage(context: Context, stage: Stage, loops: readonly Loop[]): void {
  switch (stage.kind) {
    case "each":
      return printEach(context, stage, [...loops, ...stage.loops]);
    case "reduce":
      return printReduce(context, stage, [...loops, ...stage.loops]);
    case "scatter":
      return printScatter(context, stage, loops);
    case "fill": {
      nest(context, loops, () => {
        const from = addressText(stage.range.address);
        const end = addressText({ ...stage.range.address, offset: stage.range.address.offset + stage.range.count });
        context.out.line(`${stage.buffer}.fill(${numberText(stage.value)}, ${from}, ${end});`);
      });
    }
  }
}

/** Prints the body of a kernel's function; `helpers` gathers the scalar functions it calls. */
export function printKernel(out: Printer, kernel: Kernel, helpers: Set<string>, sizes: TileSizes = tileSizes): void {
  const counters = new Map<string, number>();
  const fresh = (prefix: string): string => {
    const next = counters.get(prefix) ?? 0;
    counters.set(prefix, next + 1);
    return `${prefix}_${next}`;
  };
  /** Loops of different stages may share a name. */
  const contextOf = (stage: Stage): Context => {
    const own = stage.kind === "fill" ? [] : stage.loops;
    const over = stage.kind === "reduce" || stage.kind === "scatter" ? stage.over : [];
    const extents = new Map([...kernel.loops, ...own, ...over].map((loop) => [loop.name, loop.extent]));
    return { out, helpers, sizes, extents, fresh };
  };
  const [only] = kernel.stages;
  if (kernel.stages.length === 1 && only !== undefined) return printStage(contextOf(only), only, kernel.loops);
  nest({ out, helpers, sizes, extents: new Map(), fresh }, kernel.loops, () => {
    for (const stage of kernel.stages) printStage(contextOf(stage), stage, []);
  });
}
