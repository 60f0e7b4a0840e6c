// The rules of LoopPrograms: a small program as text, a change of one line, and the expected problem.

import { expect, test } from "vitest";
import { parseLoops } from "../../src/ir/loopParse.ts";
import { verifyLoops } from "../../src/ir/loopVerify.ts";

const sound = `loops batch 4 arena 448
buffer x: f32[12] input at 0
buffer y: f32[12] temporary at 64
buffer z: f32[4] output at 128
buffer i: i32[4] output at 192
function f ("x": x) -> ("z": z, "i": i)
  kernel a [n<=4] flops 0 bytes 0 origins []
    each [k<3]
      let %t: f32 = exp(x[3*n + k])
      store y[3*n + k] = %t
  kernel b [n<=4] flops 0 bytes 0 origins []
    reduce sum [] over [k<3] chunk 0
      %sum = y[3*n + k]
      let %big: bool = gt(%sum, 1)
      store z[n] = select(%big, %sum, 0)
    each []
      store i[n] = i32(%sum)
`;

test("a sound program has no problems", () => expect(verifyLoops(parseLoops(sound))).toEqual([]));

test.each([
  ["store y[3*n + k] = %t", "store y[3*n + k] = %u", "f, a: local u is not in scope"],
  ["store i[n] = i32(%sum)", "store i[n] = i32(%t)", "f, b: local t is not in scope"],
  ["store i[n] = i32(%sum)", "store i[n] = %sum", "f, b: i is i32, its value f32"],
  ["let %big: bool = gt(%sum, 1)", "let %sum: bool = gt(%sum, 1)", "f, b: local sum is bound twice"],
  ["let %big: bool = gt(%sum, 1)", "let %big: bool = gt(%sum)", "f, b: gt has 1 arguments"],
  ["let %big: bool = gt(%sum, 1)", "let %big: bool = exp(%sum)", "f, b: local big is bool, its value f32"],
  ["exp(x[3*n + k])", "exp(x[3*n + k + 1])", "f, a: x[1 … 12] leaves its 12 elements"],
  ["exp(x[3*n + k])", "exp(w[3*n + k])", "f, a: no buffer w"],
  ["exp(x[3*n + k])", "exp(x[3*n + j])", "f, a: an address of x uses a loop that is not there"],
  ["exp(x[3*n + k])", "exp(x[3*n + j if n in <4 else 0])", "f, a: an address of x uses a loop that is not there"],
  ["each [k<3]", "each [n<3]", "f, a: two loops have one name"],
  ["store y[3*n + k] = %t", "store y[n + k] = %t", "f, a: turns of 'n' store to one element of y"],
  ["store y[3*n + k] = %t", "store y[k] = %t", "f, a: turns of 'n' store to one element of y"],
  ["store y[3*n + k] = %t", "add y[k] = %t", "f, a: turns of 'n' store to one element of y"],
  ["    each []\n", "    fill z[n] count 2 = 0\n    each []\n", "f, b: z[0 … 4] leaves its 4 elements"],
  ["store z[n] = select", "store z[0] = select", "f, b: turns of 'n' store to one element of z"],
  ["store i[n] = i32(%sum)", "store i[n] = i32(z[n])", undefined],
  ["buffer z: f32[4] output at 128", "buffer z: f32[4] output at 64", "f: y and z overlap"],
  ["buffer z: f32[4] output at 128", "buffer z: f32[4] output at 66", "buffer z is not aligned"],
  ["arena 448", "arena 200", "buffer i leaves the arena"],
])("%s → %s", (before, after, problem) => {
  expect(sound).toContain(before);
  const found = verifyLoops(parseLoops(sound.replace(before, after)));
  if (problem === undefined) expect(found).toEqual([]);
  else expect(found).toContain(problem);
});

const rows = `loops batch 4 arena 448
buffer at: i32[4] input at 0
buffer x: f32[12] input at 64
buffer y: f32[12] output at 128
function f ("at": at, "x": x) -> ("y": y)
  kernel a [n<=4] flops 0 bytes 0 origins []
    each [r<4 at at[n], k<3]
      store y[3*n + k] = x[3*r + k]
`;

test("a loop may take one turn", () => expect(verifyLoops(parseLoops(rows))).toEqual([]));

test.each([
  ["at at[n]", "at at[r]", "f, a: an address of at uses a loop that is not there"],
  ["at at[n]", "at at[n + 1]", "f, a: at[1 … 4] leaves its 4 elements"],
  ["at at[n]", "at x[n]", "f, a: the turn of 'r' is i32, its value f32"],
  ["r<4 at", "r<5 at", "f, a: x[0 … 14] leaves its 12 elements"],
  ["r<4 at", "r<=4 at", "f, a: 'r' takes one turn of the batch"],
  ["[n<=4] flops", "[n<=4, m<3 at at[n]] flops", "f, a: a shared loop takes one turn"],
  ["store y[3*n + k]", "store y[3*r + k]", "f, a: turns of 'n' store to one element of y"],
])("%s → %s", (before, after, problem) => {
  expect(rows).toContain(before);
  expect(verifyLoops(parseLoops(rows.replace(before, after)))).toContain(problem);
});

test("a turn may not read what another stores", () => {
  const text = `loops batch 4 arena 64
buffer y: f32[6] slot at 0
function f () -> ()
  kernel a [k<4] flops 0 bytes 0 origins []
    each []
      store y[k] = y[k + 2]
`;
  expect(verifyLoops(parseLoops(text))).toEqual(["f, a: a turn reads what another stores in y"]);
});
