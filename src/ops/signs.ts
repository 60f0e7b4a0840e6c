// The signs of the language that stand for functions.

/** The signs of the language between two tensors. */
export type Infix = "+" | "-" | "*" | "/" | "**" | "@" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or";
/** The signs of the language in front of one tensor. */
export type Prefix = "-" | "not";
