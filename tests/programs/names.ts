// Names of a program: plain ones, and those that the compiler, its targets or JavaScript use themselves. All differ.

import type { Random } from "./random.ts";

const own: readonly string[] = [
  ..."seed step weights state samples loss metrics metric optimizer batch total count output outputs input".split(" "),
  ..."gradient memory run begin thread threads scratch program buffers columns initialize predict evaluate".split(" "),
  ..."train_step tf Math Float32Array constructor toString valueOf hasOwnProperty prototype then arguments".split(" "),
  ..."undefined NaN function class var new this default await yield n g x y i k b0 v0 t0 t1 kernel bias".split(" "),
  ..."dataset import source const block model train layer param input on".split(" "),
];
/** Words of the language, which are no names without back quotes. */
export const reserved: readonly string[] = "if else repeat for in let return and or not true false".split(" ");
/** Names in back quotes: words of the language, and what is no word. */
const quoted: readonly string[] = [
  ...reserved,
  ..."ä 3x3 a-b a.b a/b $x \u0024{x} </script> \\n 'q' \" _ 日本 */ %s 1e3".split(" "),
].map((name) => `\`${name}\``);

export interface Names {
  /** For a value, layer, parameter, dimension or constant. */
  value(): string;
  block(): string;
  /** For `name:`. */
  layer(): string;
}

export function namesFrom(random: Random): Names {
  const used = new Set(["pixels", "label", "target", "prediction"]);
  const fresh = (make: (i: number) => string): string => {
    for (let i = 1; ; i++) {
      const name = make(i);
      if (used.has(name)) continue;
      used.add(name);
      return name;
    }
  };
  const special = (): string | undefined => {
    const name = random.chance(0.12) ? random.pick(random.chance(0.3) ? quoted : own) : undefined;
    if (name === undefined || used.has(name)) return undefined;
    used.add(name);
    return name;
  };
  return {
    value: () => special() ?? fresh((i) => `${"abcdefuvpqrs"[i % 12]}${Math.ceil(i / 12)}`),
    block: () => fresh((i) => `Block${i}`),
    layer: () =>
      special()?.replaceAll("`", "") ?? (random.chance(0.3) ? fresh((i) => `part/${i}`) : fresh((i) => `layer_${i}`)),
  };
}
