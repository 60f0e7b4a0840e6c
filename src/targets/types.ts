// A trainer's own text is printed once, for TypeScript and for JavaScript: what only TypeScript has stands between two marks.
// Text from a `.nn` file cannot hold them (literal.ts writes control characters as escapes).

const OPEN = "\u0001";
const CLOSE = "\u0002";

/** What only TypeScript has, with all that belongs to it: `: number`, ` as Model`, `?`. */
export const typed = (text: string): string => `${OPEN}${text}${CLOSE}`;

export const asTypeScript = (text: string): string => text.replaceAll(OPEN, "").replaceAll(CLOSE, "");

export const asJavaScript = (text: string): string =>
  text
    .split(OPEN)
    .map((part, i) => (i === 0 ? part : part.slice(part.indexOf(CLOSE) + 1)))
    .join("");

/** A scalar's helper, which is TypeScript: its types are numbers and lists of them. */
export const helperText = (helper: string): string => helper.replace(/: (?:readonly )?number(?:\[\])?/g, typed);
