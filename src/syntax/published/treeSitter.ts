// The grammar for tree-sitter, made from the parser's rules and the table of tokens. Precedence is not part of it: an
// expression is a row of operands, as in the published grammar.

import { stepWords } from "../parser/clauses.ts";
import { AnyName, atoms, BinaryOperator, commentEntries, Identifier, Newline, PrefixOperator } from "../tokens.ts";
import { entryNamed, membersOf, type Production, productions, spelling } from "./productions.ts";

type Rule =
  | { readonly type: "BLANK" }
  | { readonly type: "STRING" | "PATTERN"; readonly value: string }
  | { readonly type: "SYMBOL"; readonly name: string }
  | { readonly type: "SEQ" | "CHOICE"; readonly members: readonly Rule[] }
  | { readonly type: "REPEAT" | "REPEAT1" | "TOKEN"; readonly content: Rule }
  | { readonly type: "PREC" | "PREC_RIGHT" | "PREC_DYNAMIC"; readonly value: number; readonly content: Rule }
  | { readonly type: "ALIAS"; readonly named: boolean; readonly value: string; readonly content: Rule };

/** Rules whose nodes would only repeat what is inside them. */
const hidden: ReadonlySet<string> = new Set(["declaration", "primary", "trainClause"]);

const symbol = (name: string): Rule => ({ type: "SYMBOL", name });
const string = (value: string): Rule => ({ type: "STRING", value });
const choice = (members: readonly Rule[]): Rule => {
  const [only] = members;
  return only !== undefined && members.length === 1 ? only : { type: "CHOICE", members };
};
const sequence = (members: readonly Rule[]): Rule => {
  const [only] = members;
  return only !== undefined && members.length === 1 ? only : { type: "SEQ", members };
};
const optional = (rule: Rule): Rule => choice([rule, { type: "BLANK" }]);
const repeated = (content: Rule): Rule => ({ type: "REPEAT", content });
const toRight = (content: Rule): Rule => ({ type: "PREC_RIGHT", value: 0, content });

/** A pattern in the dialect of tree-sitter, whose `\d` has the digits of all scripts. */
const pattern = ({ source }: RegExp): Rule => ({
  type: "PATTERN",
  value: source.replaceAll("\\d", "[0-9]").replaceAll("(?:", "(").replaceAll("\\/", "/"),
});

const nodeOf = (name: string): string => {
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return hidden.has(name) ? `_${snake}` : snake;
};

/** The tokens with nodes of their own. */
const nodes = {
  [AnyName.name]: "_name",
  [BinaryOperator.name]: "_binary_operator",
  [PrefixOperator.name]: "_prefix_operator",
  [Newline.name]: "_newline",
  [atoms.number.type.name]: "number",
  [atoms.size.type.name]: "size",
  [atoms.string.type.name]: "string",
  [atoms.placeholder.type.name]: "placeholder",
} as const satisfies Record<string, string>;

function terminal(name = ""): Rule {
  const node = nodes[name];
  if (node !== undefined) return symbol(node);
  const entry = entryNamed.get(name);
  if (entry === undefined) throw new Error(`the grammar has a token without an entry in the table: ${name}`);
  return string(spelling(entry));
}

/** Returns what may stand between the items of a list that ends each of them itself: `{ item [ "," | NEWLINE ] }`. */
function separatorIn({ type, definition = [] }: Production): { item: Production[]; separator: Rule } | undefined {
  const last = definition.at(-1);
  if (!type.startsWith("Repetition") || definition.length < 2 || last?.type !== "Option") return undefined;
  const endings = /"name":"(?:Newline|Comma)"/.test(JSON.stringify(last));
  return endings
    ? { item: definition.slice(0, -1), separator: sequence((last.definition ?? []).map(rule)) }
    : undefined;
}

const list = (item: Rule, separator: Rule): Rule => sequence([item, repeated(sequence([separator, item]))]);

function rule(production: Production): Rule {
  const { type, name, definition = [], separator } = production;
  const inside = (): Rule => sequence(definition.map(rule));
  const ended = separatorIn(production);
  if (ended !== undefined)
    return optional(sequence([list(sequence(ended.item.map(rule)), ended.separator), optional(ended.separator)]));
  switch (type) {
    case "Terminal":
      return terminal(name);
    case "NonTerminal":
      return symbol(nodeOf(name ?? ""));
    case "Option":
      return optional(inside());
    case "Repetition":
      return repeated(inside());
    case "RepetitionMandatory":
      return { type: "REPEAT1", content: inside() };
    case "RepetitionWithSeparator":
      return optional(list(inside(), terminal(separator?.name)));
    case "RepetitionMandatoryWithSeparator":
      return list(inside(), terminal(separator?.name));
    case "Alternation":
      return choice(definition.map(rule));
    default:
      return inside();
  }
}

/**
 * Puts the words of a step's clauses, which the parser tells by looking at them, in place of any name. After a comma, a clause of its
 * own is preferred to one more value.
 */
function ofStep(content: Rule): Rule {
  const name = {
    type: "ALIAS",
    named: true,
    value: "identifier",
    content: choice([...stepWords].map(string)),
  } as const;
  if (content.type !== "SEQ") throw new Error("a clause of a step is no sequence any more");
  return { type: "PREC_DYNAMIC", value: 1, content: sequence([name, ...content.members.slice(1)]) };
}

/** A word of the language is a name wherever the grammar has no other use for it. */
const names = (): Rule => {
  const words = membersOf(AnyName).filter(({ word }) => word === "contextual");
  return choice([
    symbol("identifier"),
    symbol("quoted_name"),
    ...words.map((entry): Rule => {
      const content = { type: "ALIAS", named: true, value: "identifier", content: string(spelling(entry)) } as const;
      return { type: "PREC", value: -1, content };
    }),
  ]);
};

/** Returns the text of `editors/tree-sitter/src/grammar.json`. */
export function treeSitter(): string {
  const parts = productions().map((production): readonly [string, Rule] => {
    const { name = "" } = production;
    const content = sequence((production.definition ?? []).map(rule));
    return [nodeOf(name), name === "stepClause" ? ofStep(content) : toRight(content)];
  });
  const grammar = {
    $schema: "https://tree-sitter.github.io/tree-sitter/assets/schemas/grammar.schema.json",
    name: "nn",
    word: "identifier",
    rules: {
      ...Object.fromEntries(parts),
      _name: names(),
      _binary_operator: choice(membersOf(BinaryOperator).map((entry) => string(spelling(entry)))),
      _prefix_operator: choice(membersOf(PrefixOperator).map((entry) => string(spelling(entry)))),
      identifier: pattern(Identifier.PATTERN as RegExp),
      quoted_name: pattern(atoms.quotedName.pattern),
      placeholder: string(spelling(atoms.placeholder)),
      number: pattern(atoms.number.pattern),
      size: pattern(atoms.size.pattern),
      string: pattern(atoms.string.pattern),
      comment: pattern(commentEntries.line.pattern),
      // Both fit `///`.
      doc_comment: { type: "TOKEN", content: { type: "PREC", value: 1, content: pattern(commentEntries.doc.pattern) } },
    },
    extras: [{ type: "PATTERN", value: "[\\s\\u00a0\\ufeff]" }, symbol("comment"), symbol("doc_comment")],
    conflicts: [["step_clause"]],
    precedences: [],
    externals: [symbol("_newline")],
    inline: [],
    supertypes: [],
    reserved: {},
  };
  return `${JSON.stringify(grammar, null, 2)}\n`;
}
