// Programs that are right: the models of this repository, and every example of an operator's page.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");

export interface NamedProgram {
  readonly name: string;
  readonly text: string;
}

/** The files of `models/`. */
export const modelPrograms = (): readonly NamedProgram[] =>
  readdirSync(join(root, "models"))
    .filter((name) => name.endsWith(".nn"))
    .sort()
    .map((name) => ({ name: `models/${name}`, text: readFileSync(join(root, "models", name), "utf8") }));

/** The blocks of the pages that hold whole programs, without those that show mistakes. */
export function documentPrograms(): readonly NamedProgram[] {
  const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md") && name !== "operators.md");
  return pages.sort().flatMap((page) => {
    const text = readFileSync(join(root, "docs", page), "utf8");
    return [...text.matchAll(/^```nn(?: file=\S+)?\n([\s\S]*?)^```$/gm)].map(([, block = ""], i) => ({
      name: `docs/${page} ${i + 1}`,
      text: block,
    }));
  });
}
