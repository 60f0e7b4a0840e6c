// Offsets to lines and columns and back. Built once for each text.

/** A position as people count: line and column from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface LineIndex {
  readonly lineCount: number;
  position(offset: number): Position;
  offset(position: Position): number;
  /** The text of a line (from 1) without its line end. */
  lineText(line: number): string;
}

export function lineIndex(text: string): LineIndex {
  const starts = [0];
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === 10) starts.push(i + 1);
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    lineCount: starts.length,
    position(offset) {
      const line = lineOf(Math.max(0, Math.min(offset, text.length)));
      return { line: line + 1, column: Math.min(offset, text.length) - (starts[line] ?? 0) + 1 };
    },
    offset({ line, column }) {
      const start = starts[Math.max(0, Math.min(line, starts.length) - 1)] ?? 0;
      return Math.min(text.length, start + column - 1);
    },
    lineText(line) {
      const start = starts[line - 1];
      if (start === undefined) return "";
      const end = starts[line];
      return text.slice(start, end === undefined ? text.length : end - 1).replace(/\r$/, "");
    },
  };
}
