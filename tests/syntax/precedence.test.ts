import { expect, test } from "vitest";
import type { Body, Expr } from "../../src/syntax/ast.ts";
import { parse, parseExpression } from "../../src/syntax/parse.ts";

/** The expression with all its parentheses. */
function shown(expr: Expr | Body): string {
  if (!("kind" in expr))
    return `{ ${expr.statements.map((item) => ("value" in item && item.value ? shown(item.value) : item.kind)).join("; ")} }`;
  switch (expr.kind) {
    case "number":
    case "bool":
    case "string":
      return String(expr.value);
    case "name":
      return expr.name;
    case "size":
      return expr.values.join("x");
    case "placeholder":
      return "_";
    case "hole":
      return "?";
    case "unary":
      return `(${expr.operator} ${shown(expr.operand)})`;
    case "binary":
      return `(${shown(expr.left)} ${expr.operator} ${shown(expr.right)})`;
    case "pipe":
      return `(${shown(expr.left)} -> ${shown(expr.right)})`;
    case "call":
      return `${shown(expr.callee)}(${expr.arguments.map(({ name, value }) => (name ? `${name.text}: ` : "") + shown(value)).join(", ")})`;
    case "member":
      return `${shown(expr.object)}.${expr.property.text}`;
    case "index": {
      const part = (value: Expr | undefined): string => (value === undefined ? "" : shown(value));
      const inside = expr.subscripts.map((item) =>
        item.form === "rest"
          ? "..."
          : item.form === "at"
            ? shown(item.value)
            : `${part(item.start)}:${part(item.stop)}:${part(item.step)}`,
      );
      return `${shown(expr.object)}[${inside.join(", ")}]`;
    }
    case "list":
      return `[${expr.items.map(shown).join(", ")}]`;
    case "tuple":
      return `tuple(${expr.items.map(shown).join(", ")})`;
    case "record":
      return `{ ${expr.entries.map(({ name, value }) => `${name.text}: ${shown(value)}`).join(", ")} }`;
    case "if":
      return `if ${shown(expr.condition)} ${shown(expr.then)}${expr.otherwise ? ` else ${shown(expr.otherwise)}` : ""}`;
    case "repeat":
      return `repeat ${shown(expr.count)} ${shown(expr.body)}`;
  }
}

test.each([
  ["a + b * c ** d", "(a + (b * (c ** d)))"],
  ["a ** b ** c", "(a ** (b ** c))"],
  ["-a[0] ** b.c[i + 1, ...]", "(- (a[0] ** b.c[(i + 1), ...]))"],
  ["a -> f(b)[:, 1:, ::2][-1]", "(a -> f(b)[::, 1::, ::2][(- 1)])"],
  ["-a ** b", "(- (a ** b))"],
  ["a ** -b", "(a ** (- b))"],
  ["-a * b", "((- a) * b)"],
  ["- - a", "(- (- a))"],
  ["a - b - c", "((a - b) - c)"],
  ["a / b * c @ d", "(((a / b) * c) @ d)"],
  ["not a == b and c or d", "(((not (a == b)) and c) or d)"],
  ["not not a", "(not (not a))"],
  ["a or b and not c", "(a or (b and (not c)))"],
  ["a < b and b <= c", "((a < b) and (b <= c))"],
  ["a -> f -> g", "((a -> f) -> g)"],
  ["a or b -> f", "((a or b) -> f)"],
  ["x + (x -> f)", "(x + (x -> f))"],
  ["(a, b) -> Add()", "(tuple(a, b) -> Add())"],
  ["(a)", "a"],
  ["f(a)(b).c(d: 1)", "f(a)(b).c(d: 1)"],
  ["f(3x3, [1, 2], _)", "f(3x3, [1, 2], _)"],
  ["if a { b } else if c { d } else { e } -> f", "(if a { b } else if c { d } else { e } -> f)"],
  ["repeat 2 * n { f() } + g", "(repeat (2 * n) { f() } + g)"],
  ["1_000 + 1e-3 + 10%", "((1000 + 0.001) + 0.1)"],
  ["a\n  + b", "(a + b)"],
  ["a +\n  b", "(a + b)"],
  ["a\n  -> f\n  -> g", "((a -> f) -> g)"],
  ["f(a\n-b)", "f((a - b))"],
])("%s", (text, expected) => {
  const { expression, diagnostics } = parseExpression("f", text);
  expect(diagnostics).toEqual([]);
  expect(shown(expression)).toBe(expected);
});

test("numbers know how they were written", () => {
  const facts = (text: string): unknown => {
    const { expression } = parseExpression("f", text);
    return expression.kind === "number" ? [expression.value, expression.isInteger, expression.percent] : undefined;
  };
  expect(facts("1_000")).toEqual([1000, true, false]);
  expect(facts("3.0")).toEqual([3, false, false]);
  expect(facts("1e-3")).toEqual([0.001, false, false]);
  expect(facts("10%")).toEqual([0.1, false, true]);
  expect(facts("2.5%")).toEqual([0.025, false, true]);
});

test("an expression alone has nothing behind it", () => {
  expect(parseExpression("f", "3 4").diagnostics).toHaveLength(1);
  expect(parseExpression("f", "").diagnostics).toHaveLength(1);
  expect(parseExpression("f", "3 +").diagnostics).toHaveLength(1);
  expect(parseExpression("f", "}").diagnostics).toHaveLength(1);
});

const statements = (body: string): string[] => {
  const { tree, diagnostics } = parse("f", `model M(x: f32[3]) {\n${body}\n}\n`);
  expect(diagnostics).toEqual([]);
  const [model] = tree.declarations;
  return model?.kind === "model"
    ? model.body.statements.map((item) => ("value" in item && item.value ? shown(item.value) : item.kind))
    : [];
};

test.each([
  ["a\n-b", ["a", "(- b)"]],
  ["a -\nb", ["(a - b)"]],
  ["a\n+ b", ["(a + b)"]],
  ["a\nand b", ["(a and b)"]],
  ["let y = x\n  -> f\n\n  // why\n  -> g\ny", ["((x -> f) -> g)", "y"]],
  ["let y =\n  x", ["x"]],
  ["f(\n  a,\n  b\n)\ng", ["f(a, b)", "g"]],
  ["[1,\n2\n]", ["[1, 2]"]],
  ["if a {\n  b\n}\nelse {\n  c\n}", ["if a { b } else { c }"]],
  ["repeat 3 { f }\ng", ["repeat 3 { f }", "g"]],
  ["f(repeat 2 {\n  a\n  b\n})", ["f(repeat 2 { a; b })"]],
  ["return { a: x, b: y\n c: z\n}", ["{ a: x, b: y, c: z }"]],
  ["\n\n\na\n\n\n", ["a"]],
  ["", []],
])("newlines: %j", (body, expected) => {
  expect(statements(body)).toEqual(expected);
});

test("a line end may be written in the manner of Windows", () => {
  expect(statements("a\r\n-b\r\nf(\r\n1)")).toEqual(["a", "(- b)", "f(1)"]);
});

test("documentation belongs to the declaration below", () => {
  const { tree, comments } = parse(
    "f",
    "// no\n/// one\n///  two\nmodel M() {\n  a // end\n}\n/// lost\n\n// between\nconst n = 3\n",
  );
  expect(tree.declarations.map(({ doc }) => doc)).toEqual(["one\n two", undefined]);
  expect(comments.map(({ kind, text }) => [kind, text])).toEqual([
    ["line", "// no"],
    ["doc", "/// one"],
    ["doc", "///  two"],
    ["line", "// end"],
    ["doc", "/// lost"],
    ["line", "// between"],
  ]);
});

test("fields that share a transform each have it", () => {
  const { tree } = parse("f", "dataset D {\n  input a: f32, b: f32 = log, c: f32\n}\n");
  const [dataset] = tree.declarations;
  const [clause] = dataset?.kind === "dataset" ? dataset.clauses : [];
  const transforms =
    clause?.kind === "field" ? clause.fields.map(({ transform }) => transform && shown(transform)) : [];
  expect(transforms).toEqual(["log", "log", undefined]);
});
