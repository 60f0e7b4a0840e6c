// Threefry-2x32-20 (Salmon et al. 2011) as WAT, for one counter and for four. It draws the same numbers as
// runtime/core/threefry.ts.

import { functionText, get, i32, setLocal } from "./wat.ts";

const ROTATIONS = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
] as const;
const PARITY = 0x1bd11bda;

/** `uniform_s` or `uniform_v` (seed, stream, step, element): multiples of 2^-24 in [0, 1), as f32. */
function uniform(lanes: 1 | 4): string {
  const type = lanes === 4 ? "v128" : "i32";
  const op = (name: string, a: string, b: string): string =>
    `(${lanes === 4 && (name === "xor" || name === "or") ? "v128" : lanes === 4 ? "i32x4" : "i32"}.${name} ${a} ${b})`;
  const shift = (name: string, a: string, by: number): string =>
    `(${lanes === 4 ? "i32x4" : "i32"}.${name} ${a} ${i32(by)})`;
  const number = (value: number): string => (lanes === 4 ? `(i32x4.splat ${i32(value | 0)})` : i32(value | 0));
  return functionText(
    `uniform_${lanes === 4 ? "v" : "s"}`,
    [
      { name: "seed", type: "i32" },
      { name: "stream", type: "i32" },
      { name: "step", type: "i32" },
      { name: "element", type },
    ],
    (code) => {
      const keys = [0, 1, 2].map((i) => code.local(type, `k${i}`));
      const [x, y] = [code.local(type, "x"), code.local(type, "y")];
      const spread = (name: string): string => (lanes === 4 ? `(i32x4.splat ${get(name)})` : get(name));
      const key = (i: number): string => get(keys[i % 3] ?? "");
      setLocal(code, keys[0] ?? "", spread("$seed"));
      setLocal(code, keys[1] ?? "", spread("$stream"));
      setLocal(code, keys[2] ?? "", op("xor", op("xor", key(0), key(1)), number(PARITY)));
      setLocal(code, x, op("add", spread("$step"), key(0)));
      setLocal(code, y, op("add", get("$element"), key(1)));
      for (let group = 0; group < 5; group++) {
        for (const by of ROTATIONS[group % 2 === 0 ? 0 : 1]) {
          setLocal(code, x, op("add", get(x), get(y)));
          const turned =
            lanes === 4
              ? op("or", shift("shl", get(y), by), shift("shr_u", get(y), 32 - by))
              : `(i32.rotl ${get(y)} ${i32(by)})`;
          setLocal(code, y, op("xor", turned, get(x)));
        }
        setLocal(code, x, op("add", get(x), key(group + 1)));
        setLocal(code, y, op("add", op("add", get(y), key(group + 2)), number(group + 1)));
      }
      const upper = shift("shr_u", get(x), 8);
      code.line(
        lanes === 4
          ? `(f32x4.mul (f32x4.convert_i32x4_u ${upper}) (v128.const f32x4 0x1p-24 0x1p-24 0x1p-24 0x1p-24))`
          : `(f32.mul (f32.convert_i32_u ${upper}) (f32.const 0x1p-24))`,
      );
    },
    { result: lanes === 4 ? "v128" : "f32" },
  );
}

/** The functions that draw random numbers, by name. */
export const randomFunctions: ReadonlyMap<string, () => string> = new Map([
  ["uniform_s", () => uniform(1)],
  ["uniform_v", () => uniform(4)],
]);
