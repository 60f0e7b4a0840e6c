// The innermost part of a contraction: a tile of rows × columns of the result held in registers while one flat loop runs
// over the terms. It is a function of its own, for engines allocate registers best there: load one value of the left
// operand into all lanes, use it with all columns, load the next.

import { addI32, type Code, functionText, get, i32, scaleI32, setLocal } from "../wat.ts";

/** Everything about a tile that is fixed when it is compiled. Steps and places are in bytes. */
export interface Tile {
  /** Where each row lies, in the left operand and in the result: none before where the pointers stand. */
  readonly leftRows: readonly number[];
  readonly resultRows: readonly number[];
  /** Columns, in vectors of four. */
  readonly vectors: number;
  /** From one term to the next; in the left operand a table can say where each lies. */
  readonly leftStep: number | "table";
  readonly rightStep: number;
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

/** From one place to the next. */
const stepOf = ([first = 0, second = first]: readonly number[]): number => second - first;

/** Places in a name: the step where there is one from 0 on, otherwise each of them. */
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
  /** Where the term at hand lies in each operand, and where the right operand ends. */
  readonly a: string;
  readonly b: string;
  readonly end: string;
  /** Where the term's place stands in the table. */
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
 * Does as many tiles as `tiles` says, one below the other. `table` is read only by tiles that ask for it.
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
