// Lines of TypeScript under construction: indentation, blocks and comments.

export interface Printer {
  line(text: string): void;
  block(head: string, body: () => void): void;
}

export function printer(): Printer & { toString(): string } {
  const lines: string[] = [];
  let depth = 0;
  return {
    line: (text) => void lines.push(text === "" ? "" : "  ".repeat(depth) + text),
    block(head, body) {
      lines.push(`${"  ".repeat(depth)}${head === "" ? "" : `${head} `}{`);
      depth++;
      body();
      depth--;
      lines.push(`${"  ".repeat(depth)}}`);
    },
    toString: () => `${lines.join("\n")}\n`,
  };
}

/** Prints a doc comment. `lines` must be safe inside a comment. */
export function docComment(out: Printer, lines: readonly string[]): void {
  if (lines.length === 1) out.line(`/** ${lines[0] ?? ""} */`);
  else if (lines.length > 1) {
    out.line("/**");
    for (const line of lines) out.line(` * ${line}`.trimEnd());
    out.line(" */");
  }
}
