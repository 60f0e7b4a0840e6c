// Finds the operator of a token. The parser looks at the token's type, never at its text: a repaired token keeps the
// user's text.

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

/** Returns the operator of a token's type; none for a sign of another language. */
export const operatorOf: ReadonlyMap<TokenType, Operator["operator"]> = new Map(
  names.map((name) => [entries[name].type, name]),
);
