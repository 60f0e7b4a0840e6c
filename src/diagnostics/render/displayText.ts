// Text as a terminal shows it: counts the cells of each character, and removes anything that could move the cursor, change
// colours or reorder the line. Knows no diagnostics.

/** One character as people see it (a grapheme), ready to print. */
export interface Cell {
  readonly text: string;
  /** Columns on the screen: 0, 1 or 2. */
  readonly width: number;
  /** Its start in the line, in UTF-16 units. */
  readonly offset: number;
}

const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const emoji = /\p{Emoji_Presentation}|\ufe0f/u;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
// Controls, marks that reorder text (Unicode TR36), line separators and halves of surrogate pairs.
const unsafe = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const plain = /^[\x20-\x7e]*$/;
const tabStop = 4;

function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
}

/** Replaces every control character of the text by a picture of it. */
export function safeText(text: string): string {
  return plain.test(text) ? text : text.replace(unsafe, visible);
}

/** Escapes all characters of JSON that a terminal would obey; the meaning stays the same. */
export const safeJson = (json: string): string =>
  json.replace(unsafe, (character) =>
    character === "\n" ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

function widthOf(grapheme: string): number {
  if (wide.test(grapheme) || emoji.test(grapheme)) return 2;
  return invisible.test(grapheme) ? 0 : 1;
}

/** Returns a line (or its part from `start` on) as cells; tabs become spaces up to the next multiple of four. */
export function cellsOf(line: string, start = 0): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  const put = (text: string, width: number, offset: number): void => {
    cells.push({ text, width, offset });
    column += width;
  };
  if (plain.test(line)) {
    for (let i = 0; i < line.length; i++) put(line.charAt(i), 1, start + i);
    return cells;
  }
  // Made here on demand: most runs never need it, and making it loads the tables of Unicode.
  const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
  for (const { segment, index } of graphemes.segment(line)) {
    if (segment === "\t") {
      const width = tabStop - (column % tabStop);
      put(" ".repeat(width), width, start + index);
    } else {
      const text = safeText(segment);
      put(text, widthOf(text), start + index);
    }
  }
  return cells;
}

/** Returns the number of columns that a text takes on the screen. */
export function displayWidth(text: string): number {
  return cellsOf(text).reduce((sum, cell) => sum + cell.width, 0);
}

/** Cuts the text to `width` columns, with an ellipsis for the missing part. */
export function shorten(text: string, width: number): string {
  const cells = cellsOf(text);
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  if (total <= width) return cells.map((cell) => cell.text).join("");
  let used = 0;
  let result = "";
  for (const cell of cells) {
    if (used + cell.width > width - 1) break;
    used += cell.width;
    result += cell.text;
  }
  return `${result}…`;
}

/** Pads the text with spaces to `width` columns. */
export function padDisplay(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - displayWidth(text)));
}
