// Programs of several files as one text, which marks where each further file starts: so a text is all that a program is, and all
// that is saved of it.

import type { Files } from "./tree.ts";

const marker = "//// file ";
export const entry = "main.nn";

/** The texts by file. */
export function filesOf(text: string): ReadonlyMap<string, string> {
  const [main = "", ...others] = `\n${text}`.split(`\n${marker}`);
  const files = new Map([[entry, main.slice(1)]]);
  for (const other of others) {
    const end = other.indexOf("\n");
    files.set(other.slice(0, end), other.slice(end + 1));
  }
  return files;
}

export interface Parts {
  readonly constants: readonly string[];
  readonly blocks: readonly string[];
  readonly main: readonly string[];
}

/** The parts in one file, or blocks and perhaps constants in files of their own. */
export function printFiles(files: Files, { constants, blocks, main }: Parts, relay: (text: string) => string): string {
  const text = (...lines: readonly (readonly string[])[]): string => relay(lines.flat().join("\n"));
  const imports = (...names: readonly string[]): readonly string[] => [...names.map((name) => `import "${name}"`), ""];
  if (files === "one" || blocks.length === 0) return text(constants, main.slice(), blocks);
  const other = (name: string, content: string): string => `${marker}${name}\n${content}`;
  if (files === "blocks" || constants.length === 0)
    return [text(imports("blocks.nn"), main), other("blocks.nn", text(constants, blocks))].join("\n");
  return [
    text(imports("blocks.nn", "parts/numbers.nn"), main),
    other("blocks.nn", text(imports("parts/numbers.nn"), blocks)),
    other("parts/numbers.nn", text(constants)),
  ].join("\n");
}
