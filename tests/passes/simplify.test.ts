// Rewrite rules: a graph before and after as text. Its last line is the value that counts. Every rule has a case, and every
// case keeps the values.

import { describe, expect, test } from "vitest";
import type { Prim, PrimGraph } from "../../src/ir/graph.ts";
import { asPrimGraph, parseModule, printNode } from "../../src/ir/text.ts";
import { verifyGraph } from "../../src/ir/verify.ts";
import { commonSubexpressions } from "../../src/passes/commonSubexpressions.ts";
import { deadCode } from "../../src/passes/deadCode.ts";
import type { Pass } from "../../src/passes/pass.ts";
import { readThrough } from "../../src/passes/readThrough.ts";
import { simplifications, simplify, simplifyBy } from "../../src/passes/simplify.ts";
import { evaluate } from "../../src/reference/evaluate.ts";
import { lengthOf, moduleOf, numbers } from "../support/graphs.ts";

const slots = `slot "seed": i32[] counter\n`;
type Rewrite = Pass<ReturnType<typeof moduleOf<Prim>>, ReturnType<typeof moduleOf<Prim>>>;

/** `x: f32[?,4]`, `y: f32[?,4]`, `c: bool[?,4]` stand for %0, %1, %2; lines are numbered on from there. */
function graphOf(lines: string): PrimGraph {
  const body = lines
    .trim()
    .split("\n")
    .map((line, i) => `%${i + 3}: ${line.trim()} @ ""`)
    .join("\n");
  const module = parseModule(
    `${slots}program "p"\n%0: f32[?,4] = input "x" @ ""\n%1: f32[?,4] = input "y" @ ""\n%2: bool[?,4] = input "c" @ ""\n${body}\noutput "out" = %${lines.trim().split("\n").length + 2}`,
  );
  expect(verifyGraph(module.programs[0]!, module.slots)).toEqual([]);
  return asPrimGraph(module.programs[0]!)!;
}

/** The live part of a graph, as lines without names. */
const shown = (graph: PrimGraph): readonly string[] =>
  deadCode.run(moduleOf(graph)).programs[0]!.nodes.map((node) => printNode({ ...node, origin: "" }));

function values(graph: PrimGraph): readonly number[] {
  const batch = 3;
  const inputs = new Map(
    graph.nodes.flatMap((node) =>
      node.kind === "input"
        ? [
            [
              node.name,
              numbers(lengthOf(node.type, batch), node.name.charCodeAt(0)).map((x) =>
                node.name === "c" ? Number(x > 0) : x,
              ),
            ] as const,
          ]
        : [],
    ),
  );
  return [...evaluate(graph, { batch, inputs, slots: new Map([["seed", [1]]]) }).outputs.get("out")!];
}

function check(pass: Rewrite, before: string, after: string): void {
  const graph = graphOf(before);
  const found = pass.run(moduleOf(graph)).programs[0]!;
  expect(shown(found)).toEqual(shown(graphOf(after)));
  const [a, b] = [values(graph), values(found)];
  for (const [i, x] of a.entries()) expect(b[i]).toBeCloseTo(x, 12);
}

const t = "f32[?,4]";
/** The same value: nothing is left but an input. A reshape stands for it, since a graph needs a last line. */
const x = `${t} = map stop_gradient %0`;

const cases: readonly [rule: string, before: string, after: string][] = [
  [
    "a function of constants → a constant",
    `${t} = const 2\n${t} = map exp %3\n${t} = map add %4, %0`,
    `${t} = const ${Math.exp(2)}\n${t} = map add %3, %0`,
  ],
  ["stop_gradient(x) → x", `${t} = map stop_gradient %0\n${t} = map exp %3`, `${t} = map exp %0`],
  ["a cast to the type it has → x", `${t} = map f32 %0\n${t} = map exp %3`, `${t} = map exp %0`],
  ["x + 0 → x", `${t} = const 0\n${t} = map add %3, %0\n${t} = map exp %4`, `${t} = map exp %0`],
  ["x - 0 → x", `${t} = const 0\n${t} = map sub %0, %3\n${t} = map exp %4`, `${t} = map exp %0`],
  ["0 - x → -x", `${t} = const 0\n${t} = map sub %3, %0`, `${t} = map neg %0`],
  ["x * 1 → x", `${t} = const 1\n${t} = map mul %0, %3\n${t} = map exp %4`, `${t} = map exp %0`],
  ["x * -1 → -x", `${t} = const -1\n${t} = map mul %3, %0`, `${t} = map neg %0`],
  ["x / 1 → x", `${t} = const 1\n${t} = map div %0, %3\n${t} = map exp %4`, `${t} = map exp %0`],
  ["x / 2^k → x * 2^-k", `${t} = const 8\n${t} = map div %0, %3`, `${t} = const 0.125\n${t} = map mul %0, %3`],
  ["1 / x → reciprocal x", `${t} = const 1\n${t} = map div %3, %0`, `${t} = map reciprocal %0`],
  ["x * (1 / y) → x / y", `${t} = map reciprocal %1\n${t} = map mul %0, %3`, `${t} = map div %0, %1`],
  [
    "(x * a) * b → x * (a * b), where a or b is a power of two",
    `${t} = const 3\n${t} = const 0.5\n${t} = map mul %3, %0\n${t} = map mul %5, %4`,
    `${t} = const 1.5\n${t} = map mul %0, %3`,
  ],
  ["x ^ 1 → x", `${t} = const 1\n${t} = map pow %0, %3\n${t} = map exp %4`, `${t} = map exp %0`],
  ["x ^ 2 → x², and the like", `${t} = const 2\n${t} = map pow %0, %3`, `${t} = map square %0`],
  ["-(-x) → x", `${t} = map neg %0\n${t} = map neg %3\n${t} = map exp %4`, `${t} = map exp %0`],
  ["-(x - y) → y - x", `${t} = map sub %0, %1\n${t} = map neg %3`, `${t} = map sub %1, %0`],
  ["x + -y → x - y", `${t} = map neg %1\n${t} = map add %3, %0`, `${t} = map sub %0, %1`],
  ["x - -y → x + y", `${t} = map neg %1\n${t} = map sub %0, %3`, `${t} = map add %0, %1`],
  [
    "-x * c → x * -c",
    `${t} = map neg %0\n${t} = const 3\n${t} = map mul %3, %4`,
    `${t} = const -3\n${t} = map mul %0, %3`,
  ],
  ["max(x, 0) → relu x", `${t} = const 0\n${t} = map max %0, %3`, `${t} = map relu %0`],
  [
    "not not x → x",
    `bool[?,4] = map not %2\nbool[?,4] = map not %3\n${t} = map select %4, %0, %1`,
    `${t} = map select %2, %0, %1`,
  ],
  [
    "mask * x → mask ? x : 0",
    `${t} = map f32 %2\n${t} = map mul %3, %0`,
    `${t} = const 0\n${t} = map select %2, %0, %3`,
  ],
  [
    "mask * x → mask ? x : 0",
    `${t} = const 0\n${t} = const 1\n${t} = map select %2, %3, %4\n${t} = map mul %0, %5`,
    `${t} = const 0\n${t} = map select %2, %3, %0`,
  ],
  [
    "select(true, x, y) → x",
    `bool[?,4] = const 0\n${t} = map select %3, %0, %1\n${t} = map exp %4`,
    `${t} = map exp %1`,
  ],
  ["select(c, x, x) → x", `${t} = map select %2, %0, %0\n${t} = map exp %3`, `${t} = map exp %0`],
  [
    "select(not c, x, y) → select(c, y, x)",
    `bool[?,4] = map not %2\n${t} = map select %3, %0, %1`,
    `${t} = map select %2, %1, %0`,
  ],
  [
    "select(c, select(c, x, y), z) → select(c, x, z)",
    `${t} = map exp %0\n${t} = map select %2, %0, %1\n${t} = map select %2, %4, %3`,
    `${t} = map exp %0\n${t} = map select %2, %0, %3`,
  ],
  [
    "f(reshape x) → reshape f(x)",
    `f32[?,2,2] = reshape %0\nf32[?,2,2] = const 3\nf32[?,2,2] = map add %3, %4`,
    `${t} = const 3\n${t} = map add %0, %3\nf32[?,2,2] = reshape %4`,
  ],
  [
    "f(broadcast x) → broadcast f(x)",
    `f32[?,3,4] = broadcast %0 axes=[0, 2]\nf32[?,3,4] = broadcast %1 axes=[0, 2]\nf32[?,3,4] = map mul %3, %4`,
    `${t} = map mul %0, %1\nf32[?,3,4] = broadcast %3 axes=[0, 2]`,
  ],

  ["reshape of a constant → a constant", `f32[4] = const 2\nf32[2,2] = reshape %3`, `f32[2,2] = const 2`],
  ["transpose of a constant → a constant", `f32[4,1] = const 2\nf32[1,4] = transpose %3 [1, 0]`, `f32[1,4] = const 2`],
  ["broadcast of a constant → a constant", `f32[4] = const 2\nf32[?,4] = broadcast %3 axes=[1]`, `f32[?,4] = const 2`],
  [
    "slice of a constant → a constant",
    `f32[4] = const 2\nf32[2] = slice %3 starts=[1] strides=[1]`,
    `f32[2] = const 2`,
  ],
  [
    "pad of the same constant → a constant",
    `f32[4] = const 2\nf32[6] = pad %3 before=[1] after=[1] value=2`,
    `f32[6] = const 2`,
  ],
  ["reshape to its own shape → x", `${t} = reshape %0\n${t} = map exp %3`, `${t} = map exp %0`],
  ["reshape of reshape → reshape", `f32[?,2,2] = reshape %0\nf32[?,1,4] = reshape %3`, `f32[?,1,4] = reshape %0`],
  [
    "reshape of a list of numbers → the list",
    `f32[4] = const [1, 2, 3, 4]\nf32[2,2] = reshape %3`,
    `f32[2,2] = const [1, 2, 3, 4]`,
  ],
  ["transpose in order → x", `${t} = transpose %0 [0, 1]\n${t} = map exp %3`, `${t} = map exp %0`],
  [
    "transpose of transpose → transpose",
    `f32[4,?] = transpose %0 [1, 0]\n${t} = transpose %3 [1, 0]\n${t} = map exp %4`,
    `${t} = map exp %0`,
  ],
  [
    "transpose that only moves axes of 1 → reshape",
    `f32[?,1,4] = reshape %0\nf32[1,?,4] = transpose %3 [1, 0, 2]`,
    `f32[1,?,4] = reshape %0`,
  ],
  ["broadcast to its own shape → x", `${t} = broadcast %0 axes=[0, 1]\n${t} = map exp %3`, `${t} = map exp %0`],
  ["broadcast that only adds axes of 1 → reshape", `f32[?,1,4] = broadcast %0 axes=[0, 2]`, `f32[?,1,4] = reshape %0`],
  [
    "broadcast of axes of 1 → broadcast without them",
    `f32[?] = reduce sum %0 axes=[1]\nf32[?,1] = reshape %3\n${t} = broadcast %4 axes=[0, 1]`,
    `f32[?] = reduce sum %0 axes=[1]\n${t} = broadcast %3 axes=[0]`,
  ],
  [
    "broadcast of broadcast → broadcast",
    `f32[?] = reduce sum %0 axes=[1]\nf32[?,2] = broadcast %3 axes=[0]\nf32[?,3,2] = broadcast %4 axes=[0, 2]`,
    `f32[?] = reduce sum %0 axes=[1]\nf32[?,3,2] = broadcast %3 axes=[0]`,
  ],
  ["slice of everything → x", `${t} = slice %0 starts=[0, 0] strides=[1, 1]\n${t} = map exp %3`, `${t} = map exp %0`],
  [
    "slice of slice → slice",
    `f32[?,3] = slice %0 starts=[0, 1] strides=[1, 1]\nf32[?,2] = slice %3 starts=[0, 0] strides=[1, 2]`,
    `f32[?,2] = slice %0 starts=[0, 1] strides=[1, 2]`,
  ],
  [
    "slice of the inside of pad → slice",
    `f32[?,7] = pad %0 before=[0, 2] after=[0, 1] value=0\nf32[?,2] = slice %3 starts=[0, 3] strides=[1, 1]`,
    `f32[?,2] = slice %0 starts=[0, 1] strides=[1, 1]`,
  ],
  [
    "slice of one part of concat → slice of that part",
    `f32[?,8] = concat %0, %1 axis=1\nf32[?,2] = slice %3 starts=[0, 5] strides=[1, 1]`,
    `f32[?,2] = slice %1 starts=[0, 1] strides=[1, 1]`,
  ],
  ["pad by nothing → x", `${t} = pad %0 before=[0, 0] after=[0, 0] value=0\n${t} = map exp %3`, `${t} = map exp %0`],
  [
    "pad of pad → pad",
    `f32[?,5] = pad %0 before=[0, 1] after=[0, 0] value=0\nf32[?,7] = pad %3 before=[0, 0] after=[0, 2] value=0`,
    `f32[?,7] = pad %0 before=[0, 1] after=[0, 2] value=0`,
  ],
  [
    "sum of values padded with zeros side by side → both joined",
    `f32[?,10] = pad %0 before=[0, 1] after=[0, 5] value=0\nf32[?,10] = pad %1 before=[0, 5] after=[0, 1] value=0\nf32[?,10] = map add %4, %3`,
    `f32[?,8] = concat %0, %1 axis=1\nf32[?,10] = pad %3 before=[0, 1] after=[0, 1] value=0`,
  ],
  [
    "concat of concat → concat",
    `f32[?,8] = concat %0, %1 axis=1\nf32[?,12] = concat %3, %0 axis=1`,
    `f32[?,12] = concat %0, %1, %0 axis=1`,
  ],
  ["concat of one → x", `${t} = concat %0 axis=1\n${t} = map exp %3`, `${t} = map exp %0`],

  ["reduce over no axes → x", `${t} = reduce sum %0 axes=[]\n${t} = map exp %3`, `${t} = map exp %0`],
  [
    "reduce over axes of 1 → reshape",
    `f32[?,1,4] = reshape %0\nf32[4] = reduce max %3 axes=[0, 1]`,
    `f32[4] = reduce max %0 axes=[0]`,
  ],
  [
    "reduce of the same reduce → one reduce",
    `f32[?] = reduce sum %0 axes=[1]\nf32[] = reduce sum %3 axes=[0]`,
    `f32[] = reduce sum %0 axes=[0, 1]`,
  ],
  [
    "sum of copies → times their number; the extreme of copies → one of them",
    `f32[?,3,4] = broadcast %0 axes=[0, 2]\nf32[?] = reduce sum %3 axes=[1, 2]`,
    `f32[?] = reduce sum %0 axes=[1]\nf32[?] = const 3\nf32[?] = map mul %3, %4`,
  ],
  [
    "sum of copies → times their number; the extreme of copies → one of them",
    `f32[?,3,4] = broadcast %0 axes=[0, 2]\nf32[4] = reduce max %3 axes=[0, 1]`,
    `f32[4] = reduce max %0 axes=[0]`,
  ],
  ["reduce of a constant → a constant", `f32[2,4] = const 0.5\nf32[2] = reduce sum %3 axes=[1]`, `f32[2] = const 2`],
  [
    "sum of -x → -(sum of x)",
    `${t} = map neg %0\nf32[?] = reduce sum %3 axes=[1]`,
    `f32[?] = reduce sum %0 axes=[1]\nf32[?] = map neg %3`,
  ],
  [
    "f(reshape x) → reshape f(x)",
    `f32[] = size ?\nf32[?,2,2] = broadcast %3 axes=[]\nf32[?,2,2] = reshape %0\nf32[?,2,2] = map div %5, %4`,
    `f32[] = size ?\n${t} = broadcast %3 axes=[]\n${t} = map div %0, %4\nf32[?,2,2] = reshape %5`,
  ],
  [
    "f(broadcast x) → broadcast f(x)",
    `f32[] = size ?\n${t} = broadcast %3 axes=[]\n${t} = map exp %4\n${t} = map add %0, %5`,
    `f32[] = size ?\nf32[] = map exp %3\n${t} = broadcast %4 axes=[]\n${t} = map add %0, %5`,
  ],
  [
    "reduce of a constant → a constant",
    `f32[?,4] = const 0.5\nf32[] = reduce sum %3 axes=[0, 1]`,
    `f32[] = const 0.5\nf32[] = size 4*?\nf32[] = map mul %3, %4`,
  ],
  [
    "the place of the extreme of one → 0",
    `f32[?,4,1] = reshape %0\ni32[?,4] = arg_reduce max %3 axis=2\n${t} = map f32 %4`,
    `${t} = const 0`,
  ],
  [
    "a test of what windows choose from → a test of what they chose",
    `f32[?,2] = window_reduce max %1 [1, 2 stride 2]\n${t} = window_scatter max %0 gradient=%3 [1, 2 stride 2]\n${t} = const 0.25\nbool[?,4] = map gt %0, %5\n${t} = const 0\n${t} = map select %6, %4, %7`,
    `f32[?,2] = window_reduce max %1 [1, 2 stride 2]\nf32[?,2] = window_reduce max %0 [1, 2 stride 2]\nf32[?,2] = const 0.25\nbool[?,2] = map gt %4, %5\nf32[?,2] = const 0\nf32[?,2] = map select %6, %3, %7\n${t} = window_scatter max %0 gradient=%8 [1, 2 stride 2]`,
  ],
  ["windows of one element each → x", `${t} = window_reduce max %0 [1, 1]\n${t} = map exp %3`, `${t} = map exp %0`],
];

describe("simplify", () => {
  for (const [rule, before, after] of cases)
    test(rule, () => {
      expect(simplifications.map(({ name }) => name)).toContain(rule);
      check(simplify, before, after);
    });

  test("every rule has a case", () => {
    const tested = new Set(cases.map(([rule]) => rule));
    expect(simplifications.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
  });
  test("names are unique, and a rule runs alone", () => {
    const names = simplifications.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const alone = simplifyBy(simplifications.filter(({ name }) => name === "-(-x) → x"));
    check(alone, `${t} = map neg %0\n${t} = map neg %3\n${t} = map stop_gradient %4`, x);
  });
  test("what is not the same is left", () => {
    for (const lines of [
      `${t} = const 0\n${t} = map mul %0, %3`,
      `${t} = const 3\n${t} = map div %0, %3`,
      `${t} = const 3\n${t} = const 5\n${t} = map mul %3, %0\n${t} = map mul %5, %4`,
      `f32[?,7] = pad %0 before=[0, 2] after=[0, 1] value=0\nf32[?,2] = slice %3 starts=[0, 1] strides=[1, 1]`,
      `f32[?,8] = concat %0, %1 axis=1\nf32[?,2] = slice %3 starts=[0, 3] strides=[1, 1]`,
      `f32[?,5] = pad %0 before=[0, 1] after=[0, 0] value=1\nf32[?,7] = pad %3 before=[0, 0] after=[0, 2] value=0`,
      `f32[?,2,2] = reshape %0\nf32[?,2,2] = window_reduce max %3 [1, 1 stride 1 pad 0 0, 2 pad 1 0]`,
      `f32[?,3] = window_reduce max %1 [1, 2]\n${t} = window_scatter max %0 gradient=%3 [1, 2]\n${t} = const 0\nbool[?,4] = map gt %0, %5\n${t} = map select %6, %4, %5`,
    ]) {
      const graph = graphOf(lines);
      expect(shown(simplify.run(moduleOf(graph)).programs[0]!).length).toBe(shown(graph).length);
    }
  });
});

describe("common subexpressions", () => {
  test("are computed once, in either order of a commutative function", () => {
    check(
      commonSubexpressions,
      `${t} = map add %0, %1\n${t} = map add %1, %0\n${t} = map exp %3\n${t} = map exp %4\n${t} = map sub %5, %6`,
      `${t} = map add %0, %1\n${t} = map exp %3\n${t} = map sub %4, %4`,
    );
  });
  test("random numbers are never merged", () => {
    const lines = `i32[] = param "seed"\n${t} = random seed=%3 step=%3 stream=1\n${t} = random seed=%3 step=%3 stream=1\n${t} = map sub %4, %5`;
    check(commonSubexpressions, lines, lines);
  });
  test("values of different types are not merged", () => {
    const lines = `f32[?,2,2] = reshape %0\nf32[?,1,4] = reshape %0\nf32[?] = reduce sum %3 axes=[1, 2]\nf32[?] = reduce sum %4 axes=[1, 2]\nf32[?] = map sub %5, %6`;
    check(commonSubexpressions, lines, lines);
  });
});

test("dead code goes, what is read stays, and inputs do", () => {
  const graph = graphOf(`${t} = map exp %1\n${t} = map neg %0`);
  expect(deadCode.run(moduleOf(graph)).programs[0]!.nodes.map((node) => node.kind)).toEqual([
    "input",
    "input",
    "input",
    "map",
  ]);
});

describe("products read through", () => {
  const loops = "{n=?, u=2, k=3}";
  const w = "f32[4,2] = const [1, 2, 3, 4, 5, 6, 7, 8]";
  test("transposes", () => {
    check(
      readThrough,
      `${w}\nf32[2,4] = transpose %3 [1, 0]\nf32[?,2] = contract %0[n, k] * %4[u, k] -> [n, u] ${loops}`,
      `${w}\nf32[?,2] = contract %0[n, k] * %3[k, u] -> [n, u] ${loops}`,
    );
  });
  test("zeros around, also where reads run out of range", () => {
    check(
      readThrough,
      `${w}\nf32[?,7] = pad %0 before=[0, 2] after=[0, 1] value=0\nf32[?,2] = contract %4[n, u + k - 1] * %3[k, u] -> [n, u] ${loops}`,
      `${w}\nf32[?,2] = contract %0[n, u + k - 3] * %3[k, u] -> [n, u] ${loops}`,
    );
  });
  test("slices and broadcasts, where reads stay in range", () => {
    check(
      readThrough,
      `${w}\nf32[?,2] = slice %0 starts=[0, 1] strides=[1, 2]\nf32[?,5,2] = broadcast %4 axes=[0, 2]\nf32[?,2] = contract %5[n, k + u, u] * %3[k, u] -> [n, u] ${loops}`,
      `${w}\nf32[?,2] = contract %0[n, 2*u + 1] * %3[k, u] -> [n, u] ${loops}`,
    );
  });
  test("not where a scattering loop would lose its end, and the sum could only be taken along the long loop", () => {
    const scatter = "[n, u + k] {n=?, u=2, k=3}";
    for (const lines of [
      `${w}\nf32[3] = const [1, 2, 3]\n` +
        `f32[?,2] = slice %0 starts=[0, 1] strides=[1, 1]\nf32[?,4] = contract %5[n, u] * %4[k] -> ${scatter}`,
      `${w}\nf32[3] = const [1, 2, 3]\nf32[?] = reduce sum %0 axes=[1]\nf32[?,2] = broadcast %5 axes=[0]\n` +
        `f32[?,4] = contract %6[n, u] * %4[k] -> ${scatter}`,
    ])
      check(readThrough, lines, lines);
  });
  test("not where a read out of range would find something", () => {
    for (const lines of [
      `${w}\nf32[?,2] = slice %0 starts=[0, 1] strides=[1, 1]\nf32[?,2] = contract %4[n, k] * %3[k, u] -> [n, u] ${loops}`,
      `${w}\nf32[?,2,4] = broadcast %0 axes=[0, 2]\nf32[?,2] = contract %4[n, k, u] * %3[k, u] -> [n, u] ${loops}`,
      `${w}\nf32[?,6] = pad %0 before=[0, 1] after=[0, 1] value=1\nf32[?,2] = contract %4[n, k] * %3[k, u] -> [n, u] ${loops}`,
    ])
      check(readThrough, lines, lines);
  });
});
