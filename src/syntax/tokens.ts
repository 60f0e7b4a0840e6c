// The words of the language: one table for the lexer, the names in messages, the published grammar and the editor's
// highlighting. It knows nothing of how words combine.

import { createToken, Lexer, type TokenType } from "./chevrotain.ts";

interface Described {
  /** Its name in messages and the grammar: `'->'`, `a number`. */
  readonly display: string;
  /** The editor's explanation of the word. */
  readonly doc: string;
  /** The TextMate scope, without the language's suffix. */
  readonly scope: string;
}
export interface TokenEntry extends Described {
  readonly type: TokenType;
  /** The regular expression of the word, for TextMate. */
  readonly pattern: RegExp;
  /** A reserved word is never a name; a contextual one is, wherever a name fits. */
  readonly word?: "reserved" | "contextual";
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

/** Any word that may be a name: identifiers, contextual keywords, back-quoted names. */
export const AnyName = createToken({ name: "AnyName", pattern: Lexer.NA, label: "a name" });
/** A word or sign that joins two values. */
export const BinaryOperator = createToken({ name: "BinaryOperator", pattern: Lexer.NA, label: "an operator" });
/** A sign that joins two values in other languages, and means nothing here. */
export const ForeignOperator = createToken({
  name: "ForeignOperator",
  pattern: Lexer.NA,
  label: "an operator",
  categories: [BinaryOperator],
});
/** A word or sign that may come before a value. */
export const PrefixOperator = createToken({ name: "PrefixOperator", pattern: Lexer.NA, label: "'-' or 'not'" });

export const Identifier = createToken({
  name: "Identifier",
  pattern: /[A-Za-z_][A-Za-z0-9_]*/,
  label: "a name",
  categories: [AnyName],
});

function word(text: string, kind: "reserved" | "contextual", scope: string, doc: string, of?: TokenType[]): TokenEntry {
  const name = (text[0] ?? "").toUpperCase() + text.slice(1);
  const type = createToken({
    name,
    pattern: text,
    label: `'${text}'`,
    longer_alt: Identifier,
    categories: kind === "contextual" ? [AnyName] : (of ?? []),
  });
  return { type, pattern: new RegExp(`\\b${text}\\b`), word: kind, display: `'${text}'`, doc, scope };
}
function sign(name: string, text: string, scope: string, doc: string, of: TokenType[] = []): TokenEntry {
  const type = createToken({ name, pattern: text, label: `'${text}'`, categories: of });
  return { type, pattern: new RegExp(escaped(text)), display: `'${text}'`, doc, scope };
}
function pattern(
  name: string,
  display: string,
  regexp: RegExp,
  scope: string,
  doc: string,
  of: TokenType[] = [],
): TokenEntry {
  const type = createToken({ name, pattern: regexp, label: display, categories: of });
  return { type, pattern: regexp, display, doc, scope };
}
const skipped = (name: string, regexp: RegExp, scope: string, doc: string): TokenEntry => ({
  type: createToken({ name, pattern: regexp, group: "comments" }),
  pattern: regexp,
  display: "a comment",
  doc,
  scope,
});

const definition = "keyword.declaration";
const control = "keyword.control";
const clause = "keyword.other";
const operator = "keyword.operator";
const bracket = "punctuation.bracket";

export const words = {
  if: word("if", "reserved", control, "Chooses while compiling: `if stride == 1 { x } else { y }`."),
  else: word("else", "reserved", control, "What an `if` yields when its condition does not hold."),
  repeat: word("repeat", "reserved", control, "Applies a body several times, each time with fresh weights."),
  for: word("for", "reserved", control, "Reserved."),
  in: word("in", "reserved", control, "Reserved."),
  let: word("let", "reserved", control, "Names a value: `let skip = x`."),
  return: word("return", "reserved", control, "The result of a model or block; without it the last value is."),
  and: word("and", "reserved", "keyword.operator.word", "Both hold.", [BinaryOperator]),
  or: word("or", "reserved", "keyword.operator.word", "One of both holds.", [BinaryOperator]),
  not: word("not", "reserved", "keyword.operator.word", "Does not hold.", [PrefixOperator]),
  true: word("true", "reserved", "constant.language", "Yes."),
  false: word("false", "reserved", "constant.language", "No."),
  import: word("import", "contextual", definition, 'Takes the definitions of another file: `import "blocks.nn"`.'),
  const: word(
    "const",
    "contextual",
    definition,
    "Names numbers: `const width = 128`. `--set width=256` overrides one.",
  ),
  dataset: word("dataset", "contextual", definition, "Says where data comes from and what its columns mean."),
  block: word("block", "contextual", definition, "A piece of network that models and blocks apply like a layer."),
  model: word("model", "contextual", definition, "A network: inputs in parentheses, layers in braces."),
  train: word("train", "contextual", definition, "How a model learns from a dataset: loss, optimizer, epochs, …"),
  on: word("on", "contextual", definition, "Names the dataset of a training."),
  layer: word("layer", "contextual", control, "Names a layer, so that several places share its weights."),
  param: word("param", "contextual", control, "A raw tensor of weights: `param scale: f32[d] = ones()`."),
  source: word("source", "contextual", clause, "Where a dataset's rows come from."),
  input: word("input", "contextual", clause, "Columns that the model sees."),
  weight: word("weight", "contextual", clause, "A column that says how much each sample counts."),
  step: word("step", "contextual", clause, "One update of several in each batch, with a loss and weights of its own."),
  target: word("target", "contextual", clause, "Columns that the model learns to predict."),
} as const satisfies Record<string, TokenEntry>;

export const signs = {
  arrow: sign("Arrow", "->", operator, "Passes a value on: `x -> Dense(3)`.", [BinaryOperator]),
  power: sign("Power", "**", operator, "Power.", [BinaryOperator]),
  equal: sign("EqualEqual", "==", operator, "Equal.", [BinaryOperator]),
  unequal: sign("NotEqual", "!=", operator, "Not equal.", [BinaryOperator]),
  atMost: sign("LessEqual", "<=", operator, "At most.", [BinaryOperator]),
  atLeast: sign("GreaterEqual", ">=", operator, "At least.", [BinaryOperator]),
  less: sign("Less", "<", operator, "Less than.", [BinaryOperator]),
  greater: sign("Greater", ">", operator, "More than.", [BinaryOperator]),
  assign: sign("Assign", "=", operator, "Gives a name its value."),
  plus: sign("Plus", "+", operator, "Sum.", [BinaryOperator]),
  minus: sign("Minus", "-", operator, "Difference, or the negative.", [BinaryOperator, PrefixOperator]),
  times: sign("Times", "*", operator, "Product, number by number.", [BinaryOperator]),
  divide: sign("Divide", "/", operator, "Quotient; of whole numbers it must be exact.", [BinaryOperator]),
  matmul: sign("At", "@", operator, "Matrix product.", [BinaryOperator]),
  comma: sign("Comma", ",", "punctuation.separator", "Separates."),
  colon: sign("Colon", ":", "punctuation.separator", "Between a name and its type or value."),
  ellipsis: sign("Ellipsis", "...", "punctuation.separator", "All axes in between: `x[..., 0]`."),
  dot: sign("Dot", ".", "punctuation.accessor", "A part of a thing: `embed.embeddings`."),
  open: sign("OpenParen", "(", bracket, "Opens options or values."),
  close: sign("CloseParen", ")", bracket, "Closes options or values."),
  openSquare: sign("OpenSquare", "[", bracket, "Opens a shape or list."),
  closeSquare: sign("CloseSquare", "]", bracket, "Closes a shape or list."),
  openBrace: sign("OpenBrace", "{", bracket, "Opens a body or record."),
  closeBrace: sign("CloseBrace", "}", bracket, "Closes a body or record."),
} as const satisfies Record<string, TokenEntry>;

export const atoms = {
  size: pattern("Size", "a size", /\d+(?:x\d+)+/, "constant.numeric", "A size along several axes: `3x3`."),
  number: pattern(
    "Number",
    "a number",
    /\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?%?/,
    "constant.numeric",
    "A number: `3`, `1_000`, `1e-3`, `10%`.",
  ),
  string: pattern(
    "String",
    "a string",
    /"(?:[^"\\\n]|\\[^\n])*"/,
    "string.quoted.double",
    "Text, with the escapes of JSON.",
  ),
  quotedName: pattern("QuotedName", "a name", /`[^`\n]+`/, "variable.other", "A name of any characters.", [AnyName]),
  placeholder: {
    type: createToken({ name: "Placeholder", pattern: "_", label: "'_'", longer_alt: Identifier }),
    pattern: /\b_\b/,
    display: "'_'",
    doc: "The current value; in a shape, a size to be found.",
    scope: "variable.language",
  },
} as const satisfies Record<string, TokenEntry>;

export const commentEntries = {
  doc: skipped(
    "DocComment",
    /\/\/\/[^\n]*/,
    "comment.line.documentation",
    "Explains the declaration below; shown on hover.",
  ),
  line: skipped("LineComment", /\/\/[^\n]*/, "comment.line.double-slash", "For people."),
} as const satisfies Record<string, TokenEntry>;

export const Newline = createToken({ name: "Newline", pattern: /\n/, label: "a new line" });
export const Blank = createToken({ name: "Blank", pattern: /[ \t\r\f\v\u00a0\ufeff]+/, group: Lexer.SKIPPED });

/** All entries, in the order in which the lexer tries them. */
export const tokenTable: readonly TokenEntry[] = [
  ...Object.values(commentEntries),
  ...Object.values(signs),
  ...Object.values(atoms),
  // Longer words first: `input` is not `in` followed by a name.
  ...Object.values(words).sort((a, b) => b.display.length - a.display.length),
];

export const is = (token: { readonly tokenType: TokenType } | undefined, entry: TokenEntry): boolean =>
  token?.tokenType === entry.type;
