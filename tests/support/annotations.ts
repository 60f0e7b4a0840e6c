// Cases of the editor: a program with answers written under its lines, read and written here.
//
//   Conv2D(4, 3x3, relu)
//     //^                       a question about the place above the caret
//   //| 8 × 8 × 1 → 6 × 6 × 4   its answer, a line each; options by name only
//   //> 6 × 6 × 4               the inlay hints of the line above
//
// `//// file lib.nn` starts another file; the first is main.nn.

import { lineIndex } from "../../src/base/lineIndex.ts";
import { type HoverPart, hoverWithCosts, inlayHints, openProgram, type Snapshot } from "../../src/ide/index.ts";

interface Question {
  readonly file: string;
  /** From 1, of the line asked about. */
  readonly line: number;
  readonly column: number;
  readonly marker: string;
}
export interface Case {
  readonly files: ReadonlyMap<string, string>;
  readonly questions: readonly Question[];
}

export function readCase(text: string): Case {
  const files = new Map<string, string>();
  const questions: Question[] = [];
  let file = "main.nn";
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    const next = /^\/\/\/\/ file (\S+)$/.exec(line)?.[1];
    if (next !== undefined) {
      files.set(file, lines.join("\n"));
      file = next;
      lines = [];
    } else if (/^\s*\/\/\s*\^$/.test(line))
      questions.push({ file, line: lines.length, column: line.indexOf("^") + 1, marker: line });
    else if (!/^\s*\/\/[|>]/.test(line)) lines.push(line);
  }
  files.set(file, lines.join("\n"));
  return { files, questions };
}

export const open = (files: ReadonlyMap<string, string>): Snapshot => openProgram({ entry: "main.nn", texts: files });

function shown(part: HoverPart): readonly string[] {
  if (part.kind === "options") return [`options ${part.options.map(({ name }) => name).join(", ")}`];
  return part.text.split("\n").map((line) => `${part.kind} ${line}`);
}

/** The case with what is answered now. */
export async function annotated({ files, questions }: Case): Promise<string> {
  const snapshot = open(files);
  const parts: string[] = [];
  for (const [file, text] of files) {
    if (file !== "main.nn") parts.push(`//// file ${file}`);
    const index = lineIndex(text);
    const hints = inlayHints(snapshot, file, { start: 0, end: text.length });
    for (const [i, content] of text.split("\n").entries()) {
      parts.push(content);
      const here = hints.filter(({ offset }) => index.position(offset).line === i + 1);
      if (here.length > 0) parts.push(`  //> ${here.map(({ label }) => label).join(" | ")}`);
      for (const { marker, column } of questions.filter((each) => each.file === file && each.line === i + 1)) {
        const found = await hoverWithCosts(snapshot, file, index.offset({ line: i + 1, column }));
        const about = found && text.slice(found.span.start, found.span.end).replace(/\s+/g, " ");
        const lines = found?.parts.flatMap(shown) ?? [];
        parts.push(marker, `  //| ${about ?? "nothing"}`, ...lines.map((line) => `  //|   ${line}`));
      }
    }
  }
  return parts.join("\n");
}
