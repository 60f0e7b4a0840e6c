// The syntax tree of a `.nn` file. Plain data; every node has its span. The parser recovers, so any expression may be a
// Hole and any list may be short: `check` stays quiet about holes, because the parser has already reported them.

import type { Span } from "../base/span.ts";

export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** `// …` or `/// …`, from the slashes to the end of its line. */
export interface Comment {
  readonly kind: "line" | "doc";
  readonly text: string;
  readonly span: Span;
}

export interface SourceFile {
  readonly kind: "file";
  readonly span: Span;
  readonly declarations: readonly Declaration[];
}

export type Declaration = Import | Const | Dataset | Block | Model | Train;

interface Declared {
  readonly span: Span;
  /** The text of the `///` lines above, without the slashes. */
  readonly doc?: string;
}
export interface Import extends Declared {
  readonly kind: "import";
  readonly path: string;
  readonly pathSpan: Span;
}
/** `const vocab = 65, context = 128` is two of these. */
export interface Const extends Declared {
  readonly kind: "const";
  readonly name: Name;
  readonly value: Expr;
}
export interface Block extends Declared {
  readonly kind: "block";
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  readonly result?: TypeExpr;
  readonly body: Body;
}
export interface Model extends Declared {
  readonly kind: "model";
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  readonly result?: TypeExpr;
  readonly body: Body;
}
/** Clauses in their order: `source`, `input`, `target`, `split`. There may be several `target`s. */
export interface Dataset extends Declared {
  readonly kind: "dataset";
  readonly name: Name;
  readonly clauses: readonly DatasetClause[];
}
export type DatasetClause =
  | { readonly kind: "source"; readonly keyword: Name; readonly value: Expr; readonly span: Span }
  /** `input rooms: f32[1], area: f32[1] = standardize`: fields that share a transform each have it. */
  | {
      readonly kind: "field";
      readonly role: "input" | "target" | "weight";
      readonly keyword: Name;
      readonly fields: readonly Field[];
      readonly span: Span;
    }
  | Clause;
export interface Field {
  readonly name: Name;
  readonly type?: TypeExpr;
  readonly transform?: Expr;
  readonly span: Span;
}
export interface Train extends Declared {
  readonly kind: "train";
  readonly model: Name;
  readonly dataset?: Name;
  readonly clauses: readonly TrainClause[];
}
export type TrainClause = Clause | Step;
/** `step critic { loss …, optimizer …, weights critic }`: one update of several in each batch. */
export interface Step {
  readonly kind: "step";
  readonly keyword: Name;
  readonly name: Name;
  readonly clauses: readonly Clause[];
  readonly span: Span;
}
/** `optimizer adam(1e-3)`, `split train 80%, test 20%`, `loss { price: mse }`: groups of values between commas. */
export interface Clause {
  readonly kind: "clause";
  readonly keyword: Name;
  readonly groups: readonly (readonly Expr[])[];
  readonly span: Span;
}

export interface Parameter {
  readonly name: Name;
  /** A tensor type, or a compile-time kind: `int`, `float`, `bool`. */
  readonly type?: TypeExpr;
  readonly default?: Expr;
  readonly span: Span;
}
/** `f32[h, w, c]`, `class(10)`, `token(vocab)[context]`, `int`. */
export interface TypeExpr {
  readonly element: Name;
  /** The argument in the parentheses of `class(10)`. */
  readonly argument?: Expr;
  /** Missing: no brackets. An entry is an expression; `_` is a Placeholder. */
  readonly shape?: readonly Expr[];
  readonly span: Span;
}

export interface Body {
  readonly statements: readonly Statement[];
  /** From `{` to `}`. */
  readonly span: Span;
}
export type Statement =
  | { readonly kind: "let"; readonly name: Name; readonly value: Expr; readonly span: Span }
  /** `let (out, _, c) = …`: names for several values; a name `_` stands for none. */
  | {
      readonly kind: "unpack";
      readonly names: readonly Name[];
      /** From `(` to `)`. */
      readonly namesSpan: Span;
      readonly value: Expr;
      readonly span: Span;
    }
  | { readonly kind: "layer"; readonly name: Name; readonly value: Expr; readonly span: Span }
  | { readonly kind: "param"; readonly name: Name; readonly type: TypeExpr; readonly value?: Expr; readonly span: Span }
  | { readonly kind: "return"; readonly value: Expr; readonly span: Span }
  | { readonly kind: "expression"; readonly value: Expr; readonly span: Span };

export type BinaryOperator = "+" | "-" | "*" | "/" | "**" | "@" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "and" | "or";

export type Expr =
  /** `10%` has the value 0.1 and percent true; `3` has isInteger true, `3.0` and `1e-3` not. */
  | {
      readonly kind: "number";
      readonly value: number;
      readonly isInteger: boolean;
      readonly percent: boolean;
      readonly span: Span;
    }
  /** `3x3` */
  | { readonly kind: "size"; readonly values: readonly number[]; readonly span: Span }
  | { readonly kind: "string"; readonly value: string; readonly span: Span }
  | { readonly kind: "bool"; readonly value: boolean; readonly span: Span }
  | { readonly kind: "name"; readonly name: string; readonly quoted: boolean; readonly span: Span }
  /** `_` */
  | { readonly kind: "placeholder"; readonly span: Span }
  | { readonly kind: "list"; readonly items: readonly Expr[]; readonly span: Span }
  /** `(a, b)`: several values for a pipe. One value in parentheses is just that value. */
  | { readonly kind: "tuple"; readonly items: readonly Expr[]; readonly span: Span }
  | {
      readonly kind: "record";
      readonly entries: readonly { readonly name: Name; readonly value: Expr }[];
      readonly span: Span;
    }
  | { readonly kind: "call"; readonly callee: Expr; readonly arguments: readonly Argument[]; readonly span: Span }
  | { readonly kind: "member"; readonly object: Expr; readonly property: Name; readonly span: Span }
  /** `x[:, 0]`: a part of a tensor, or an item of a list. */
  | {
      readonly kind: "index";
      readonly object: Expr;
      readonly subscripts: readonly Subscript[];
      readonly span: Span;
    }
  | { readonly kind: "unary"; readonly operator: "-" | "not"; readonly operand: Expr; readonly span: Span }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly operatorSpan: Span;
      readonly left: Expr;
      readonly right: Expr;
      readonly span: Span;
    }
  | { readonly kind: "pipe"; readonly left: Expr; readonly right: Expr; readonly span: Span }
  | {
      readonly kind: "if";
      readonly condition: Expr;
      readonly then: Body;
      readonly otherwise?: Body | Expr;
      readonly span: Span;
    }
  | { readonly kind: "repeat"; readonly count: Expr; readonly body: Body; readonly span: Span }
  | { readonly kind: "hole"; readonly span: Span };

/** A place in brackets: one position, `1:10:2` of which each part may be missing, or `...` for all axes in between. */
export type Subscript =
  | { readonly form: "at"; readonly value: Expr; readonly span: Span }
  | {
      readonly form: "range";
      readonly start?: Expr;
      readonly stop?: Expr;
      readonly step?: Expr;
      readonly span: Span;
    }
  | { readonly form: "rest"; readonly span: Span };

export interface Argument {
  readonly name?: Name;
  readonly value: Expr;
  readonly span: Span;
}
