// The innermost part of a contraction: a tile of rows × columns of the result held in registers while one flat loop runs
// over the terms. It is a separate function, because engines allocate registers best there. It loads one value of the left
// operand into all lanes, uses it with all columns, and loads the next.

import { addI32, type Code, functionText, get, i32, scaleI32, setLocal } from "../wat.ts";

/** Everything about a tile that is fixed when it is compiled. Steps and places are in bytes. */
export interface Tile {
  /** The place of each row in the left operand and in the result, relative to the pointers. None is negative. */
  readonly leftRows: readonly number[];
  readonly resultRows: readonly number[];
  /** The number of columns, in vectors of four. */
  readonly vectors: number;
  /** The step from one term to the next. In the left operand a table can hold the places instead. */
  readonly leftStep: number | "table";
  readonly rightStep: number;
  /** Whether the tile adds to the sums in the result. */
  readonly continues: boolean;
}

/** How the current engine multiplies and adds, and the tiles that it runs best. */
export interface TileChoice {
  /** Whether a multiply-add rounds once instead of twice, if the processor can. */
  readonly fused: boolean;
  /** The width of the widest tile, in columns. */
  readonly width: 8 | 16;
  /** The rows of a tile, by its vectors of columns. */
  readonly rows: Readonly<Record<1 | 2 | 3 | 4, number>>;
}

/** The step from one place to the next. */
const stepOf = ([first = 0, second = first]: readonly number[]): number => second - first;

/** Places in a name: one step if they are even from 0 on, otherwise each place. */
const stepName = (places: readonly number[]): string =>
  places.every((place, i) => place === i * stepOf(places)) ? `${stepOf(places)}` : places.join("_");

export const tileName = ({ leftRows, resultRows, vectors, leftStep, rightStep, continues }: Tile): string =>
  [
    `tile_${leftRows.length}x${vectors * 4}`,
    `a${stepName(leftRows)}`,
    `t${leftStep}`,
    `b${rightStep}`,
    `c${stepName(resultRows)}`,
    ...(continues ? ["on"] : []),
  ].join("_");

const multiplyAdd = (code: Code, sum: string, a: string, b: string, fused: boolean): void =>
  setLocal(
    code,
    sum,
    fused ? `(f32x4.relaxed_madd ${a} ${b} ${get(sum)})` : `(f32x4.add ${get(sum)} (f32x4.mul ${a} ${b}))`,
  );

/** The locals of a tile function. */
interface TileLocals {
  /** The sums, by row and by vector of columns. */
  readonly sums: readonly (readonly string[])[];
  readonly columns: readonly string[];
  readonly value: string;
  /** Pointers to the current term in each operand, and the end of the right operand. */
  readonly a: string;
  readonly b: string;
  readonly end: string;
  /** A pointer to the current term's place in the table. */
  readonly places: string;
}

function tileLocals(code: Code, { leftRows, vectors }: Tile): TileLocals {
  const across = [...Array(vectors).keys()];
  const sums = leftRows.map((_, r) => across.map((c) => code.local("v128", `s${r}${c}`)));
  const columns = across.map((c) => code.local("v128", `b${c}`));
  const value = code.local("v128", "a");
  const a = code.local("i32", "a_at");
  const b = code.local("i32", "b_at");
  const end = code.local("i32", "end");
  return { sums, columns, value, a, b, end, places: code.local("i32", "place") };
}

/** The loop over the terms: adds the products of each to all sums. */
function termLoop(code: Code, { leftRows, leftStep, rightStep }: Tile, locals: TileLocals, fused: boolean): void {
  const { sums, columns, value, a, b, end, places } = locals;
  const label = code.label("term");
  code.form(`(loop ${label}`, () => {
    if (leftStep === "table") {
      setLocal(code, a, `(i32.add (local.get $left) (i32.load ${get(places)}))`);
      setLocal(code, places, addI32(get(places), i32(4)));
    }
    columns.forEach((column, c) => {
      setLocal(code, column, `(v128.load offset=${c * 16} ${get(b)})`);
    });
    sums.forEach((row, r) => {
      setLocal(code, value, `(v128.load32_splat offset=${leftRows[r] ?? 0} ${get(a)})`);
      row.forEach((sum, c) => {
        multiplyAdd(code, sum, get(value), get(columns[c] ?? ""), fused);
      });
    });
    if (leftStep !== "table") setLocal(code, a, addI32(get(a), i32(leftStep)));
    code.line(`(br_if ${label} (i32.lt_u (local.tee ${b} ${addI32(get(b), i32(rightStep))}) ${get(end)}))`);
  });
}

/**
 * `tile(left, right, result, terms, tiles, table)`: pointers in bytes; `right` holds the columns of each term side by side.
 * It computes `tiles` tiles, one below the other. Only tiles with a table read `table`.
 */
export function tileFunction(tile: Tile, fused: boolean): string {
  const { leftRows, resultRows, leftStep, rightStep } = tile;
  return functionText(
    tileName(tile),
    [
      { name: "left", type: "i32" },
      { name: "right", type: "i32" },
      { name: "result", type: "i32" },
      { name: "terms", type: "i32" },
      { name: "tiles", type: "i32" },
      { name: "table", type: "i32" },
    ],
    (code) => {
      const locals = tileLocals(code, tile);
      const { sums, a, b, end, places } = locals;
      const at = (r: number, c: number): number => (resultRows[r] ?? 0) + c * 16;
      const next = code.label("tile");
      setLocal(code, end, addI32("(local.get $right)", scaleI32("(local.get $terms)", rightStep)));
      code.form(`(loop ${next}`, () => {
        sums.forEach((row, r) => {
          row.forEach((sum, c) => {
            setLocal(code, sum, tile.continues ? `(v128.load offset=${at(r, c)} (local.get $result))` : zero);
          });
        });
        setLocal(code, b, "(local.get $right)");
        if (leftStep === "table") setLocal(code, places, "(local.get $table)");
        else setLocal(code, a, "(local.get $left)");
        termLoop(code, tile, locals, fused);
        sums.forEach((row, r) => {
          row.forEach((sum, c) => {
            code.line(`(v128.store offset=${at(r, c)} (local.get $result) ${get(sum)})`);
          });
        });
        for (const [pointer, places] of [
          ["$left", leftRows],
          ["$result", resultRows],
        ] as const)
          setLocal(code, pointer, addI32(get(pointer), i32(leftRows.length * stepOf(places))));
        code.line(`(br_if ${next} (local.tee $tiles (i32.sub (local.get $tiles) ${i32(1)})))`);
      });
    },
  );
}

const zero = "(v128.const f32x4 0 0 0 0)";
