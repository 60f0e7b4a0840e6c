// Words and signs of other languages, `&&`, `#`, `'…'`: what stands here instead, and what to say of those that nothing
// stands for. The scanner tries them beside the language's own.

import { createToken, type TokenType } from "./chevrotain.ts";
import { atoms, ForeignOperator, Newline, signs, type TokenEntry, words } from "./tokens.ts";

export interface Foreign {
  readonly type: TokenType;
  /** Handed on instead; undefined: dropped. */
  readonly meant?: TokenType;
  /** How it is called, where its text says too little. */
  readonly found?: string;
  readonly expected: string;
  readonly hint?: string;
  /** The right spelling, where there is one. */
  readonly spelling?: (image: string) => string;
}

function foreign(name: string, pattern: RegExp, entry: TokenEntry, text: string, hint: string): Foreign {
  const type = createToken({ name, pattern });
  return { type, meant: entry.type, expected: `'${text}'`, hint, spelling: () => text };
}

/** A sign that joins values elsewhere; the row it stands in is not read. */
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

export const blockComment = createToken({ name: "BlockComment", pattern: /\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?/ });
const unchanging = "a value keeps its name for good: a new one gets its own with 'let'";

/** Each is longer than a sign of the language that it starts with, and so is tried first. */
export const early: readonly Foreign[] = [
  foreign("PipeArrow", /->>|-->|\|>|=>|[→⇒⟶➔➜]/, signs.arrow, "->", "values are passed on with '->'"),
  foreign("TripleEqual", /===/, signs.equal, "==", "values are compared with '=='"),
  foreign("TripleUnequal", /!==|<>|≠/, signs.unequal, "!=", "values are compared with '!='"),
  foreign("AtMost", /≤/, signs.atMost, "<=", "numbers are compared with '<='"),
  foreign("AtLeast", /≥/, signs.atLeast, ">=", "numbers are compared with '>='"),
  foreign("Walrus", /:=/, signs.assign, "=", "a name gets its value with '='"),
  senseless("PlusPlus", /\+\+/, unchanging),
  senseless("OperatorAssign", /(?:\+|-|\*\*?|\/|@)=(?!=)/, unchanging),
  senseless("Shift", /<<|>>/, "there are no shifts; a power of two is written 2 ** n"),
  {
    type: blockComment,
    expected: "'//'",
    hint: "comments start with '//' on each line",
    spelling: (image) =>
      `// ${image
        .replace(/^\/\*|\*\/$/g, "")
        .trim()
        .replace(/\r?\n\s*(?:\* ?)?/g, "\n// ")}`,
  },
  {
    type: createToken({ name: "OtherLetters", pattern: otherLetters }),
    meant: atoms.quotedName.type,
    expected: "a name of plain letters",
    hint: "names of other letters stand in back quotes",
    spelling: (image) => `\`${image}\``,
  },
];

export const semicolon = createToken({ name: "Semicolon", pattern: /;/ });
/** What people leave open; the scanner gives back the brackets behind it. */
export const openString = createToken({ name: "OpenString", pattern: /"(?:[^"\\\n]|\\[^\n])*\\?/ });

/** Tried where nothing of the language fits. */
export const late: readonly Foreign[] = [
  foreign("AndAnd", /&&/, words.and, "and", "conditions are joined with 'and'"),
  foreign("OrOr", /\|\|/, words.or, "or", "conditions are joined with 'or'"),
  foreign("Caret", /\^/, signs.power, "**", "a power is written with '**'"),
  foreign("TimesSign", /[×·⋅∗✕]/, signs.times, "*", "a product is written with '*', a size like 3x3"),
  foreign("MinusSign", /[−–—]/, signs.minus, "-", "the minus of the keyboard is meant here"),
  foreign("DivisionSign", /÷/, signs.divide, "/", "a quotient is written with '/'"),
  foreign("Bang", /!(?!=)/, words.not, "not", "the opposite is written with 'not'"),
  senseless("Remainder", /%/, "there is no remainder; a percentage is a number right before its sign: 10%"),
  senseless("Question", /\?/, "a choice is written if … { … } else { … }"),
  senseless("Ampersand", /&/, "conditions are joined with 'and'"),
  senseless("Bar", /\|/, "values are passed on with '->', conditions joined with 'or'"),
  senseless("Tilde", /~/, "the opposite is written with 'not'"),
  {
    type: semicolon,
    meant: Newline,
    expected: "the end of the line",
    hint: "a statement ends with its line",
  },
  {
    type: createToken({ name: "HashComment", pattern: /#[^\n]*/ }),
    expected: "'//'",
    hint: "comments start with '//'",
    spelling: (image) => `//${image.slice(1)}`,
  },
  {
    type: createToken({ name: "SingleQuoted", pattern: /'[^'\n]*'|[“”„][^“”„\n]*[“”]|[‘’‚][^‘’‚\n]*[‘’]|«[^»\n]*»/ }),
    meant: atoms.string.type,
    found: "another kind of quote",
    expected: "a string in double quotes",
    hint: 'strings stand in double quotes: "…"',
    spelling: (image) => JSON.stringify(image.slice(1, -1)),
  },
  {
    type: openString,
    meant: atoms.string.type,
    found: "the end of the line",
    expected: "a string's closing quote",
    hint: "a string ends on its line",
    spelling: (image) => `${image.replace(/\\$/, "")}"`,
  },
];

/** A semicolon between values in parentheses or in a list, where no line ends. */
export const inBrackets: Foreign = {
  type: semicolon,
  meant: signs.comma.type,
  expected: "','",
  hint: "values are separated with ','",
  spelling: () => ",",
};
