// Text to tokens. Words of other languages (`&&`, `#`, `;`, `'…'`) are understood, reported with the word that belongs
// there, and handed on as that word. Knows nothing of brackets or newlines' meaning.

import type { Comment } from "./ast.ts";
import { createToken, type ILexingError, type IToken, Lexer, type TokenType } from "./chevrotain.ts";
import { type Problem, problemList, quoted } from "./problem.ts";
import {
  atoms,
  Blank,
  commentEntries,
  Identifier,
  Newline,
  signs,
  type TokenEntry,
  tokenTable,
  words,
} from "./tokens.ts";

interface Foreign {
  readonly type: TokenType;
  /** Handed on instead; undefined: dropped. */
  readonly meant?: TokenType;
  /** How it is called, where its text says too little. */
  readonly found?: string;
  readonly expected: string;
  readonly hint: string;
  /** The right spelling, where there is one. */
  readonly spelling?: (image: string) => string;
}

function foreign(name: string, pattern: RegExp, entry: TokenEntry, text: string, hint: string): Foreign {
  const type = createToken({ name, pattern });
  return { type, meant: entry.type, expected: `'${text}'`, hint, spelling: () => text };
}

/** A name with at least one letter outside of A to Z. */
const otherLetters =
  /[A-Za-z0-9_]*[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\ud7ff][A-Za-z0-9_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u2c00-\ud7ff]*/;

const foreigners: readonly Foreign[] = [
  foreign("PipeArrow", /\|>|=>|[→⇒]/, signs.arrow, "->", "values are passed on with '->'"),
  foreign("AndAnd", /&&/, words.and, "and", "conditions are joined with 'and'"),
  foreign("OrOr", /\|\|/, words.or, "or", "conditions are joined with 'or'"),
  foreign("Caret", /\^/, signs.power, "**", "a power is written with '**'"),
  foreign("Walrus", /:=/, signs.assign, "=", "a name gets its value with '='"),
  foreign("TimesSign", /[×·]/, signs.times, "*", "a product is written with '*', a size like 3x3"),
  foreign("MinusSign", /[−–]/, signs.minus, "-", "the minus of the keyboard is meant here"),
  foreign("Bang", /!(?!=)/, words.not, "not", "the opposite is written with 'not'"),
  {
    type: createToken({ name: "Semicolon", pattern: /;/ }),
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
    type: createToken({ name: "BlockComment", pattern: /\/\*(?:[^*]|\*(?!\/))*(?:\*\/)?/ }),
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
  {
    type: createToken({ name: "SingleQuoted", pattern: /'[^'\n]*'|[“”„][^“”„\n]*[“”]/ }),
    meant: atoms.string.type,
    found: "another kind of quote",
    expected: "a string in double quotes",
    hint: 'strings stand in double quotes: "…"',
    spelling: (image) => JSON.stringify(image.slice(1, -1)),
  },
  {
    type: createToken({ name: "OpenString", pattern: /"(?:[^"\\\n]|\\[^\n])*\\?/ }),
    meant: atoms.string.type,
    found: "the end of the line",
    expected: "a string's closing quote",
    hint: "a string ends on its line",
    spelling: (image) => `${image.replace(/\\$/, "")}"`,
  },
];
const byType = new Map(foreigners.map((entry) => [entry.type, entry]));
const stringEntry = atoms.string.type;
const openString = foreigners.at(-1)?.type;
/** Tried before the language's own words: each is longer than a sign that it starts with. */
const early = foreigners.filter(({ type }) =>
  ["PipeArrow", "Walrus", "BlockComment", "OtherLetters"].includes(type.name),
);
const late = foreigners.filter((entry) => !early.includes(entry));

const closers = [signs.close, signs.closeSquare, signs.closeBrace];

const lexer = new Lexer(
  [
    Blank,
    Newline,
    ...early.map(({ type }) => type),
    ...tokenTable.map(({ type }) => type),
    Identifier,
    ...late.map(({ type }) => type),
  ],
  { positionTracking: "onlyOffset", skipValidations: true, safeMode: false },
);

export interface Scanned {
  readonly tokens: readonly IToken[];
  readonly comments: readonly Comment[];
  readonly problems: readonly Problem[];
}

/** The value of a string's token, or undefined where an escape is not one of JSON's. */
export function stringValue(image: string): string | undefined {
  try {
    // Only raw control characters, such as tabs, are not JSON's.
    return JSON.parse(
      image.replace(/\p{Cc}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
    ) as string;
  } catch {
    return undefined;
  }
}

function unknown(text: string, { offset, length }: ILexingError): Problem {
  const image = text.slice(offset, offset + length);
  return {
    start: offset,
    end: offset + length,
    found: quoted(image),
    expected: "a name, a value or an operator",
  };
}

/** All tokens of a text, newlines among them, comments apart. Never throws. */
export function scan(file: string, text: string): Scanned {
  const result = lexer.tokenize(text);
  const problems = problemList();
  for (const error of result.errors) problems.push(unknown(text, error));
  const comments: Comment[] = (result.groups.comments ?? []).map((token) => ({
    kind: token.tokenType === commentEntries.doc.type ? "doc" : "line",
    text: token.image.replace(/\r$/, ""),
    span: { file, start: token.startOffset, end: token.startOffset + token.image.replace(/\r$/, "").length },
  }));
  const tokens: IToken[] = [];
  for (const lexed of result.tokens) {
    const open = lexed.tokenType === openString;
    const tail = open ? closersAtEnd(lexed.image) : "";
    const token = tail === "" ? lexed : { ...lexed, image: lexed.image.slice(0, -tail.length) };
    const entry = byType.get(token.tokenType);
    if (entry === undefined) {
      tokens.push(token);
      if (token.tokenType === stringEntry && stringValue(token.image) === undefined) problems.push(badEscape(token));
      continue;
    }
    problems.push(misspelt(text, token, entry));
    if (entry.meant === undefined) continue;
    const respelt = entry.meant === stringEntry || entry.meant === atoms.quotedName.type;
    const image = respelt ? (entry.spelling?.(token.image) ?? token.image) : token.image;
    tokens.push({ ...token, ...tokenOf(entry.meant), image, endOffset: token.startOffset + token.image.length - 1 });
    for (const [i, sign] of [...tail].entries()) {
      const closer = closers.find(({ display }) => display === `'${sign}'`);
      const startOffset = token.startOffset + token.image.length + i;
      if (closer !== undefined) tokens.push({ ...tokenOf(closer.type), image: sign, startOffset });
    }
  }
  return { tokens, comments, problems: problems.items };
}

/** The brackets and blanks at the end of a string that was not closed: they hardly belong to it. */
function closersAtEnd(image: string): string {
  let at = image.length;
  while (at > 1 && ")]} \t\r".includes(image[at - 1] ?? "")) at--;
  return image.slice(at);
}

/** A token's type, with the number that the parser tells it by. */
export function tokenOf(tokenType: TokenType): Pick<IToken, "tokenType" | "tokenTypeIdx"> {
  return { tokenType, tokenTypeIdx: tokenType.tokenTypeIdx ?? -1 };
}

function badEscape(token: IToken): Problem {
  return {
    start: token.startOffset,
    end: token.startOffset + token.image.length,
    found: "an unknown escape",
    expected: "one of JSON's escapes",
    hint: 'these are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u0041',
  };
}

function misspelt(text: string, token: IToken, entry: Foreign): Problem {
  const start = token.startOffset;
  const end = start + token.image.length;
  const lineEnds = /^[ \t\r]*(?:\n|\/\/|$)/.test(text.slice(end, end + 200));
  const spelling = entry.spelling?.(token.image) ?? (lineEnds ? "" : "\n");
  const unclosed = entry.type === openString;
  return {
    start,
    end,
    found: entry.found ?? quoted(token.image),
    expected: entry.expected,
    hint: entry.hint,
    fix: {
      title:
        spelling === ""
          ? "leave it out"
          : spelling === "\n"
            ? "start a new line"
            : `write ${spelling.length > 40 ? "it so" : spelling}`,
      sure: !unclosed,
      start,
      end,
      text: spelling,
    },
  };
}
