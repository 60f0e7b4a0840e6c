// The rules of the parser as data, from which the published grammars are made, so that they cannot differ from it.

import { nnParser } from "../parser/declarations.ts";
import { type TokenEntry, tokenTable } from "../tokens.ts";

/** Chevrotain's description of a rule: `definition` is a sequence, or for an `Alternation` the list of alternatives. */
export interface Production {
  readonly type: string;
  readonly name?: string;
  readonly definition?: readonly Production[];
  readonly separator?: Production;
}

const order = ["file", "declaration", "import", "const", "dataset", "datasetClause"];

/** Returns the rules of a file; what opens one comes first. */
export function productions(): readonly Production[] {
  const rules = nnParser.getSerializedGastProductions() as unknown as readonly Production[];
  const place = ({ name = "" }: Production): number => {
    const at = order.indexOf(name);
    return at < 0 ? order.length : at;
  };
  // `alone` reads the value of an option of the command line.
  return rules.filter(({ name }) => name !== "alone").sort((a, b) => place(a) - place(b));
}

/** The entries of the table by the name that rules use. */
export const entryNamed: ReadonlyMap<string, TokenEntry> = new Map(tokenTable.map((entry) => [entry.type.name, entry]));

/** Returns a word or sign as people write it: `->`. */
export const spelling = ({ display }: TokenEntry): string => display.slice(1, -1);

/** Returns the words and signs of a category, such as binary operators. */
export const membersOf = (category: { readonly name: string }): readonly TokenEntry[] =>
  tokenTable.filter(({ type }) => type.CATEGORIES?.some(({ name }) => name === category.name));
