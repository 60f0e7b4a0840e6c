// The only two ways for text from a `.nn` file to reach generated code: as a literal, and as a comment.

export type Literal =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Literal[]
  | { readonly [key: string]: Literal };

const isIdentifier = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name) && name !== "__proto__";

/** Escapes what could end a string or a line, or hide text from a reader: controls, separators, marks of direction. */
const escapeText = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** A JavaScript expression for the value; JSON but for numbers that JSON lacks. */
export function literal(value: Literal): string {
  if (value === undefined) return "undefined";
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "string") return escapeText(JSON.stringify(value));
  if (Array.isArray(value)) return `[${value.map((item: Literal) => literal(item)).join(", ")}]`;
  const entries = Object.entries(value as { readonly [key: string]: Literal });
  // A quoted "__proto__" would set the prototype; a computed key does not.
  const key = (name: string): string =>
    isIdentifier(name) ? name : name === "__proto__" ? '["__proto__"]' : literal(name);
  return `{ ${entries.map(([name, item]) => `${key(name)}: ${literal(item)}`).join(", ")} }`;
}

/** The lines of a comment's inside: nothing in them can end it. */
export function comment(text: string): readonly string[] {
  return text.split("\n").map((line) => escapeText(line.replaceAll("\t", "  ")).replaceAll("*/", "*\\/").trimEnd());
}
