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

/** Code units that could end a line, hide text from a reader or turn its direction, and halves of surrogate pairs. */
function isUnsafe(unit: number, before: number, after: number): boolean {
  const isHigh = unit >= 0xd800 && unit < 0xdc00;
  const isLow = unit >= 0xdc00 && unit < 0xe000;
  if (isHigh) return !(after >= 0xdc00 && after < 0xe000);
  if (isLow) return !(before >= 0xd800 && before < 0xdc00);
  const isControl = unit < 0x20 || (unit >= 0x7f && unit < 0xa0);
  const isSeparator = unit === 0x2028 || unit === 0x2029;
  const isInvisible = (unit >= 0x200b && unit <= 0x200f) || (unit >= 0x202a && unit <= 0x202e) || unit === 0xfeff;
  return isControl || isSeparator || isInvisible || (unit >= 0x2066 && unit <= 0x2069);
}

function escapeText(text: string): string {
  let safe = "";
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const unsafe = isUnsafe(unit, text.charCodeAt(i - 1), text.charCodeAt(i + 1));
    safe += unsafe ? `\\u${unit.toString(16).padStart(4, "0")}` : text.charAt(i);
  }
  return safe;
}

/** A quoted key of an object. A quoted "__proto__" would set the prototype; a computed key does not. */
export const literalKey = (name: string): string => (name === "__proto__" ? '["__proto__"]' : literal(name));

/** A JavaScript expression for the value: JSON, and the numbers that JSON lacks. */
export function literal(value: Literal): string {
  if (value === undefined) return "undefined";
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "string") return escapeText(JSON.stringify(value));
  if (Array.isArray(value)) return `[${value.map((item: Literal) => literal(item)).join(", ")}]`;
  const entries = Object.entries(value as { readonly [key: string]: Literal });
  if (entries.length === 0) return "{}";
  const key = (name: string): string => (isIdentifier(name) ? name : literalKey(name));
  return `{ ${entries.map(([name, item]) => `${key(name)}: ${literal(item)}`).join(", ")} }`;
}

/** The lines inside a comment. Nothing in them can end it. */
export function comment(text: string): readonly string[] {
  return text.split("\n").map((line) => escapeText(line.replaceAll("\t", "  ")).replaceAll("*/", "*\\/").trimEnd());
}
