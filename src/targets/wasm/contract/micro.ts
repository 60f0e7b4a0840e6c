// The innermost part of a contraction: a tile of rows × columns of the result held in registers while one flat loop runs
// over the terms. It is a function of its own, for engines allocate registers best there: load one value of the left
// operand into all lanes, use it with all columns, load the next.

import { addI32, type Code, functionText, get, i32, setLocal } from "../wat.ts";

/** Everything about a tile that is fixed when it is compiled. Steps are in bytes. */
export interface Tile {
  readonly rows: number;
  /** Columns, in vectors of four. */
  readonly vectors: number;
  /** From one row to the next in the left operand, and from one term to the next. */
  readonly leftRow: number;
  readonly leftStep: number;
  /** From one row to the next in the result. */
  readonly resultRow: number;
  /** Whether the sum goes on from what the result holds. */
  readonly continues: boolean;
}

/** How the engine at hand multiplies and adds, and which tiles it runs best. */
export interface TileChoice {
  /** One rounding instead of two, where the processor has it. */
  readonly fused: boolean;
  /** The widest tile, in columns. */
  readonly width: 8 | 16;
  /** Rows of a tile, by its vectors of columns. */
  readonly rows: Readonly<Record<1 | 2 | 3 | 4, number>>;
}

export const tileName = (t: Tile): string =>
  `tile_${t.rows}x${t.vectors * 4}_${t.leftRow}_${t.leftStep}_${t.resultRow}${t.continues ? "_on" : ""}`;

const multiplyAdd = (code: Code, sum: string, a: string, b: string, fused: boolean): void =>
  setLocal(
    code,
    sum,
    fused ? `(f32x4.relaxed_madd ${a} ${b} ${get(sum)})` : `(f32x4.add ${get(sum)} (f32x4.mul ${a} ${b}))`,
  );

/** `tile(left, right, result, terms)`: pointers in bytes; `right` holds the columns of each term side by side. */
export function tileFunction(tile: Tile, fused: boolean): string {
  const { rows, vectors } = tile;
  const across = [...Array(vectors).keys()];
  const down = [...Array(rows).keys()];
  return functionText(
    tileName(tile),
    [
      { name: "left", type: "i32" },
      { name: "right", type: "i32" },
      { name: "result", type: "i32" },
      { name: "terms", type: "i32" },
    ],
    (code) => {
      const sums = down.map((r) => across.map((c) => code.local("v128", `s${r}${c}`)));
      const columns = across.map((c) => code.local("v128", `b${c}`));
      const value = code.local("v128", "a");
      const end = code.local("i32", "end");
      const at = (r: number, c: number): number => r * tile.resultRow + c * 16;
      sums.forEach((row, r) => {
        row.forEach((sum, c) => {
          if (tile.continues) setLocal(code, sum, `(v128.load offset=${at(r, c)} (local.get $result))`);
        });
      });
      setLocal(code, end, addI32("(local.get $right)", `(i32.mul (local.get $terms) ${i32(vectors * 16)})`));
      const label = code.label("term");
      code.form(`(loop ${label}`, () => {
        columns.forEach((column, c) => {
          setLocal(code, column, `(v128.load offset=${c * 16} (local.get $right))`);
        });
        sums.forEach((row, r) => {
          setLocal(code, value, `(v128.load32_splat offset=${r * tile.leftRow} (local.get $left))`);
          row.forEach((sum, c) => {
            multiplyAdd(code, sum, get(value), get(columns[c] ?? ""), fused);
          });
        });
        setLocal(code, "$left", addI32("(local.get $left)", i32(tile.leftStep)));
        code.line(
          `(br_if ${label} (i32.lt_u (local.tee $right ${addI32("(local.get $right)", i32(vectors * 16))}) ${get(end)}))`,
        );
      });
      sums.forEach((row, r) => {
        row.forEach((sum, c) => {
          code.line(`(v128.store offset=${at(r, c)} (local.get $result) ${get(sum)})`);
        });
      });
    },
  );
}
