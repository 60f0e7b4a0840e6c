// A contraction as WAT: units of work for the threads, blocks of terms, packed operands, tiles. The plan decides all of it.

import { rewrite } from "../../../ir/expression.ts";
import type { Address, Extent, Loop, Stage } from "../../../ir/loops.ts";
import { writeRow } from "../each.ts";
import { nest, type Span, wholeSpan } from "../loops.ts";
import { affineText, extentText, type Scope, widthOf, withLoop } from "../scope.ts";
import { addI32, forLoop, get, i32, scaleI32, setLocal } from "../wat.ts";
import { type Tile, type TileChoice, tileName } from "./micro.ts";
import type { Blocks, ContractPlan, Load } from "./plan.ts";

type Reduce = Extract<Stage, { kind: "reduce" }>;

/** What contractions of a module share: the engine's tiles, and the tile functions that are called. */
export interface TileSet {
  readonly choice: TileChoice;
  readonly tiles: Map<string, Tile>;
}

export interface ContractText {
  /** Bytes of each thread's scratch memory that it needs. */
  readonly scratchBytes: number;
  /** The number of units of work, as text. */
  readonly units: string;
  /** Packs what stays the same for all units. */
  prologue(scope: Scope): void;
  /** Does the units from `span.from` to before `span.to`. */
  body(scope: Scope, span: Span): void;
}

interface Panel {
  readonly start: number;
  /** Columns with those that only fill the last vector. */
  readonly width: number;
  readonly real: number;
}

const strideOf = (address: Address, loop: string): number => address.strides[loop] ?? 0;
const numberOf = (extent: Extent): number | undefined => (typeof extent === "number" ? extent : undefined);
const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

function panelsOf(columns: number, width: number): readonly Panel[] {
  const panels: Panel[] = [];
  for (let start = 0; start < columns; start += width) {
    const real = Math.min(width, columns - start);
    panels.push({ start, real, width: Math.ceil(real / 4) * 4 });
  }
  return panels;
}

/** Blocks at run time: how many there are, and where one begins and ends. */
const blockCount = ({ loop, size }: Blocks): string =>
  loop === undefined
    ? i32(1)
    : typeof loop.extent === "number"
      ? i32(Math.ceil(loop.extent / size))
      : `(i32.div_u (i32.add ${extentText(loop.extent)} ${i32(size - 1)}) ${i32(size)})`;

const loopsOf = ({ loop, inner }: Blocks): readonly Loop[] => (loop === undefined ? inner : [loop, ...inner]);

/** The position in a block as an address over its loops, whose first may start anywhere. */
function positionIn(blocks: Blocks): Address {
  const strides: Record<string, number> = {};
  let stride = 1;
  for (const loop of [...loopsOf(blocks)].reverse()) {
    strides[loop.name] = stride;
    stride *= numberOf(loop.extent) ?? 1;
  }
  return { offset: 0, strides };
}

const scaled = (address: Address, factor: number): Address => ({
  offset: address.offset * factor,
  strides: Object.fromEntries(Object.entries(address.strides).map(([name, stride]) => [name, stride * factor])),
});
const joined = (a: Address, b: Address): Address => ({
  offset: a.offset + b.offset,
  strides: { ...a.strides, ...b.strides },
});

/** A block that is being worked on: where its blocked loop stands, as texts. */
interface OpenBlock {
  readonly from: string;
  readonly to: string;
  /** How many rows or terms it has. */
  readonly count: string;
}

const wholeBlock = (blocks: Blocks): OpenBlock => ({ from: i32(0), to: i32(1), count: i32(blocks.each) });

/** Opens loops of a block one inside the other; the blocked one runs over its part. */
function nestBlock(scope: Scope, blocks: Blocks, open: OpenBlock, body: (scope: Scope) => void): void {
  const { loop, inner } = blocks;
  if (loop === undefined) {
    nest(scope, inner, body);
    return;
  }
  const variable = scope.code.local("i32", loop.name);
  forLoop(scope.code, variable, open.from, open.to, 1, () => nest(withLoop(scope, loop, get(variable)), inner, body));
}

export function contractText(stage: Reduce, plan: ContractPlan, set: TileSet, scratch: string): ContractText {
  const { left, right, column, rows, terms, splitColumns } = plan;
  const panels = panelsOf(plan.columns, set.choice.width);
  const widest = panels[0]?.width ?? 4;
  const last = panels[panels.length - 1];
  const padded = (last?.start ?? 0) + (last?.width ?? 4);
  const most = terms.blocks.most;
  const outerTerms = terms.outer.reduce((n, l) => n * (numberOf(l.extent) ?? 1), 1);
  const fixedBlocks =
    terms.blocks.loop === undefined ? 1 : Math.ceil((numberOf(terms.blocks.loop.extent) ?? 1) / terms.blocks.size);
  const blocksOfTerms = outerTerms * fixedBlocks;
  const rightTurns = plan.packRight === "once" ? plan.rightLoops.reduce((n, l) => n * (numberOf(l.extent) ?? 1), 1) : 1;
  const oneBlock = terms.outer.length === 0 && terms.blocks.loop === undefined;
  const store = firstStore(stage);

  const rowLoops = loopsOf(rows);
  const innerRow = rowLoops[rowLoops.length - 1];
  const kept = splitColumns ? widest : padded;
  const rowUnits = rowBlockCount();
  const unitsAtMost = plan.packRight === "by terms" ? mostUnits() : 1;

  // Scratch memory of a thread: packed left rows, packed right panels, sums.
  const leftBytes = plan.leftLayout === "in place" ? 0 : align(rows.most * most * 4);
  const rightBlockBytes = most * kept * 4;
  const rightBytes = align(rightBlockBytes * (plan.packRight === "once" ? blocksOfTerms * rightTurns : 1));
  const sumsBytes = plan.sumsInPlace ? 0 : align(rows.most * kept * 4 * unitsAtMost);
  const leftAt = scratch;
  const rightAt = addI32(scratch, i32(leftBytes));
  const sumsAt = addI32(scratch, i32(leftBytes + rightBytes));

  /** All rows one after another at the same distance: undefined where a tile would run over an end. */
  function flatStride(address: Address): number | undefined {
    const [first, ...more] = [...rowLoops].reverse();
    if (first === undefined) return 0;
    const inner = strideOf(address, first.name);
    let stride = inner * (numberOf(first.extent) ?? 0);
    for (const loop of more) {
      if (strideOf(address, loop.name) !== stride) return undefined;
      stride *= numberOf(loop.extent) ?? 0;
    }
    return inner;
  }
  const leftFlat = plan.leftLayout === "in place" ? flatStride(left.address) : 0;
  const sumsFlat = plan.sumsInPlace ? flatStride(store.address) : 0;
  const flat = leftFlat !== undefined && sumsFlat !== undefined;

  const leftRow =
    plan.leftLayout === "in place"
      ? strideOf(left.address, innerRow?.name ?? "") * 4
      : plan.leftLayout === "rows inside"
        ? 4
        : most * 4;
  const leftStep = plan.leftLayout === "rows inside" ? rows.most * 4 : 4;
  const sumsRow = plan.sumsInPlace ? strideOf(store.address, innerRow?.name ?? "") * 4 : kept * 4;

  function rowBlockCount(): string {
    return blockCount(rows);
  }
  /** The most units there can be, for the largest batch. */
  function mostUnits(): number {
    const size = (extent: Extent): number => (typeof extent === "number" ? extent : extent.batch);
    const outer = plan.outer.reduce((n, l) => n * size(l.extent), 1);
    return outer * (rows.loop === undefined ? 1 : Math.ceil(size(rows.loop.extent) / rows.size));
  }

  const outerUnits = plan.outer.reduce((text, l) => timesText(text, extentText(l.extent)), i32(1));
  const units = timesText(timesText(outerUnits, rowUnits), i32(splitColumns ? panels.length : 1));

  /** `scratch[position] = operand[…]` over two sets of loops, the inner one along memory. */
  function pack(scope: Scope, base: string, address: Address, load: Load, loop: Loop, span: Span): void {
    const inside: Scope = {
      ...scope,
      buffer: (name) => (name === "packed" ? { dtype: "f32", base, offset: 0 } : scope.buffer(name)),
    };
    writeRow(inside, { lets: [], stores: [{ buffer: "packed", address, value: load }] }, loop, span);
  }

  const rowPosition = positionIn(rows);
  const termPosition = positionIn(terms.blocks);

  /** A base that makes positions count from a block's beginning. */
  const shiftedBase = (base: string, blocks: Blocks, open: OpenBlock, bytes: number): string =>
    blocks.loop === undefined ? base : `(i32.sub ${base} ${scaleI32(open.from, blocks.each * bytes)})`;

  function packLeft(scope: Scope, rowBlock: OpenBlock, termBlock: OpenBlock): void {
    const insideRows = plan.leftLayout === "rows inside";
    const [rowBytes, termBytes] = insideRows ? [4, rows.most * 4] : [most * 4, 4];
    const base = scope.code.local("i32", "packed");
    setLocal(
      scope.code,
      base,
      shiftedBase(shiftedBase(leftAt, rows, rowBlock, rowBytes), terms.blocks, termBlock, termBytes),
    );
    const address = joined(scaled(rowPosition, rowBytes / 4), scaled(termPosition, termBytes / 4));
    const [outside, outsideOpen, inside, insideOpen] = insideRows
      ? ([terms.blocks, termBlock, rows, rowBlock] as const)
      : ([rows, rowBlock, terms.blocks, termBlock] as const);
    nestBlock(scope, outside, outsideOpen, (open) => {
      const loops = loopsOf(inside);
      const inner = loops[loops.length - 1];
      if (inner === undefined) {
        pack(open, get(base), address, left, { name: "only", extent: 1 }, wholeSpan(1));
        return;
      }
      if (inside.inner.length === 0)
        pack(open, get(base), address, left, inner, { from: insideOpen.from, to: insideOpen.to });
      else
        nestBlock(open, { ...inside, inner: inside.inner.slice(0, -1) }, insideOpen, (deep) =>
          pack(deep, get(base), address, left, inner, wholeSpan(inner.extent)),
        );
    });
  }

  /** Packs the columns of `panel` for a block of terms to `base`. */
  function packPanel(scope: Scope, base: string, panel: Panel, termBlock: OpenBlock): void {
    const { code } = scope;
    const at = code.local("i32", "packed");
    setLocal(code, at, shiftedBase(base, terms.blocks, termBlock, panel.width * 4));
    const lane: Loop = { name: "lane", extent: panel.real };
    const load: Load = {
      ...right,
      address: {
        offset: right.address.offset + panel.start * strideOf(right.address, column.name),
        strides: { ...withoutLoop(right.address, column.name), lane: strideOf(right.address, column.name) },
      },
    };
    const address = joined(scaled(termPosition, panel.width), { offset: 0, strides: { lane: 1 } });
    nestBlock(scope, terms.blocks, termBlock, (open) => {
      pack(open, get(at), address, load, lane, wholeSpan(panel.real));
      for (let k = panel.real; k < panel.width; k++) {
        const where = addI32(get(at), affineText(scaled(termPosition, panel.width), open, 4));
        code.line(`(f32.store offset=${k * 4} ${where} (f32.const 0))`);
      }
    });
  }

  /** Bytes from the start of a packed block to a panel: the panels before it are whole. */
  const panelBytes = (panel: Panel): number => (splitColumns ? 0 : panel.start * most * 4);

  /** Walks the blocks of terms; `more` counts them. */
  function eachTermBlock(scope: Scope, body: (scope: Scope, open: OpenBlock, number: string) => void): void {
    const { code } = scope;
    if (oneBlock) {
      body(scope, wholeBlock(terms.blocks), i32(0));
      return;
    }
    const number = code.local("i32", "block");
    setLocal(code, number, i32(0));
    nest(scope, terms.outer, (inside) => {
      const { loop, size, each } = terms.blocks;
      const next = (): void => setLocal(code, number, addI32(get(number), i32(1)));
      if (loop === undefined) {
        body(inside, wholeBlock(terms.blocks), get(number));
        next();
        return;
      }
      const from = code.local("i32", `${loop.name}_from`);
      const to = code.local("i32", `${loop.name}_to`);
      forLoop(code, from, i32(0), extentText(loop.extent), size, () => {
        const end = addI32(get(from), i32(size));
        setLocal(code, to, minText(end, extentText(loop.extent)));
        body(
          inside,
          { from: get(from), to: get(to), count: scaleI32(`(i32.sub ${get(to)} ${get(from)})`, each) },
          get(number),
        );
        next();
      });
    });
  }

  /** Binds the loops of one unit from its number. */
  function openUnit(
    scope: Scope,
    unit: string,
    body: (scope: Scope, rowBlock: OpenBlock, panel: string) => void,
  ): void {
    const { code } = scope;
    const rest = code.local("i32", "rest");
    setLocal(code, rest, unit);
    let blockFrom = i32(0);
    let blockTo = i32(1);
    let count = i32(rows.each);
    if (rows.loop !== undefined) {
      const [from, to] = [code.local("i32", `${rows.loop.name}_from`), code.local("i32", `${rows.loop.name}_to`)];
      setLocal(code, from, scaleI32(`(i32.rem_u ${get(rest)} ${rowUnits})`, rows.size));
      setLocal(code, rest, `(i32.div_u ${get(rest)} ${rowUnits})`);
      setLocal(code, to, minText(addI32(get(from), i32(rows.size)), extentText(rows.loop.extent)));
      [blockFrom, blockTo] = [get(from), get(to)];
      count = scaleI32(`(i32.sub ${get(to)} ${get(from)})`, rows.each);
    }
    let inside = scope;
    [...plan.outer].reverse().forEach((loop, i) => {
      const variable = code.local("i32", loop.name);
      const isLast = i === plan.outer.length - 1 && !splitColumns;
      setLocal(code, variable, isLast ? get(rest) : `(i32.rem_u ${get(rest)} ${extentText(loop.extent)})`);
      if (!isLast) setLocal(code, rest, `(i32.div_u ${get(rest)} ${extentText(loop.extent)})`);
      inside = withLoop(inside, loop, get(variable));
    });
    body(inside, { from: blockFrom, to: blockTo, count }, get(rest));
  }

  /** Tiles down `count` rows that lie at the same distance. */
  function tilesDown(
    scope: Scope,
    count: string,
    vectors: number,
    pa: string,
    pb: string,
    pc: string,
    termCount: string,
    continues: boolean,
  ): void {
    const { code } = scope;
    const wanted = set.choice.rows[vectors as 1 | 2 | 3 | 4];
    const call = (size: number): void => {
      const tile: Tile = { rows: size, vectors, leftRow, leftStep, resultRow: sumsRow, continues };
      set.tiles.set(tileName(tile), tile);
      code.line(`(call $${tileName(tile)} ${get(pa)} ${pb} ${get(pc)} ${termCount})`);
      setLocal(code, pa, addI32(get(pa), i32(size * leftRow)));
      setLocal(code, pc, addI32(get(pc), i32(size * sumsRow)));
    };
    const fixed = /^\(i32\.const (\d+)\)$/.exec(count)?.[1];
    const row = code.local("i32", "row");
    if (fixed !== undefined) {
      const n = Number(fixed);
      const whole = Math.floor(n / wanted) * wanted;
      if (whole > 0) forLoop(code, row, i32(0), i32(whole), wanted, () => call(wanted), true);
      if (n > whole) call(n - whole);
      return;
    }
    forLoop(code, row, i32(0), `(i32.sub ${count} ${i32(wanted - 1)})`, wanted, () => call(wanted));
    // The rest: at most one tile of each smaller size that fits.
    for (let size = wanted - 1; size >= 1; size--) {
      code.form(
        `(if (i32.ge_s (i32.sub ${count} ${get(row)}) ${i32(size)}) (then`,
        () => {
          call(size);
          setLocal(code, row, addI32(get(row), i32(size)));
        },
        "))",
      );
    }
  }

  const bufferText = (scope: Scope, name: string, address: Address): string => {
    const place = scope.buffer(name);
    const width = widthOf(place.dtype);
    return addI32(
      addI32(place.base ?? i32(0), affineText(address, scope, width)),
      i32(place.offset + address.offset * width),
    );
  };
  const only = (address: Address, open: Scope): Address => ({
    offset: address.offset,
    strides: Object.fromEntries(Object.entries(address.strides).filter(([name]) => open.loops.has(name))),
  });
  /** The blocked loop at the beginning of its block, the inner ones at 0. */
  function atBlockStart(scope: Scope, blocks: Blocks, open: OpenBlock): Scope {
    const start = blocks.loop === undefined ? scope : withLoop(scope, blocks.loop, open.from);
    return blocks.inner.reduce((s, loop) => withLoop(s, loop, i32(0)), start);
  }

  /** All tiles of a panel for a block of rows and of terms. */
  function panelTiles(
    scope: Scope,
    rowBlock: OpenBlock,
    termBlock: OpenBlock,
    panel: Panel,
    pb: string,
    sums: string,
  ): void {
    const { code } = scope;
    const vectors = panel.width / 4;
    const [pa, pc] = [code.local("i32", "left"), code.local("i32", "sums")];
    const termStart = atBlockStart(scope, terms.blocks, termBlock);
    const columnAt = panel.start;
    const leftPlace = (open: Scope): string => bufferText(open, left.buffer, only(left.address, open));
    const sumsPlace = (open: Scope): string =>
      bufferText(open, store.buffer, {
        ...only(store.address, open),
        offset: store.address.offset + columnAt * strideOf(store.address, column.name),
      });
    const keptAt = splitColumns ? 0 : columnAt * 4;
    if (flat) {
      const start = atBlockStart(termStart, rows, rowBlock);
      setLocal(code, pa, plan.leftLayout === "in place" ? leftPlace(start) : leftAt);
      setLocal(code, pc, plan.sumsInPlace ? sumsPlace(start) : addI32(sums, i32(keptAt)));
      tilesDown(scope, rowBlock.count, vectors, pa, pb, pc, termBlock.count, !oneBlock);
      return;
    }
    // Along the last loop of rows only; the others are walked one by one.
    const inner = innerRow;
    if (inner === undefined) throw new Error("compiler bug: rows without a loop are flat");
    const blocked = rows.inner.length === 0;
    const around: Blocks = blocked
      ? { ...rows, loop: undefined, inner: [] }
      : { ...rows, inner: rows.inner.slice(0, -1) };
    const rowsDone = code.local("i32", "done");
    setLocal(code, rowsDone, i32(0));
    nestBlock(termStart, around, rowBlock, (open) => {
      const start = withLoop(open, inner, blocked ? rowBlock.from : i32(0));
      const count = blocked ? rowBlock.count : extentText(inner.extent);
      const packedRow = (base: string, bytes: number): string => addI32(base, scaleI32(get(rowsDone), bytes));
      setLocal(code, pa, plan.leftLayout === "in place" ? leftPlace(start) : packedRow(leftAt, leftRow));
      setLocal(code, pc, plan.sumsInPlace ? sumsPlace(start) : packedRow(addI32(sums, i32(keptAt)), sumsRow));
      tilesDown(open, count, vectors, pa, pb, pc, termBlock.count, !oneBlock);
      if (plan.leftLayout !== "in place" || !plan.sumsInPlace) setLocal(code, rowsDone, addI32(get(rowsDone), count));
    });
  }

  /** Sets the sums of a unit to zero, where several blocks add to them. */
  function clearSums(scope: Scope, rowBlock: OpenBlock, sums: string, chosen: readonly Panel[]): void {
    const { code } = scope;
    if (!plan.sumsInPlace) {
      code.line(`(memory.fill ${sums} (i32.const 0) ${scaleI32(rowBlock.count, kept * 4)})`);
      return;
    }
    const from = chosen[0]?.start ?? 0;
    const end = chosen[chosen.length - 1];
    nestBlock(scope, rows, rowBlock, (open) => {
      const address = { ...only(store.address, open), offset: store.address.offset + from };
      const bytes = ((end?.start ?? 0) + (end?.real ?? 0) - from) * 4;
      code.line(`(memory.fill ${bufferText(open, store.buffer, address)} (i32.const 0) ${i32(bytes)})`);
    });
  }

  /** What is done with the whole sums of a unit. */
  function finish(scope: Scope, rowBlock: OpenBlock, sums: string, chosen: readonly Panel[]): void {
    if (plan.sumsInPlace) return;
    const from = chosen[0]?.start ?? 0;
    const end = chosen[chosen.length - 1];
    const span: Span = { from: i32(from), to: i32((end?.start ?? 0) + (end?.real ?? 0)) };
    const base = scope.code.local("i32", "kept");
    const shift = splitColumns ? addI32(sums, i32(-from * 4)) : sums;
    setLocal(scope.code, base, shiftedBase(shift, rows, rowBlock, kept * 4));
    const address = joined(scaled(rowPosition, kept), { offset: 0, strides: { [column.name]: 1 } });
    const change = (value: Parameters<typeof rewrite>[0]) =>
      rewrite(value, (e) =>
        e.kind === "local" && e.name === stage.result
          ? { kind: "load", buffer: "sums", address, guards: [], otherwise: 0 }
          : e,
      );
    const point = {
      lets: stage.lets.map((l) => ({ ...l, value: change(l.value) })),
      stores: stage.stores.map((s) => ({ ...s, value: change(s.value) })),
    };
    nestBlock(scope, rows, rowBlock, (open) => {
      const inside: Scope = {
        ...open,
        buffer: (name) => (name === "sums" ? { dtype: "f32", base: get(base), offset: 0 } : open.buffer(name)),
      };
      writeRow(inside, point, column, span);
    });
  }

  /** Where the panels of a block of terms are packed. */
  function rightPlace(scope: Scope, number: string): string {
    if (plan.packRight !== "once") return rightAt;
    const turn = plan.rightLoops.reduce(
      (text, l) => addI32(scaleI32(text, numberOf(l.extent) ?? 1), scope.loops.get(l.name) ?? i32(0)),
      i32(0),
    );
    return addI32(rightAt, scaleI32(addI32(scaleI32(turn, blocksOfTerms), number), rightBlockBytes));
  }

  /** One unit and one block of terms, for some panels. */
  function multiply(
    scope: Scope,
    rowBlock: OpenBlock,
    termBlock: OpenBlock,
    number: string,
    chosen: readonly Panel[],
    sums: string,
  ): void {
    const base = scope.code.local("i32", "right");
    setLocal(scope.code, base, rightPlace(scope, number));
    for (const panel of chosen)
      panelTiles(scope, rowBlock, termBlock, panel, addI32(get(base), i32(panelBytes(panel))), sums);
  }

  /** Runs `body` for the panels of a unit: all, or the one that `number` names. */
  function withPanels(scope: Scope, number: string, body: (chosen: readonly Panel[]) => void): void {
    if (!splitColumns) {
      body(panels);
      return;
    }
    for (const [i, panel] of panels.entries())
      scope.code.form(`(if (i32.eq ${number} ${i32(i)}) (then`, () => body([panel]), "))");
  }

  return {
    scratchBytes: leftBytes + rightBytes + sumsBytes,
    units,
    prologue(scope) {
      if (plan.packRight !== "once") return;
      nest(scope, plan.rightLoops, (around) =>
        eachTermBlock(around, (inside, termBlock, number) => {
          const base = inside.code.local("i32", "right");
          setLocal(inside.code, base, rightPlace(inside, number));
          for (const panel of panels) packPanel(inside, addI32(get(base), i32(panelBytes(panel))), panel, termBlock);
        }),
      );
    },
    body(scope, span) {
      const { code } = scope;
      const unit = code.local("i32", "unit");
      if (plan.packRight === "by terms") {
        const sumsOf = (): string =>
          addI32(sumsAt, scaleI32(`(i32.sub ${get(unit)} ${span.from})`, rows.most * kept * 4));
        const walk = (body: (inside: Scope, rowBlock: OpenBlock) => void, around: Scope = scope): void =>
          forLoop(code, unit, span.from, span.to, 1, () =>
            openUnit(around, get(unit), (inside, rowBlock) => body(inside, rowBlock)),
          );
        walk((inside, rowBlock) => clearSums(inside, rowBlock, sumsOf(), panels));
        eachTermBlock(scope, (inside, termBlock, number) => {
          for (const panel of panels) packPanel(inside, addI32(rightAt, i32(panelBytes(panel))), panel, termBlock);
          walk((deep, rowBlock) => {
            if (plan.leftLayout !== "in place") packLeft(deep, rowBlock, termBlock);
            multiply(deep, rowBlock, termBlock, number, panels, sumsOf());
          }, inside);
        });
        walk((inside, rowBlock) => finish(inside, rowBlock, sumsOf(), panels));
        return;
      }
      forLoop(code, unit, span.from, span.to, 1, () =>
        openUnit(scope, get(unit), (inside, rowBlock, panelNumber) =>
          withPanels(inside, panelNumber, (chosen) => {
            if (!oneBlock) clearSums(inside, rowBlock, sumsAt, chosen);
            eachTermBlock(inside, (deep, termBlock, number) => {
              if (plan.packRight === "by unit")
                for (const panel of chosen) packPanel(deep, addI32(rightAt, i32(panelBytes(panel))), panel, termBlock);
              if (plan.leftLayout !== "in place") packLeft(deep, rowBlock, termBlock);
              multiply(deep, rowBlock, termBlock, number, chosen, sumsAt);
            });
            finish(inside, rowBlock, sumsAt, chosen);
          }),
        ),
      );
    },
  };
}

function firstStore({ stores }: Reduce): Reduce["stores"][number] {
  const [first] = stores;
  if (first === undefined) throw new Error("compiler bug: a contraction that stores nothing");
  return first;
}

const withoutLoop = (address: Address, loop: string): Readonly<Record<string, number>> => {
  const { [loop]: _, ...rest } = address.strides;
  return rest;
};

function timesText(a: string, b: string): string {
  const [x, y] = [a, b].map((text) => /^\(i32\.const (-?\d+)\)$/.exec(text)?.[1]);
  if (x !== undefined) return scaleI32(b, Number(x));
  if (y !== undefined) return scaleI32(a, Number(y));
  return `(i32.mul ${a} ${b})`;
}

function minText(a: string, b: string): string {
  return `(select ${a} ${b} (i32.lt_s ${a} ${b}))`;
}
