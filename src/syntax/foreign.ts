// Words and signs of other languages, `&&`, `#`, `'…'`: their counterparts here, and advice on those that have none. The
// scanner tries them along with the language's own.

import { createToken, type TokenType } from "./chevrotain.ts";
import { atoms, ForeignOperator, Newline, signs, type TokenEntry, words } from "./tokens.ts";

export interface Foreign {
  readonly type: TokenType;
  /** The token to hand on instead; undefined to drop it. */
  readonly meant?: TokenType;
  /** Its name in messages, where its text says too little. */
  readonly found?: string;
  readonly expected: string;
  readonly hint?: string;
  /** The right spelling, where there is one. */
  readonly spelling?: (image: string) => string;
  /** Whether the spelling surely says the same; so it is if this is missing. */
  readonly isSure?: (image: string) => boolean;
}

function foreign(name: string, pattern: RegExp, entry: TokenEntry, text: string, hint: string): Foreign {
  const type = createToken({ name, pattern });
  return { type, meant: entry.type, expected: `'${text}'`, hint, spelling: () => text };
}

/** A sign that joins values elsewhere; the parser does not read the row around it. */
function senseless(name: string, pattern: RegExp, hint: string): Foreign {
  return {
    type: createToken({ name, pattern }),
    meant: ForeignOperator,
    expected: "a name, a value or an operator",
    hint,
  };
}

/** A name with at least one letter outside of A to Z. */
const otherLetters =
  /[A-Za-z0-9_]*[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\ud7ff][A-Za-z0-9_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\ud7ff]*/;

/** Comments over several lines; Python's are strings that nobody reads. */
export const blockComment = createToken({ name: "BlockComment", pattern: /\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?/ });
export const docString = createToken({
  name: "DocString",
  pattern: /"""(?:[^"]|"(?!""))*"""|'''(?:[^']|'(?!''))*'''/,
});
const commentLines = (text: string): string => `// ${text.trim().replace(/\r?\n\s*(?:\* ?)?/g, "\n// ")}`;

/** A number that begins with its point: `.5`, but not after a value. */
const barePoint = createToken({
  name: "BarePoint",
  pattern: (text: string, at: number) => {
    if (text[at] !== "." || /[\w)\]}.]/.test(text[at - 1] ?? "")) return null;
    const number = /^\.\d[\d_]*(?:[eE][+-]?\d+)?%?/.exec(text.slice(at, at + 64));
    return number === null ? null : [number[0]];
  },
  start_chars_hint: ["."],
  line_breaks: false,
});
const digits = "a point stands between digits: 1.0, 0.5";

/** `-- the head`, `% rows of 784`: a sign before several words, or before one at the start of a line, is no operator. */
const otherComment = createToken({
  name: "OtherComment",
  pattern: (text: string, at: number) => {
    const sign = text.startsWith("--", at) ? "--" : text[at] === "%" ? "%" : "";
    if (sign === "" || !/[ \t]/.test(text[at + sign.length] ?? "")) return null;
    const rest = /^[^\n]*/.exec(text.slice(at + sign.length, at + 200))?.[0] ?? "";
    const begins = /(?:^|[\n{])[ \t]*$/.test(text.slice(Math.max(0, at - 40), at));
    const isText = begins ? /^\s+[A-Za-z]/.test(rest) : /^\s+[A-Za-z]+,? [A-Za-z0-9]/.test(rest);
    return isText && !/^\s+\w+ (?:and|or|if|else|in)\b/.test(rest) ? /^[^\n]*/.exec(text.slice(at)) : null;
  },
  start_chars_hint: ["-", "%"],
  line_breaks: false,
});

const unchanging = "values never change; name a new one with 'let'";

/** Each is longer than a sign of the language that it starts with, and so is tried first. */
export const early: readonly Foreign[] = [
  {
    type: otherComment,
    expected: "'//'",
    hint: "a comment starts with '//'",
    spelling: (image) => `//${image.replace(/^(?:--|%)/, "")}`,
  },
  foreign(
    "PipeArrow",
    /->>|-->|~>|\|>|[→⇒⟶➔➜]|(?:>>|\|)(?=\s*(?:\w+\.)*[A-Z]\w*\()/,
    signs.arrow,
    "->",
    "'->' passes a value on",
  ),
  {
    type: createToken({ name: "PointLast", pattern: /\d[\d_]*\.(?:[eE][+-]?\d+)?(?![\w.])/ }),
    meant: atoms.number.type,
    expected: "a digit after the point",
    hint: digits,
    spelling: (image) => image.replace(".", ".0"),
  },
  {
    type: createToken({ name: "NumberSuffix", pattern: /\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?[fF](?![\w.])/ }),
    meant: atoms.number.type,
    expected: "a number without a letter",
    hint: "all numbers with decimals are f32",
    spelling: (image) => image.slice(0, -1),
  },
  {
    type: barePoint,
    meant: atoms.number.type,
    expected: "a digit before the point",
    hint: digits,
    spelling: (image) => `0${image}`,
  },
  {
    type: docString,
    expected: "'//'",
    hint: "start each line of a comment with '//'",
    spelling: (image) => commentLines(image.slice(3, -3)),
  },
  {
    type: createToken({
      name: "PrefixedString",
      pattern: /[fFrRbBuU][fFrRbB]?(?:"(?:[^"\\\n]|\\[^\n])*"|'[^'\n]*')/,
    }),
    meant: atoms.string.type,
    found: "a letter before a string",
    expected: "a string in double quotes",
    hint: "a string stands for itself: nothing is put into it",
    spelling: (image) => JSON.stringify(image.replace(/^\w+./, "").slice(0, -1)),
    isSure: (image) => !/^\w*[fF]\w*["'].*\{/.test(image),
  },
  foreign("FunctionArrow", /=>/, signs.arrow, "->", "'->' passes a value on; you cannot define functions"),
  foreign("TripleEqual", /===/, signs.equal, "==", "'==' compares values"),
  foreign("TripleUnequal", /!==|<>|≠/, signs.unequal, "!=", "'!=' compares values"),
  foreign("AtMost", /≤/, signs.atMost, "<=", "'<=' compares numbers"),
  foreign("AtLeast", /≥/, signs.atLeast, ">=", "'>=' compares numbers"),
  foreign("Walrus", /:=/, signs.assign, "=", "'=' gives a name its value"),
  senseless("PlusPlus", /\+\+/, unchanging),
  senseless("OperatorAssign", /(?:\+|-|\*\*?|\/|@)=(?!=)/, unchanging),
  senseless("Shift", /<<|>>/, "there are no shifts; write a power of two as 2 ** n"),
  {
    type: blockComment,
    expected: "'//'",
    hint: "start each line of a comment with '//'",
    spelling: (image) => commentLines(image.replace(/^\/\*|\*\/$/g, "")),
  },
  {
    type: createToken({ name: "OtherLetters", pattern: otherLetters }),
    meant: atoms.quotedName.type,
    expected: "a name of plain letters",
    hint: "write a name with other letters in back quotes",
    spelling: (image) => `\`${image}\``,
  },
];

export const semicolon = createToken({ name: "Semicolon", pattern: /;/ });
/** A string that nobody closed; the scanner gives back the brackets at its end. */
export const openString = createToken({ name: "OpenString", pattern: /"(?:[^"\\\n]|\\[^\n])*\\?/ });

/** Tried if nothing of the language fits. */
export const late: readonly Foreign[] = [
  foreign("AndAnd", /&&/, words.and, "and", "'and' joins conditions"),
  foreign("OrOr", /\|\|/, words.or, "or", "'or' joins conditions"),
  foreign("Caret", /\^/, signs.power, "**", "write a power with '**'"),
  foreign("TimesSign", /[×·⋅∗✕]/, signs.times, "*", "write a product with '*', a size like 3x3"),
  foreign("MinusSign", /[−–—]/, signs.minus, "-", "use the minus of the keyboard"),
  foreign("DivisionSign", /÷/, signs.divide, "/", "write a quotient with '/'"),
  foreign("Bang", /!(?!=)/, words.not, "not", "'not' negates a condition"),
  senseless("Remainder", /%/, "there is no remainder operator; a percentage has no space before its sign: 10%"),
  senseless("Question", /\?/, "write a choice as if … { … } else { … }"),
  senseless("Ampersand", /&/, "'and' joins conditions"),
  senseless("Bar", /\|/, "'->' passes a value on, 'or' joins conditions"),
  senseless("Tilde", /~/, "'not' negates a condition"),
  {
    type: semicolon,
    meant: Newline,
    expected: "the end of the line",
    hint: "a statement ends at the end of its line",
  },
  {
    type: createToken({ name: "HashComment", pattern: /#[^\n]*/ }),
    expected: "'//'",
    hint: "a comment starts with '//'",
    spelling: (image) =>
      /^#define\s+[A-Za-z_]\w*\s+[^\s(]/.test(image)
        ? image.replace(/^#define\s+(\w+)\s+/, "const $1 = ")
        : `//${image.slice(1)}`,
  },
  {
    type: createToken({ name: "SingleQuoted", pattern: /'[^'\n]*'|[“”„][^“”„\n]*[“”]|[‘’‚][^‘’‚\n]*[‘’]|«[^»\n]*»/ }),
    meant: atoms.string.type,
    found: "another kind of quote",
    expected: "a string in double quotes",
    hint: 'write a string in double quotes: "…"',
    spelling: (image) => JSON.stringify(image.slice(1, -1)),
  },
  {
    type: openString,
    meant: atoms.string.type,
    found: "the end of the line",
    expected: "a string's closing quote",
    hint: "a string must end on its line",
    spelling: (image) => `${image.replace(/\\$/, "")}"`,
  },
];

/** A semicolon between values in parentheses or in a list, where it cannot end a line. */
export const inBrackets: Foreign = {
  type: semicolon,
  meant: signs.comma.type,
  expected: "','",
  hint: "separate values with ','",
  spelling: () => ",",
};
