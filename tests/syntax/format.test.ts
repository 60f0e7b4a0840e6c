import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { format } from "../../src/syntax/format.ts";
import { parse } from "../../src/syntax/parse.ts";
import { printTree } from "../../src/syntax/print.ts";
import { scan } from "../../src/syntax/scan.ts";
import { amount } from "../support/extent.ts";
import { withoutSpans } from "../support/syntaxCases.ts";
import { reference } from "../support/syntaxReference.ts";

const formatted = (text: string): string => format(text) ?? "has mistakes";
/** The words of all comments; two at the end of one line may have become one. */
const commentWords = (text: string): string[] =>
  parse("f", text)
    .comments.flatMap((comment) => comment.text.split("//"))
    .map((part) => part.replace(/^\//, "").trim())
    .filter((part) => part !== "")
    .sort();

function keepsMeaning(text: string): void {
  const once = formatted(text);
  const before = parse("f", text);
  const after = parse("f", once);
  expect(after.diagnostics).toEqual([]);
  expect(withoutSpans(after.tree)).toEqual(withoutSpans(before.tree));
  expect(commentWords(once)).toEqual(commentWords(text));
  expect(formatted(once)).toBe(once);
}

describe("the reference programs", () => {
  for (const { name, text } of reference)
    test(name, () => {
      expect(parse(name, text).diagnostics).toEqual([]);
      keepsMeaning(text);
    });

  test.each(["mnist", "houses"])("%s is in the style already", (name) => {
    const text = reference.find((each) => each.name === `${name}.nn`)?.text ?? "";
    expect(formatted(text)).toBe(text);
  });

  test.each(["mnist", "resnet"])("models/%s.nn is in the style", (name) => {
    const text = readFileSync(join(import.meta.dirname, `../../models/${name}.nn`), "utf8");
    expect(formatted(text)).toBe(text);
  });
});

test("programs with other spaces, lines, comments and parentheses", () => {
  const pieces = ["\n", " ", "\t", "\n\n\n", " // c\n", "\n// d\n", "\n\n  // e\n\n", "\n/// f\n", "(", "\r\n"];
  const change = fc.record({
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    piece: fc.constantFrom(...pieces),
    after: fc.boolean(),
  });
  const changes = fc.array(change, { minLength: 1, maxLength: 5 });
  let compared = 0;
  fc.assert(
    fc.property(fc.constantFrom(...reference), changes, ({ text }, list) => {
      const changed = list.reduce((before, { at, piece, after }) => {
        const { tokens } = scan("f", before);
        const token = tokens[Math.floor(at * tokens.length)];
        if (token === undefined) return before;
        const [start, end] = [token.startOffset, token.startOffset + token.image.length];
        if (piece === "(") return `${before.slice(0, start)}(${token.image})${before.slice(end)}`;
        const place = after ? end : start;
        return before.slice(0, place) + piece + before.slice(place);
      }, text);
      if (parse("f", changed).diagnostics.length > 0) return;
      compared++;
      keepsMeaning(changed);
    }),
    { numRuns: amount(150, 600) },
  );
  expect(compared).toBeGreaterThan(50);
});

test.each([
  [
    "names of several values",
    "model M(x: f32[3]) {\n  let ( a,_ ,c)=x\n  let (d, // first\n e) = a\n}",
    "model M(x: f32[3]) {\n  let (a, _, c) = x\n  let (\n    d,  // first\n    e\n  ) = a\n}\n",
  ],
  [
    "positions",
    "model M(x: f32[3]) {\n  x [ 1 : , : : 2,... , - 1 ] // c\n  x[a+1:b]\n}",
    "model M(x: f32[3]) {\n  x[1:, ::2, ..., -1]  // c\n  x[a + 1:b]\n}\n",
  ],
  ["spaces", "model  M( x:f32[ 3 ] ){\nDense( 3,units :4 )\n}", "model M(x: f32[3]) {\n  Dense(3, units: 4)\n}\n"],
  [
    "empty lines",
    "\n\nconst a=1\n\n\n\nconst b=2\nmodel M(){\n\n\na\n\n\n\nb\n\n}",
    "const a = 1\n\nconst b = 2\n\nmodel M() {\n  a\n\n  b\n}\n",
  ],
  [
    "columns of a training",
    "train M on D {\nloss mse\noptimizer adam()\nearly_stopping loss\n}",
    "train M on D {\n  loss      mse\n  optimizer adam()\n  early_stopping loss\n}\n",
  ],
  ["parentheses stay", "model M() {\n((a))+(b*c)\n}", "model M() {\n  (a) + (b * c)\n}\n"],
  [
    "broken pipes stay broken",
    "model M() {\nlet y=x->\nf->g\n->h\n}",
    "model M() {\n  let y = x\n    -> f -> g\n    -> h\n}\n",
  ],
  [
    "short bodies stay short",
    "model M() {\nrepeat 3{f()}\nif a {\nb } else {c}\n}",
    "model M() {\n  repeat 3 { f() }\n  if a {\n    b\n  } else {\n    c\n  }\n}\n",
  ],
  [
    "comments",
    "// a\nmodel M() { // b\n  f( // c\n    1, // d\n    2\n    // e\n  ) // f\n  // g\n} // h\n// i",
    "// a\nmodel M() {  // b\n  f(  // c\n    1,  // d\n    2\n    // e\n  )  // f\n  // g\n}  // h\n// i\n",
  ],
  ["nothing", "", ""],
])("%s", (_, text, expected) => {
  expect(formatted(text)).toBe(expected);
});

test("long lists and pipes break", () => {
  const call = `Conv2D(${Array.from({ length: 12 }, (_, i) => `option_${i}: ${i}`).join(", ")})`;
  const pipe = `x${" -> Dense(1000, relu)".repeat(7)}`;
  const lines = formatted(`model M() {\n${call}\n${pipe}\n}\n`).split("\n");
  expect(lines).toContain("    option_3: 3,");
  expect(lines).toContain("    -> Dense(1000, relu)");
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(120);
});

test("a text with mistakes is left alone", () => {
  expect(format("model M( {")).toBeUndefined();
});

test("the tree prints", () => {
  const { tree } = parse("f", "/// Doc.\nmodel M(x: f32[3]) {\n  -x ** 2.0 -> Dense(3, units: 10%)\n}\n");
  expect(printTree(tree)).toBe(`file
  model M doc "Doc."
    parameters:
      parameter x
        type element=f32
          shape:
            number 3
    body
      expression
        pipe
          left: unary -
            operand: binary **
              left: name x
              right: number 2.0
          right: call
            callee: name Dense
            arguments:
              argument
                number 3
              argument units
                number 0.1 percent
`);
  expect(printTree(tree, { spans: true })).toContain("number @ 38..41 2.0");
});
