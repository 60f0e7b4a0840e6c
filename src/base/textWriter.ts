// Text with indentation, line by line.

export interface TextWriter {
  /** Writes one line at the current depth; an empty text makes an empty line. */
  line(text?: string): void;
  /** Runs `body` one level deeper. */
  indent(body: () => void): void;
  toString(): string;
}

export function textWriter(unit = "  "): TextWriter {
  const lines: string[] = [];
  let depth = 0;
  return {
    line(text = "") {
      lines.push(text === "" ? "" : unit.repeat(depth) + text);
    },
    indent(body) {
      depth++;
      body();
      depth--;
    },
    toString: () => lines.map((line) => `${line}\n`).join(""),
  };
}
