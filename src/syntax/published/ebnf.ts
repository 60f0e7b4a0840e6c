// The grammar in EBNF, made from the parser itself, so that the published form cannot differ from it.

import { precedence } from "../parser/fold.ts";
import { AnyName, BinaryOperator, Newline, PrefixOperator, tokenTable } from "../tokens.ts";
import { entryNamed, membersOf, type Production, productions } from "./productions.ts";

const classes: ReadonlyMap<string, string> = new Map([
  [AnyName.name, "NAME"],
  [BinaryOperator.name, "BINARY"],
  [PrefixOperator.name, "PREFIX"],
  [Newline.name, "NEWLINE"],
  ["Number", "NUMBER"],
  ["Size", "SIZE"],
  ["String", "STRING"],
]);
const members = (category: { readonly name: string }): string =>
  membersOf(category)
    .map(({ display }) => quoted(display))
    .join(" | ");
const quoted = (display: string): string => `"${display.slice(1, -1)}"`;

/** `datasetClause` is `dataset-clause` in the published grammar. */
const ruleName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function terminal(name = ""): string {
  const entry = entryNamed.get(name);
  return classes.get(name) ?? (entry === undefined ? name : quoted(entry.display));
}

function written(production: Production): string {
  const { type, name, definition = [], separator } = production;
  const sequence = (): string =>
    definition.map((part) => (part.type === "Alternation" ? grouped(part) : written(part))).join(" ");
  // A single choice needs no parentheses in braces or brackets.
  const [only] = definition;
  const inside = (): string => (only?.type === "Alternation" && definition.length === 1 ? written(only) : sequence());
  switch (type) {
    case "Terminal":
      return terminal(name);
    case "NonTerminal":
      return ruleName(name ?? "");
    case "Option":
      return `[ ${inside()} ]`;
    case "Repetition":
      return `{ ${inside()} }`;
    case "RepetitionMandatory":
      return `${definition.length === 1 ? sequence() : `( ${sequence()} )`} { ${inside()} }`;
    case "RepetitionWithSeparator":
      return `[ ${sequence()} { ${separated(separator)} ${sequence()} } ]`;
    case "RepetitionMandatoryWithSeparator":
      return `${sequence()} { ${separated(separator)} ${sequence()} }`;
    case "Alternation":
      return definition.map(written).join(" | ");
    default:
      return sequence();
  }
}
const grouped = (production: Production): string => `( ${written(production)} )`;
const separated = (separator: Production | undefined): string => terminal(separator?.name);

function rule(production: Production): string {
  const { name = "", definition = [] } = production;
  const [only] = definition;
  const head = `${ruleName(name)} =`;
  if (definition.length === 1 && only?.type === "Alternation" && only.definition !== undefined) {
    const alternatives = only.definition.map(written);
    const flat = `${head} ${alternatives.join(" | ")} ;`;
    return flat.length <= 110 ? flat : `${head}\n    ${alternatives.join("\n  | ")}\n  ;`;
  }
  return `${head} ${definition.map((part) => (part.type === "Alternation" ? grouped(part) : written(part))).join(" ")} ;`;
}

/** Returns the text of `grammar/nn.ebnf`. */
export function ebnf(): string {
  const reserved = tokenTable.filter(({ word }) => word === "reserved").map(({ display }) => display.slice(1, -1));
  const contextual = tokenTable.filter(({ word }) => word === "contextual").map(({ display }) => quoted(display));
  const pattern = (name: string): string => entryNamed.get(name)?.pattern.source ?? "";
  return `(* The grammar of .nn files. Generated from src/syntax; do not edit.

   {x} is x any number of times, [x] is x or nothing.

   NEWLINE is a line end that ends a statement. A line end is none of these, and is dropped,
   inside ( ) and [ ]; after a binary operator, "," "=" "->" ":" "." "{" and "not"; before "->", "else", ")", "]" and
   a binary operator other than "-". Several in a row are one.
   Where it is optional below, it may be missing only before "}" and at the end of the file.

   An expression is a row of operands; operators bind, from loosest to tightest:
${precedence.map((level) => `     ${level}`).join("\n")}

   Reserved words, which are no names unless in back quotes:
     ${reserved.join(" ")}
   Comments run from // to the end of the line; those that start with /// explain the declaration below. *)

${productions().map(rule).join("\n\n")}

(* words *)

BINARY = ${members(BinaryOperator)} ;

PREFIX = ${members(PrefixOperator)} ;

NAME = /[A-Za-z_][A-Za-z0-9_]*/ but no reserved word, nor "_" alone | /${pattern("QuotedName")}/
  (* among them the words that mean something in one place only:
     ${contextual.join(" ")} *) ;

NUMBER = /${pattern("Number")}/ ;

SIZE = /${pattern("Size")}/ ;

STRING = /${pattern("String")}/ (* with the escapes of JSON *) ;
`;
}
