// Which operator a token is. The parser asks by the token's type, never by its text: a repaired token keeps the text that
// the user wrote.

import type { TokenType } from "../chevrotain.ts";
import { signs, type TokenEntry, words } from "../tokens.ts";
import type { Operator } from "./fold.ts";

const entries = {
  "->": signs.arrow,
  "+": signs.plus,
  "-": signs.minus,
  "*": signs.times,
  "/": signs.divide,
  "**": signs.power,
  "@": signs.matmul,
  "==": signs.equal,
  "!=": signs.unequal,
  "<": signs.less,
  "<=": signs.atMost,
  ">": signs.greater,
  ">=": signs.atLeast,
  and: words.and,
  or: words.or,
} as const satisfies { readonly [K in Operator["operator"]]: TokenEntry };

const names = Object.keys(entries) as readonly (keyof typeof entries)[];

/** The operator of a token's type; none for a sign of another language. */
export const operatorOf: ReadonlyMap<TokenType, Operator["operator"]> = new Map(
  names.map((name) => [entries[name].type, name]),
);
