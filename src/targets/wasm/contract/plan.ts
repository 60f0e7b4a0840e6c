// Plans a contraction: the loops of the result that run across vectors and down the rows of tiles, the packing of operands,
// and the units that the threads share. It changes no sum: each element adds its terms in the order of the
// LoopProgram, whatever the tile and however many threads.

import { largest } from "../../../ir/address.ts";
import type { Expr, Extent, Loop, Stage } from "../../../ir/loops.ts";
import { dependsOn, factorsOf, loopsOfOne, strideOf } from "../../loops/products.ts";

type Reduce = Extract<Stage, { kind: "reduce" }>;
export type Load = Extract<Expr, { kind: "load" }>;

/** Loops that run in blocks: `size` turns of `loop` at a time, with all turns of `inner` in each. */
export interface Blocks {
  /** Undefined if everything is one block. */
  readonly loop: Loop | undefined;
  readonly size: number;
  readonly inner: readonly Loop[];
  /** The number of turns of the inner loops. */
  readonly each: number;
  /** The number of turns in a whole block. */
  readonly most: number;
}

export interface ContractPlan {
  /** Depends on row and term, and is the same for all columns. */
  readonly left: Load;
  /** Depends on column and term, and is the same for all rows. */
  readonly right: Load;
  readonly column: Loop;
  readonly columns: number;
  readonly rows: Blocks;
  /** The outer loops of the sum, and blocks of those inside them. A tile runs each block as one flat loop. */
  readonly terms: { readonly outer: readonly Loop[]; readonly blocks: Blocks };
  /** The loops of the result around the blocks of rows, outermost first. */
  readonly outer: readonly Loop[];
  /** Whether the threads share the columns too. */
  readonly splitColumns: boolean;
  /**
   * How tiles read the left operand: in place, with an even step from term to term or with a table of places; or packed,
   * with terms or rows side by side.
   */
  readonly leftLayout: "in place" | "by table" | "terms inside" | "rows inside";
  /** The loops around the blocks that the right operand depends on, outermost first. */
  readonly rightLoops: readonly Loop[];
  /**
   * When the right operand is packed: before all units, for each unit, for each unit that needs another part than the last,
   * or for each block of terms; "never" reads it in place.
   */
  readonly packRight: "once" | "by unit" | "by turn" | "by terms" | "never";
  /** Whether sums grow in the place of the result. Otherwise scratch memory holds them until they are whole. */
  readonly sumsInPlace: boolean;
}

const uses = (load: Load, loop: string): boolean => dependsOn(load.address, loop);
const sizeOf = (extent: Extent): number | undefined => (typeof extent === "number" ? extent : undefined);

/** The innermost loops with at most `most` turns together, and as many turns of the next loop as fit. */
function blocksOf(loops: readonly Loop[], most: number): { readonly blocks: Blocks; readonly rest: readonly Loop[] } {
  const inner: Loop[] = [];
  let each = 1;
  let at = loops.length - 1;
  for (; at >= 0; at--) {
    const loop = loops[at];
    const size = loop === undefined ? undefined : sizeOf(loop.extent);
    if (loop === undefined || size === undefined || each * size > most) break;
    inner.unshift(loop);
    each *= size;
  }
  const next = loops[at];
  if (next === undefined) return { blocks: { loop: undefined, size: 1, inner, each, most: each }, rest: [] };
  const size = evenly(Math.max(1, Math.floor(most / each)), each);
  return { blocks: { loop: next, size, inner, each, most: size * each }, rest: loops.slice(0, at) };
}

/** At most `size` turns of `each`, or a few less if that avoids tiles that are not full. */
function evenly(size: number, each: number): number {
  for (let less = size; less > size / 2; less--) if ((less * each) % TILE_ROWS === 0) return less;
  return size;
}
const TILE_ROWS = 4;

/** The terms in a block: a panel of 16 columns of them fits in the first-level cache. */
const MOST_TERMS = 384;
/** The rows in a block: with their terms they fit in the second-level cache. */
const MOST_ROWS = 192;
const FEW_ROWS = 16;
/** The rows of a unit that keeps all of its columns, and the fewest such units that are enough for the threads. */
const WIDE_ROWS = 64;
const ENOUGH_UNITS = 8;
/** Each thread packs a right operand of at most this many numbers as a whole. */
const MOST_PACKED = 1 << 17;
/** The fewest consecutive terms to read in place: a tile must pay for its call. */
const LEAST_RUN = 16;
/** From this many terms on, a run is worth tiles of its own. Shorter ones go by a table of all terms, if there is one. */
const LONG_RUN = 64;
/**
 * The terms in a block if both operands are read in place. The first tile of a block waits for memory, and the others find all
 * in the cache: with few terms, the processor fetches the next block while they multiply.
 */
const MOST_TERMS_APART = 24;
/** The largest even step, in numbers: larger steps use only a small part of the cache. */
const MOST_STEP = 128;
/** The most terms in a table of places: it fits in the first-level cache together with the operand. */
const MOST_IN_TABLE = 2048;

/** The step of an operand along some loops, if it is even. The last loop runs fastest. */
export function evenStep({ address }: Load, loops: readonly Loop[]): number | undefined {
  const [last, ...more] = [...loops].reverse();
  if (last === undefined) return undefined;
  const step = strideOf(address, last.name);
  let next = step * (sizeOf(last.extent) ?? 0);
  for (const loop of more) {
    if (strideOf(address, loop.name) !== next) return undefined;
    next *= sizeOf(loop.extent) ?? 0;
  }
  return step;
}

/** The most inner loops of a sum along which all operands have small even steps, if that is enough terms. */
function evenRun(over: readonly Loop[], operands: readonly Load[]): readonly Loop[] | undefined {
  for (let from = 0; from < over.length; from++) {
    const loops = over.slice(from);
    const isEven = (load: Load): boolean => {
      const step = evenStep(load, loops);
      return step !== undefined && step > 0 && step <= MOST_STEP;
    };
    if (operands.every(isEven)) return (product(loops) ?? Number.POSITIVE_INFINITY) >= LEAST_RUN ? loops : undefined;
  }
  return undefined;
}

/** The terms to read from the left operand in place, with an even step; undefined if a table or a packed copy is faster. */
function leftRun(over: readonly Loop[], left: Load, hasTable: boolean): readonly Loop[] | undefined {
  const run = evenRun(over, [left]);
  const isWhole = run === undefined || run.length === over.length;
  return !isWhole && hasTable && (product(run) ?? LONG_RUN) < LONG_RUN ? undefined : run;
}

/**
 * Whether the left operand has all terms of a result side by side, in one block. If many rows share the right operand, its copy
 * then costs less than sums that leave the registers after each short block.
 */
const isOneRow = (left: Load, over: readonly Loop[]): boolean =>
  evenStep(left, over) === 1 && (product(over) ?? Number.POSITIVE_INFINITY) <= MOST_TERMS;

/** Whether a value is the sum itself: under another name, or rounded to f32. */
function isSum(stage: Reduce, value: Expr): boolean {
  if (value.kind === "apply") {
    const [arg, more] = value.args;
    return value.fn === "f32" && arg !== undefined && more === undefined && isSum(stage, arg);
  }
  if (value.kind !== "local") return false;
  const renamed = stage.lets.find(({ name }) => name === value.name);
  return renamed === undefined ? value.name === stage.result : isSum(stage, renamed.value);
}

/** Whether the sums can grow in place: one store along the columns, in whole vectors, that replaces the old value. */
function storesSums(stage: Reduce, column: Loop): boolean {
  const [store, more] = stage.stores;
  return (
    store !== undefined &&
    more === undefined &&
    store.adds !== true &&
    stage.lets.every(({ value }) => isSum(stage, value)) &&
    isSum(stage, store.value) &&
    strideOf(store.address, column.name) === 1 &&
    (sizeOf(column.extent) ?? 1) % 4 === 0
  );
}

/** The operands of a product, and the loops of the result that each depends on. */
interface Roles {
  readonly left: Load;
  readonly right: Load;
  readonly column: Loop;
  readonly columns: number;
  /** The loops of the left operand alone. */
  readonly rowLoops: readonly Loop[];
  /** All other loops of the result except the column. */
  readonly fixed: readonly Loop[];
  /** Those among them that the right operand depends on. */
  readonly rightLoops: readonly Loop[];
}

/** Undefined if it is not a matrix product: rows and columns share nothing. */
function rolesIn(stage: Reduce, parallel: readonly Loop[], isFloat: (buffer: string) => boolean): Roles | undefined {
  const pair = stage.chunk > 0 ? undefined : factorsOf(stage);
  const first = stage.stores[0];
  if (pair === undefined || first === undefined || !pair.every((load) => isFloat(load.buffer))) return undefined;
  const column = parallel.findLast((l) => strideOf(first.address, l.name) === 1);
  if (column === undefined || typeof column.extent !== "number") return undefined;
  const [a, b] = pair;
  if (uses(a, column.name) === uses(b, column.name)) return undefined;
  const [left, right] = uses(a, column.name) ? [b, a] : [a, b];
  const others = parallel.filter((l) => l !== column);
  const rowLoops = loopsOfOne(others, left, right);
  if (rowLoops.length === 0 && stage.over.length === 0) return undefined;
  const fixed = others.filter((l) => !rowLoops.includes(l));
  const rightLoops = fixed.filter((l) => uses(right, l.name));
  return { left, right, column, columns: column.extent, rowLoops, fixed, rightLoops };
}

/** The blocks of rows, the loops around them, and whether the threads share the columns too. */
function planRows(
  { rowLoops, fixed, rightLoops, columns }: Roles,
  over: readonly Loop[],
  byTerms: boolean,
  shared: boolean,
): Pick<ContractPlan, "rows" | "outer" | "splitColumns"> {
  const allRows = product(rowLoops);
  const around = product(fixed) ?? Number.POSITIVE_INFINITY;
  const panels = Math.ceil(columns / 16);
  const wide = panels >= 8 && !byTerms;
  // Results of few columns are a cache line in each row. Whole rows are written faster: the next line is known.
  const mostRows = mostTurns(rowLoops);
  const packed = (product([...rightLoops, ...over]) ?? Number.POSITIVE_INFINITY) * columns;
  const wholeRows =
    wide && rowLoops.length > 1 && mostRows >= ENOUGH_UNITS * WIDE_ROWS && shared && packed <= MOST_PACKED;
  const manyUnits = around >= 8 || (rowLoops.length > 1 && allRows === undefined);
  const most = (): number => {
    // A small odd number of units would leave a thread waiting.
    const oddFew = around > 1 && around < 2 * FEW_ROWS;
    if (wholeRows) return WIDE_ROWS;
    if (!shared || (manyUnits && !oddFew)) return MOST_ROWS;
    if (wide) return 128;
    return manyUnits ? 2 * FEW_ROWS : FEW_ROWS;
  };
  const { blocks, rest } = blocksOf(rowLoops, most());
  const outer = [...fixed, ...rest];
  const fewUnits = outer.length === 0 && (wide || (allRows !== undefined && allRows < 2 * FEW_ROWS));
  return { rows: blocks, outer, splitColumns: shared && fewUnits && panels > 1 && !wholeRows };
}

/** Decides how tiles read the operands. */
function planOperands(
  stage: Reduce,
  { left, right, column, columns, rowLoops, rightLoops }: Roles,
  { rows, splitColumns }: Pick<ContractPlan, "rows" | "splitColumns">,
  byTerms: boolean,
  shared: boolean,
  changes: boolean,
): Pick<ContractPlan, "terms" | "leftLayout" | "packRight"> {
  const { over } = stage;
  const allTerms = product(over);
  const mostRows = mostTurns(rowLoops);
  const packed = (product(rightLoops) ?? Number.POSITIVE_INFINITY) * (allTerms ?? Number.POSITIVE_INFINITY) * columns;
  // Data that is packed before all units may depend only on the contraction's own loops, not on the kernel's loops around it.
  const own = new Set([...over, ...rightLoops, column].map(({ name }) => name));
  const isClosed = Object.keys(right.address.strides).every((name) => own.has(name));
  const fitsOnce = isClosed && !changes && !splitColumns && packed <= MOST_PACKED;
  const wholeVectors = columns % 4 === 0 && strideOf(right.address, column.name) === 1;
  const sharedByRows = shared && rightLoops.length > 0 && mostRows >= WIDE_ROWS && isOneRow(left, over);
  const bothRun = fitsOnce || sharedByRows || !wholeVectors ? undefined : evenRun(over, [left, right]);
  const steps = over.map((l) => Math.abs(strideOf(left.address, l.name)));
  const hasTable =
    allTerms !== undefined && allTerms <= MOST_IN_TABLE && steps.length > 0 && Math.min(...steps) <= MOST_STEP;
  // The number of the right operand's terms is known only at run time, so they are packed by blocks.
  const run = bothRun ?? (allTerms === undefined ? undefined : leftRun(over, left, hasTable));
  const besideEachOther = bothRun === undefined && run !== undefined && evenStep(left, run) === 1;
  const { blocks, rest } = blocksOf(run ?? over, run === undefined || besideEachOther ? MOST_TERMS : MOST_TERMS_APART);
  const outer = [...(run === undefined ? [] : over.slice(0, -run.length)), ...rest];

  const leftLayout = (): ContractPlan["leftLayout"] => {
    if (run !== undefined) return "in place";
    if (hasTable) return "by table";
    const [lastTerm, innerRow] = [over[over.length - 1], rows.inner[rows.inner.length - 1] ?? rows.loop];
    const hasStep1 = (loop: Loop | undefined): boolean => loop !== undefined && strideOf(left.address, loop.name) === 1;
    return !hasStep1(lastTerm) && hasStep1(innerRow) ? "rows inside" : "terms inside";
  };
  const packRight = (): ContractPlan["packRight"] => {
    if (bothRun !== undefined) return "never";
    if (splitColumns) return "by unit";
    if (byTerms) return "by terms";
    const oneBlock = outer.length === 0 && blocks.loop === undefined;
    if (shared && rightLoops.length > 0 && oneBlock) return "by turn";
    return fitsOnce ? "once" : "by unit";
  };
  return { terms: { outer, blocks }, leftLayout: leftLayout(), packRight: packRight() };
}

/**
 * The plan for a sum over `parallel` loops (outermost first; those already open are not among them). `shared`: threads share
 * its units, so there should be some for each. `changes` says which buffers hold other numbers in each turn of the loops
 * around. Undefined if rows and columns share nothing.
 */
export function planContract(
  stage: Reduce,
  parallel: readonly Loop[],
  isFloat: (buffer: string) => boolean,
  shared = true,
  changes: (buffer: string) => boolean = () => false,
): ContractPlan | undefined {
  const roles = rolesIn(stage, parallel, isFloat);
  if (roles === undefined) return undefined;
  // If the number of terms is known only at run time, each thread packs them block by block, for all of its rows.
  const byTerms = product(stage.over) === undefined && roles.rightLoops.length === 0;
  const rows = planRows(roles, stage.over, byTerms, shared);
  const { left, right, column, columns, rightLoops } = roles;
  return {
    left,
    right,
    column,
    columns,
    rightLoops,
    ...rows,
    ...planOperands(stage, roles, rows, byTerms, shared, changes(right.buffer)),
    sumsInPlace: storesSums(stage, column),
  };
}

const mostTurns = (loops: readonly Loop[]): number => loops.reduce((n, { extent }) => n * largest(extent), 1);

/** The number of turns of all loops together; undefined if it is known only at run time. */
function product(loops: readonly Loop[]): number | undefined {
  return loops.reduce<number | undefined>((n, { extent }) => {
    const size = sizeOf(extent);
    return n === undefined || size === undefined ? undefined : n * size;
  }, 1);
}
