// Walks syntax without recursion: all expressions of a declaration, all names of an expression.

import { append } from "../../base/append.ts";
import type { Body, Declaration, Expr, Name, Parameter, Statement, Subscript, TypeExpr } from "../../syntax/ast.ts";

const nothing: readonly Expr[] = [];

const ofType = (type: TypeExpr | undefined): readonly Expr[] =>
  type === undefined ? nothing : [...(type.argument === undefined ? [] : [type.argument]), ...(type.shape ?? [])];

const ofParameter = (parameter: Parameter): readonly Expr[] => [
  ...ofType(parameter.type),
  ...(parameter.default === undefined ? [] : [parameter.default]),
];

function ofStatement(statement: Statement): readonly Expr[] {
  if (statement.kind !== "param") return [statement.value];
  return [...ofType(statement.type), ...(statement.value === undefined ? [] : [statement.value])];
}

/** Returns the names that a statement gives to something; `_` is none. */
export function declaredNames(statement: Statement): readonly Name[] {
  switch (statement.kind) {
    case "let":
    case "layer":
    case "param":
      return [statement.name];
    case "unpack":
      return statement.names.filter(({ text }) => text !== "_");
    case "return":
    case "expression":
      return [];
  }
}

/** Returns the outermost expressions of a declaration. */
export function exprsOf(declaration: Declaration): readonly Expr[] {
  switch (declaration.kind) {
    case "import":
      return [];
    case "const":
      return [declaration.value];
    case "block":
    case "model":
      return [
        ...declaration.parameters.flatMap(ofParameter),
        ...ofType(declaration.result),
        ...declaration.body.statements.flatMap(ofStatement),
      ];
    case "dataset":
      return declaration.clauses.flatMap((clause) => {
        if (clause.kind === "source") return [clause.value];
        if (clause.kind === "clause") return clause.groups.flat();
        return clause.fields.flatMap((field) => [
          ...ofType(field.type),
          ...(field.transform === undefined ? [] : [field.transform]),
        ]);
      });
    case "train":
      return declaration.clauses
        .flatMap((clause) => (clause.kind === "step" ? clause.clauses : [clause]))
        .flatMap((clause) => clause.groups.flat());
  }
}

function ofSubscript(subscript: Subscript): readonly Expr[] {
  if (subscript.form === "rest") return [];
  if (subscript.form === "at") return [subscript.value];
  const { start, stop, step } = subscript;
  return [start, stop, step].filter((part) => part !== undefined);
}

/** Returns the expressions directly inside another one, including those of its bodies. */
export function inside(expr: Expr): readonly Expr[] {
  const ofBody = (body: Body): readonly Expr[] => body.statements.flatMap(ofStatement);
  switch (expr.kind) {
    case "list":
    case "tuple":
      return expr.items;
    case "record":
      return expr.entries.map((entry) => entry.value);
    case "call":
      return [expr.callee, ...expr.arguments.map((argument) => argument.value)];
    case "index":
      return [expr.object, ...expr.subscripts.flatMap(ofSubscript)];
    case "member":
      return [expr.object];
    case "unary":
      return [expr.operand];
    case "binary":
    case "pipe":
      return [expr.left, expr.right];
    case "if": {
      const { otherwise } = expr;
      const other = otherwise === undefined ? [] : "kind" in otherwise ? [otherwise] : ofBody(otherwise);
      return [expr.condition, ...ofBody(expr.then), ...other];
    }
    case "repeat":
      return [expr.count, ...ofBody(expr.body)];
    case "number":
    case "size":
    case "string":
    case "bool":
    case "name":
    case "placeholder":
    case "hole":
      return nothing;
  }
}

/** Visits the expression and everything inside it. */
export function visit(expr: Expr, see: (expr: Expr) => void): void {
  const open = [expr];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    see(at);
    append(open, inside(at));
  }
}

/** Adds every name that the expression reads. */
export function namesIn(expr: Expr, names: Set<string>): void {
  visit(expr, (at) => {
    if (at.kind === "name") names.add(at.name);
  });
}

/** What is in the expressions of a declaration. */
export interface Contents {
  /** Every name that it reads. */
  readonly names: ReadonlySet<string>;
  readonly hasHole: boolean;
  readonly hasChoice: boolean;
}

const known = new WeakMap<Declaration, Contents>();

/** Returns what is in a declaration. It never changes, so one walk is enough. */
export function contentsOf(declaration: Declaration): Contents {
  const before = known.get(declaration);
  if (before !== undefined) return before;
  const names = new Set<string>();
  const kinds = new Set<Expr["kind"]>();
  for (const expr of exprsOf(declaration))
    visit(expr, (at) => {
      kinds.add(at.kind);
      if (at.kind === "name") names.add(at.name);
    });
  const contents = { names, hasHole: kinds.has("hole"), hasChoice: kinds.has("if") };
  known.set(declaration, contents);
  return contents;
}

/** Returns the bodies of the expression and of everything inside it, with their statements. */
export function statementsIn(expr: Expr): readonly Statement[] {
  const found: Statement[] = [];
  visit(expr, (at) => {
    if (at.kind === "if") {
      append(found, at.then.statements);
      if (at.otherwise !== undefined && !("kind" in at.otherwise)) append(found, at.otherwise.statements);
    } else if (at.kind === "repeat") append(found, at.body.statements);
  });
  return found;
}
