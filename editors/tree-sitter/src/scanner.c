// Generated from src/syntax; do not edit. Says which line ends end a statement: not those before a line that continues it.

#include "tree_sitter/parser.h"

enum { NEWLINE };

// The words and signs that continue the line before them, and all signs of two characters. Each list ends with a null.
static const char *const CONTINUING_WORDS[] = {"else", "and", "or", 0};
static const char *const CONTINUING_SIGNS[] = {"->", "**", "==", "!=", "<=", ">=", "<", ">", "+", "*", "/", "@", ")", "]", 0};
static const char *const LONGER_SIGNS[] = {"->", "**", "==", "!=", "<=", ">=", 0};

static bool is_blank(int32_t c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v' || c == 0xa0 || c == 0xfeff;
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
  if (lexer->lookahead != '\n') return false;
  lexer->advance(lexer, false);
  lexer->mark_end(lexer);
  lexer->result_symbol = NEWLINE;
  for (;;) {
    while (is_blank(lexer->lookahead) || lexer->lookahead == '\n') lexer->advance(lexer, false);
    if (lexer->lookahead != '/') return !continues(lexer);
    lexer->advance(lexer, false);
    // A quotient, unless it is a comment, which says nothing.
    if (lexer->lookahead != '/') return false;
    while (!lexer->eof(lexer) && lexer->lookahead != '\n') lexer->advance(lexer, false);
  }
}
