// Texts of pictures: how wide they are, and counts in few digits. There is no browser to measure them, so widths are those of Helvetica
// and Arial, which are alike, with room for wider letters where a machine has neither.

/** The widths of the characters from space to `~`, in thousandths of the size. */
const widths = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
];

const room = 1.15;

/** Of characters outside of these: letters with marks, Greek and Cyrillic, and signs. Beyond, a character is as wide as high. */
const otherWidth = (code: number): number => (code < 0x1100 ? 600 : code < 0x2e80 ? 750 : 1000);

/** Returns the width of a text in pixels; bold letters are a little wider. */
export function widthOf(text: string, size: number, bold = false): number {
  let thousandths = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    thousandths += widths[code - 32] ?? otherWidth(code);
  }
  return (room * thousandths * size * (bold ? 1.07 : 1)) / 1000;
}

/** The most characters of a text that are looked at. */
const longest = 400;

/** Returns the text, cut with `…` if it is wider. */
export function fitted(text: string, size: number, most: number, bold = false): string {
  if (text.length <= longest && widthOf(text, size, bold) <= most) return text;
  const characters = [...text.slice(0, longest)];
  while (characters.length > 1 && widthOf(`${characters.join("")}…`, size, bold) > most) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}

/** Breaks a text at spaces and after brackets into at most two lines; what does not fit is cut. */
export function twoLines(text: string, size: number, most: number): readonly string[] {
  const start = text.length > longest ? `${text.slice(0, longest)}…` : text;
  const parts = start.split(/(?<=[ (])/);
  let first = parts.shift() ?? "";
  for (let part = parts[0]; part !== undefined && widthOf((first + part).trimEnd(), size) <= most; part = parts[0]) {
    first += part;
    parts.shift();
  }
  const lines = [first.trimEnd(), parts.join("")].filter((line) => line !== "");
  return lines.map((line) => fitted(line, size, most));
}

const units = ["", "k", "M", "G", "T", "P"];

/** Returns three digits: `1.23M`. */
export function short(count: number): string {
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${Number(value.toFixed(digits))}${units[unit] === "" ? "" : ` ${units[unit]}`}`;
}

/** Returns `1.23 MB`. */
export function bytesShort(bytes: number): string {
  const text = short(bytes);
  return text.includes(" ") ? `${text}B` : `${text} B`;
}
