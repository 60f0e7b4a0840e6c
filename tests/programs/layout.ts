// Another layout of the same program: comments, empty lines, pipes and sums over several lines.

import { randomFrom } from "./random.ts";

const comments = ["// here", '// { ( [ "', "// -> and so on", "//", "/// no declaration below"];

/** The text with line ends, comments and spaces where they mean nothing. */
export function relaid(text: string, seed: number): string {
  const random = randomFrom(seed);
  return text
    .split("\n")
    .flatMap((line): readonly string[] => {
      const broken = line.replace(/ (->|\+|\*|@) (?=\S)/g, (whole, sign: string) => {
        if (!random.chance(0.3)) return whole;
        return sign === "->" && random.chance(0.5) ? "\n      -> " : ` ${sign}\n        `;
      });
      const spread = broken.replace(/, /g, (whole) => (random.chance(0.1) ? " ,  " : whole));
      const before =
        /^(block|model|dataset|train) /.test(line) && random.chance(0.4) ? ['/// Words about it: `_` \\ ".'] : [];
      const after = random.chance(0.1) ? ["", "  "] : [];
      const comment = line !== "" && random.chance(0.12) ? ` ${random.pick(comments)}` : "";
      return [...before, `${spread}${comment}`, ...after];
    })
    .join("\n");
}
