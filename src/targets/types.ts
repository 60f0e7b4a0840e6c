// A trainer's own text is printed once for TypeScript and JavaScript: two marks surround the parts that only TypeScript has.
// Text from a `.nn` file cannot hold the marks (literal.ts escapes control characters).

const OPEN = "\u0001";
const CLOSE = "\u0002";

/** Marks text that only TypeScript has: `: number`, ` as Model`, `?`. */
export const typed = (text: string): string => `${OPEN}${text}${CLOSE}`;

export const asTypeScript = (text: string): string => text.replaceAll(OPEN, "").replaceAll(CLOSE, "");

export const asJavaScript = (text: string): string =>
  text
    .split(OPEN)
    .map((part, i) => (i === 0 ? part : part.slice(part.indexOf(CLOSE) + 1)))
    .join("");

/** Marks the types in the TypeScript text of a scalar's helper: numbers and lists of them. */
export const helperText = (helper: string): string => helper.replace(/: (?:readonly )?number(?:\[\])?/g, typed);
