// What nnc says of programs that nobody made a mistake in: the random ones, whose ends fit their losses and whose pictures are scaled.
// Advice on what the generator takes care of would be false. Other advice is counted: random stacks do have layers without effect,
// and truth.ts holds some of it to its word.

import { checkProgram } from "../../src/driver/check.ts";
import { programOf } from "./campaign.ts";
import { entry, filesOf } from "./files.ts";

/** Advice that no generated program can deserve: on the ends of models, the range of targets, scales and files. */
export const neverDeserved: readonly string[] = [
  ...["NN012", "NN114", "NN202", "NN214"],
  ...["NN404", "NN405", "NN407", "NN408"],
  ...["NN220", "NN223", "NN226", "NN312", "NN316", "NN411", "NN414", "NN416", "NN417"],
];

export interface AdviceCount {
  programs: number;
  /** How many of them are refused: the generator does not know all rules of masks and gradients. */
  refused: number;
  /** By code: how many programs have it, and the seeds of the first. */
  readonly codes: Map<string, { count: number; readonly seeds: number[]; readonly message: string }>;
}

/** Checks the programs of these seeds. */
export function countAdvice(
  first: number,
  count: number,
  onProgress: (now: AdviceCount) => void = () => {},
): AdviceCount {
  const found: AdviceCount = { programs: 0, refused: 0, codes: new Map() };
  for (let seed = first; seed < first + count; seed++) {
    const made = programOf(seed);
    if (made === undefined) continue;
    found.programs++;
    const { diagnostics } = checkProgram({ entry, texts: filesOf(made.text) });
    const isRefused = diagnostics.some(({ severity }) => severity === "error");
    if (isRefused) found.refused++;
    const told = isRefused ? [] : diagnostics.filter(({ severity }) => severity === "warning");
    for (const [code, message] of new Map(told.map((one) => [one.code, one.message]))) {
      const known = found.codes.get(code) ?? { count: 0, seeds: [], message };
      known.count++;
      if (known.seeds.length < 5) known.seeds.push(seed);
      found.codes.set(code, known);
    }
    onProgress(found);
  }
  return found;
}

/** Returns the codes that are false. */
export const falseAdvice = ({ codes }: AdviceCount): readonly string[] =>
  neverDeserved.filter((code) => codes.has(code));

/** Returns what was found as lines of text. */
export function adviceText(found: AdviceCount): string {
  const sorted = [...found.codes].sort(([, a], [, b]) => b.count - a.count);
  const lines = sorted.map(
    ([code, { count, seeds, message }]) =>
      `${code}  ${count} programs, seeds ${seeds.join(", ")}: ${message.slice(0, 120)}\n`,
  );
  const wrong = falseAdvice(found);
  const end = wrong.length === 0 ? "no false advice" : `false: ${wrong.join(", ")}`;
  return `${lines.join("")}${found.programs} programs, ${found.refused} refused; ${end}\n`;
}
