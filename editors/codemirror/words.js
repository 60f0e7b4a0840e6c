// Generated from src/syntax/tokens.ts; do not edit.

/** Words that are never names, with their tags. */
export const reserved = new Map([
  ["repeat", "controlKeyword"],
  ["return", "controlKeyword"],
  ["false", "bool"],
  ["else", "controlKeyword"],
  ["true", "bool"],
  ["for", "controlKeyword"],
  ["let", "controlKeyword"],
  ["and", "operatorKeyword"],
  ["not", "operatorKeyword"],
  ["if", "controlKeyword"],
  ["in", "controlKeyword"],
  ["or", "operatorKeyword"],
  ["_", "self"],
]);

/** Words that mean something where a line begins with them and a name or a string follows. */
export const contextual = new Map([
  ["dataset", "definitionKeyword"],
  ["import", "definitionKeyword"],
  ["source", "keyword"],
  ["weight", "keyword"],
  ["target", "keyword"],
  ["const", "definitionKeyword"],
  ["block", "definitionKeyword"],
  ["model", "definitionKeyword"],
  ["train", "definitionKeyword"],
  ["layer", "controlKeyword"],
  ["param", "controlKeyword"],
  ["input", "keyword"],
  ["step", "keyword"],
  ["on", "definitionKeyword"],
]);

/** What begins a token, in the order to try. */
export const patterns = [
  [/^(?:\/\/\/[^\n]*)/, "docComment"],
  [/^(?:\/\/[^\n]*)/, "lineComment"],
  [/^(?:\d+(?:x\d+)+)/, "number"],
  [/^(?:\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?%?)/, "number"],
  [/^(?:"(?:[^"\\\n]|\\[^\n])*")/, "string"],
  [/^(?:`[^`\n]+`)/, "variableName"],
  [/^(?:->)/, "operator"],
  [/^(?:\*\*)/, "operator"],
  [/^(?:==)/, "operator"],
  [/^(?:!=)/, "operator"],
  [/^(?:<=)/, "operator"],
  [/^(?:>=)/, "operator"],
  [/^(?:<)/, "operator"],
  [/^(?:>)/, "operator"],
  [/^(?:=)/, "operator"],
  [/^(?:\+)/, "operator"],
  [/^(?:-)/, "operator"],
  [/^(?:\*)/, "operator"],
  [/^(?:\/)/, "operator"],
  [/^(?:@)/, "operator"],
  [/^(?:,)/, "separator"],
  [/^(?::)/, "separator"],
  [/^(?:\.\.\.)/, "separator"],
  [/^(?:\.)/, "derefOperator"],
  [/^(?:\()/, "bracket"],
  [/^(?:\))/, "bracket"],
  [/^(?:\[)/, "bracket"],
  [/^(?:\])/, "bracket"],
  [/^(?:\{)/, "bracket"],
  [/^(?:\})/, "bracket"],
];

/** A word. */
export const name = /^[A-Za-z_][A-Za-z0-9_]*/;
