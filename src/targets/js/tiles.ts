// Chooses the loops of a reduction to unroll into registers: a small tile of outputs shares its loads. The tile changes no
// sum: each output still adds its terms in the order of the LoopProgram.

import { loadsOfExpression } from "../../ir/expression.ts";
import type { Loop, Stage } from "../../ir/loops.ts";
import { factorsOf, loopsOfOne, strideOf } from "../loops/products.ts";

type Reduce = Extract<Stage, { kind: "reduce" }>;

export interface Tile {
  readonly loop: string;
  readonly size: number;
}

/** The target sizes: rows × columns of a contract's tile, and the width with one operand. */
export interface TileSizes {
  readonly rows: number;
  readonly columns: number;
  readonly width: number;
}
/** Measured on V8 of Node 20: larger tiles spill, smaller ones load more than they multiply. */
export const tileSizes: TileSizes = { rows: 3, columns: 4, width: 8 };

function bestSize(extent: number, wanted: number): number {
  if (extent <= wanted + 1) return extent;
  for (const size of [wanted, wanted + 1, wanted - 1]) if (size > 1 && extent % size === 0) return size;
  return wanted;
}

/** Tiles for a reduction over `parallel` loops (outermost first); none if nothing is shared or contiguous. */
export function chooseTiles(stage: Reduce, parallel: readonly Loop[], sizes: TileSizes = tileSizes): readonly Tile[] {
  if (stage.op === "arg_max" || stage.op === "arg_min") return [];
  const pair = factorsOf(stage);
  if (pair !== undefined) {
    const [a, b] = pair;
    const ofA = pick(loopsOfOne(parallel, a, b));
    const ofB = pick(loopsOfOne(parallel, b, a));
    if (ofA !== undefined && ofB !== undefined) {
      // The later of the two loops runs along contiguous output: the columns.
      const [row, column] = parallel.indexOf(ofA) < parallel.indexOf(ofB) ? [ofA, ofB] : [ofB, ofA];
      return [tile(column, sizes.columns), tile(row, sizes.rows)];
    }
  }
  const last = parallel[parallel.length - 1];
  if (last === undefined || typeof last.extent !== "number" || stage.over.length === 0) return [];
  const inner = stage.over[stage.over.length - 1];
  const loads = loadsOfExpression(stage.term);
  // A tile is only worth it if the loop walks memory in order and the reduction would jump.
  const contiguous = loads.some(
    (l) => Math.abs(strideOf(l.address, last.name)) === 1 && Math.abs(strideOf(l.address, inner?.name ?? "")) !== 1,
  );
  return contiguous ? [tile(last, sizes.width)] : [];
}

/** The innermost loop of known length, otherwise the innermost. */
function pick(loops: readonly Loop[]): Loop | undefined {
  return loops.findLast((l) => typeof l.extent === "number" && l.extent > 1) ?? loops[loops.length - 1];
}

function tile(loop: Loop, wanted: number): Tile {
  return { loop: loop.name, size: typeof loop.extent === "number" ? bestSize(loop.extent, wanted) : wanted };
}
