// The kinds of coloured words, in the order of the numbers that editors know. It imports nothing, so that a server can name
// them before it loads the checker.

export const tokenKinds = [
  ...(["keyword", "operator", "number", "string", "comment", "variable", "parameter", "property"] as const),
  ...(["class", "function", "struct", "type", "typeParameter", "enumMember"] as const),
] as const;
export type TokenKind = (typeof tokenKinds)[number];
export const tokenModifiers = ["declaration", "readonly", "defaultLibrary", "documentation"] as const;
export type TokenModifier = (typeof tokenModifiers)[number];
