// Reductions: a register tile of accumulators where several outputs share what they read, a plain loop elsewhere.

import { shifted } from "../../ir/expression.ts";
import type { Address, Expr, Loop, Stage } from "../../ir/loops.ts";
import { addressText, expressionText, type Spelling } from "./expressions.ts";
import { addressesIn, bases, type Context, nest, openLoop, printPoint, spelling } from "./lines.ts";
import { chooseTiles, type Tile } from "./tiles.ts";

type Reduce = Extract<Stage, { kind: "reduce" }>;

/** The place of a lane in the tile: for each tiled loop, the number of steps from the tile's corner. */
type Lane = ReadonlyMap<string, number>;

function lanesOf(tiles: readonly Tile[]): readonly Lane[] {
  return tiles.reduce<readonly Lane[]>(
    (lanes, tile) =>
      lanes.flatMap((lane) => Array.from({ length: tile.size }, (_, k) => new Map([...lane, [tile.loop, k]]))),
    [new Map()],
  );
}

const inLane = (expr: Expr, lane: Lane): Expr => [...lane].reduce((e, [loop, k]) => shifted(e, loop, k), expr);

const start = { sum: "0", max: "-Infinity", min: "Infinity" } as const;

/** Variables for the elements that several of `terms` read, by their text: each element is read once. */
function sharedLoads(
  context: Context,
  terms: readonly Expr[],
  address: Spelling["address"],
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  const texts: string[] = [];
  const visit = (expr: Expr): void => {
    if (expr.kind === "load" && expr.guards.length === 0) {
      const text = `${expr.buffer}[${address(expr.address)}]`;
      if (variables.has(text)) return;
      const name = context.fresh("x");
      variables.set(text, name);
      texts.push(`const ${name} = ${text};`);
    } else if (expr.kind === "apply") for (const arg of expr.args) visit(arg);
  };
  for (const term of terms) visit(term);
  for (const text of texts) context.out.line(text);
  return variables;
}

/** The loops of a reduction: each lane combines its terms into the accumulator of its name. */
function printSums(
  context: Context,
  op: keyof typeof start,
  over: readonly Loop[],
  terms: readonly Expr[],
  names: readonly string[],
): void {
  const { out } = context;
  const inner = over[over.length - 1];
  nest(context, over.slice(0, -1), () => {
    const address = bases(context, terms.flatMap(addressesIn), inner?.name);
    const body = (): void => {
      const variables = terms.length === 1 ? undefined : sharedLoads(context, terms, address);
      const spell: Spelling = {
        ...spelling(context, address),
        load: (load) =>
          load.guards.length > 0 ? undefined : variables?.get(`${load.buffer}[${address(load.address)}]`),
      };
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
}

/** Stores the result of one lane, which the accumulator `name` holds. `single`: the tile has no other lane. */
function printLane(context: Context, stage: Reduce, lane: Lane, name: string, single: boolean): void {
  const lets = stage.lets.map((one) => ({ ...one, value: inLane(one.value, lane) }));
  const stores = stage.stores.map((store) => ({
    ...store,
    address: shiftAddress(store.address, lane),
    value: inLane(store.value, lane),
  }));
  const locals = new Map<string, string>([[stage.result, name]]);
  if (!single) for (const one of lets) locals.set(one.name, context.fresh("v"));
  const spell = spelling(context, addressText, (local) => locals.get(local) ?? local);
  if (stage.chunk === 0) {
    printPoint(context, lets, stores, spell);
    return;
  }
  const isFirst = stage.over
    .slice(0, stage.chunk)
    .map((l) => `${l.name} === 0`)
    .join(" && ");
  for (const store of stores) {
    const at = `${store.buffer}[${addressText(store.address)}]`;
    context.out.line(`${at} = ${isFirst} ? ${name} : ${at} + ${name};`);
  }
}

/** The innermost part of a reduction: a tile of accumulators, the loops it sums over, and the stores of each. */
function printTile(context: Context, stage: Reduce, tiles: readonly Tile[]): void {
  const { op } = stage;
  if (op === "arg_max" || op === "arg_min") {
    printArgument(context, stage);
    return;
  }
  const lanes = lanesOf(tiles);
  const single = lanes.length === 1;
  const names = lanes.map(() => (single ? stage.result : context.fresh("s")));
  context.out.line(`let ${names.map((name) => `${name} = ${start[op]}`).join(", ")};`);
  const terms = lanes.map((lane) => inLane(stage.term, lane));
  printSums(context, op, stage.over.slice(stage.chunk), terms, names);
  lanes.forEach((lane, i) => {
    printLane(context, stage, lane, names[i] ?? "", single);
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

export function printReduce(context: Context, stage: Reduce, loops: readonly Loop[]): void {
  const tiles = chooseTiles(stage, loops, context.sizes);
  const tiled = new Set(tiles.map((t) => t.loop));
  // The number of whole tiles over the batch is known only at run time; that of other loops is known now.
  const visit = (rest: readonly Tile[], chosen: readonly Tile[]): void => {
    const [tile, ...more] = rest;
    if (tile === undefined) {
      printTile(context, stage, chosen);
      return;
    }
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
