// What goes with the grammar for tree-sitter: the scanner of line ends in C, and the queries for colours.

import { lineContinues } from "../newlines.ts";
import { atoms, commentEntries, signs, type TokenEntry, tokenTable } from "../tokens.ts";
import { spelling } from "./productions.ts";
import { treeSitter } from "./treeSitter.ts";

const quotedList = (texts: readonly string[]): string => texts.map((text) => `"${text}"`).join(", ");
const isWord = (text: string): boolean => /^\w+$/.test(text);

/** The part of the scanner that knows no token. */
const scannerText = `static bool is_blank(int32_t c) {
  return c == ' ' || c == '\\t' || c == '\\r' || c == '\\f' || c == '\\v' || c == 0xa0 || c == 0xfeff;
}

static bool is_word(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool among(const char *const *list, const char *text) {
  for (; *list; list++) {
    unsigned i = 0;
    while ((*list)[i] && (*list)[i] == text[i]) i++;
    if ((*list)[i] == text[i]) return true;
  }
  return false;
}

// Whether the next token continues the line before it. Blanks are behind us.
static bool continues(TSLexer *lexer) {
  char text[8] = {0};
  unsigned length = 0;
  if (is_word(lexer->lookahead)) {
    while (is_word(lexer->lookahead)) {
      if (length >= sizeof text - 1) return false;
      text[length++] = (char)lexer->lookahead;
      lexer->advance(lexer, false);
    }
    return among(CONTINUING_WORDS, text);
  }
  for (; length < 2 && lexer->lookahead > 0 && lexer->lookahead < 128; length++) {
    text[length] = (char)lexer->lookahead;
    lexer->advance(lexer, false);
  }
  if (among(LONGER_SIGNS, text)) return among(CONTINUING_SIGNS, text);
  text[1] = 0;
  return among(CONTINUING_SIGNS, text);
}

void *tree_sitter_nn_external_scanner_create(void) { return 0; }
void tree_sitter_nn_external_scanner_destroy(void *payload) { (void)payload; }
unsigned tree_sitter_nn_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}
void tree_sitter_nn_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

bool tree_sitter_nn_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid_symbols) {
  (void)payload;
  if (!valid_symbols[NEWLINE]) return false;
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
  if (lexer->lookahead != '\\n') return false;
  lexer->advance(lexer, false);
  lexer->mark_end(lexer);
  lexer->result_symbol = NEWLINE;
  for (;;) {
    while (is_blank(lexer->lookahead) || lexer->lookahead == '\\n') lexer->advance(lexer, false);
    if (lexer->lookahead != '/') return !continues(lexer);
    lexer->advance(lexer, false);
    // A quotient, unless it is a comment, which says nothing.
    if (lexer->lookahead != '/') return false;
    while (!lexer->eof(lexer) && lexer->lookahead != '\\n') lexer->advance(lexer, false);
  }
}
`;

/** Returns the text of `editors/tree-sitter/src/scanner.c`. */
export function treeSitterScanner(): string {
  const continuing = tokenTable
    .filter(({ type, display }) => display.startsWith("'") && lineContinues(type))
    .map(spelling);
  const longer = Object.values(signs)
    .map(spelling)
    .filter((text) => text.length === 2);
  return `// Generated from src/syntax; do not edit. Says which line ends end a statement: not those before a line that continues it.

#include "tree_sitter/parser.h"

enum { NEWLINE };

// The words and signs that continue the line before them, and all signs of two characters. Each list ends with a null.
static const char *const CONTINUING_WORDS[] = {${quotedList(continuing.filter(isWord))}, 0};
static const char *const CONTINUING_SIGNS[] = {${quotedList(continuing.filter((text) => !isWord(text)))}, 0};
static const char *const LONGER_SIGNS[] = {${quotedList(longer)}, 0};

${scannerText}`;
}

/** The capture of each scope of the table; the first that begins a scope counts. */
export const captures: readonly (readonly [scope: string, capture: string])[] = [
  ["keyword.operator.word", "keyword.operator"],
  ["keyword.operator", "operator"],
  ["keyword", "keyword"],
  ["constant.language", "boolean"],
  ["constant.numeric", "number"],
  ["string", "string"],
  ["variable.language", "variable.builtin"],
  ["comment.line.documentation", "comment.documentation"],
  ["comment", "comment"],
  ["punctuation.bracket", "punctuation.bracket"],
  ["punctuation", "punctuation.delimiter"],
];
export const captureOf = ({ scope }: TokenEntry): string => {
  const capture = captures.find(([start]) => scope.startsWith(start))?.[1];
  if (capture === undefined) throw new Error(`no colour for ${scope}`);
  return capture;
};

/** Returns the text of `editors/tree-sitter/queries/highlights.scm`. */
export function treeSitterHighlights(): string {
  const grammar = treeSitter();
  // A query may name only what the grammar has; some reserved words have no use yet.
  const used = tokenTable.filter((entry) => grammar.includes(`"value": ${JSON.stringify(spelling(entry))}`));
  const fixed = used.filter(({ display, type }) => display.startsWith("'") && type !== atoms.placeholder.type);
  const groups = [...new Set(fixed.map(captureOf))].map((capture) => {
    const entries = fixed.filter((entry) => captureOf(entry) === capture);
    return `[\n${entries.map((one) => `  ${JSON.stringify(spelling(one))}`).join("\n")}\n] @${capture}`;
  });
  return `; Generated from src/syntax; do not edit. Of several patterns for a node, the last one counts.

(identifier) @variable
(quoted_name) @variable
(column_name (identifier) @property)
(column_name (string) @property)
(operand "." (identifier) @property)
(parameter . (identifier) @variable.parameter)
(argument . (identifier) @property ":")
(clause . (identifier) @keyword)
(step_clause . (identifier) @keyword)
(type . (identifier) @type.builtin)
(operand (identifier) @function . (arguments))
((operand (identifier) @constructor . (arguments))
  (#match? @constructor "^[A-Z]"))
(head . (identifier) @type)
(dataset . "dataset" (identifier) @type)
(train (identifier) @type)

(string) @${captureOf(atoms.string)}
(number) @${captureOf(atoms.number)}
(size) @${captureOf(atoms.size)}
(placeholder) @${captureOf(atoms.placeholder)}
(comment) @${captureOf(commentEntries.line)}
(doc_comment) @${captureOf(commentEntries.doc)}

${groups.join("\n\n")}
`;
}
