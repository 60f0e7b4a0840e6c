// Broken graphs, and the verifier's message for each.

import { expect, test } from "vitest";
import { parseModule } from "../../src/ir/text.ts";
import { verifyGraph } from "../../src/ir/verify.ts";

const slots = `slot "w": f32[4] weight\nslot "seed": i32[] counter\n`;
const x = `%0: f32[?,4] = input "x" @ ""\n`;

const cases: readonly [string, string][] = [
  [`%0: f32[] = const 1 @ ""\n%0: f32[] = const 1 @ ""`, "%0 (const): ids are not ascending"],
  [`%0: f32[4] = map exp %1 @ ""`, "%0 (map): reads %1, which is not made before it"],
  [`%0: f32[4] = map exp %0 @ ""`, "%0 (map): reads %0, which is not made before it"],
  [`%0: f32[4] = param "v" @ ""`, "%0 (param): there is no slot 'v'"],
  [`%0: f32[5] = param "w" @ ""`, "%0 (param): the slot is f32[4]"],
  [`%0: f32[3] = const [1, 2] @ ""`, "%0 (const): has 2 numbers"],
  [`%0: f32[?] = size ? @ ""`, "%0 (size): should be f32[]"],
  [`%0: f32[4] = iota axis=0 @ ""`, "%0 (iota): should be i32"],
  [`%0: i32[4] = iota axis=1 @ ""`, "%0 (iota): has no axis 1"],
  [
    `%0: i32[] = param "seed" @ ""\n%1: f32[2] = random seed=%0 step=%0 stream=4294967296 @ ""`,
    "%1 (random): its stream is no 32-bit integer",
  ],
  [`${x}%1: f32[2] = random seed=%0 step=%0 stream=1 @ ""`, "%1 (random): %0 should be an i32 scalar"],
  [`${x}%1: f32[?,4] = map exp %0, %0 @ ""`, "%1 (map): exp takes 1 arguments"],
  [`${x}%1: f32[4] = map exp %0 @ ""`, "%1 (map): its arguments have other shapes"],
  [`${x}%1: f32[?,4] = map gt %0, %0 @ ""`, "%1 (map): should be bool[?,4]"],
  [`${x}%1: f32[?] = reduce sum %0 axes=[2] @ ""`, "%1 (reduce): its axes are not ascending axes of the argument"],
  [`${x}%1: f32[4] = reduce sum %0 axes=[1] @ ""`, "%1 (reduce): should be f32[?]"],
  [`${x}%1: f32[?] = arg_reduce max %0 axis=1 @ ""`, "%1 (arg_reduce): should be i32[?]"],
  [
    `${x}%1: f32[?] = contract %0[n, k] * %0[n, j] -> [n] {n=?, k=4} @ ""`,
    "%1 (contract): its right side uses a loop 'j' that is not there",
  ],
  [
    `${x}%1: f32[?] = contract %0[n] * %0[n, k] -> [n] {n=?, k=4} @ ""`,
    "%1 (contract): its left side has 1 indices for 2 axes",
  ],
  [
    `${x}%1: f32[?] = contract %0[n, k] * %0[n, k] -> [n] {n=?, k=4, k=4} @ ""`,
    "%1 (contract): has two loops of one name",
  ],
  [
    `${x}%1: f32[?] = contract %0[n, k] * %0[n, k] -> [n] {n=?, k=4} onto %0 @ ""`,
    "%1 (contract): what it writes onto has another type",
  ],
  [`${x}%1: f32[?,3] = window_reduce max %0 [1, 3] @ ""`, "%1 (window_reduce): the windows should be f32[?,2]"],
  [`${x}%1: f32[?,2] = window_reduce max %0 [3] @ ""`, "%1 (window_reduce): has 1 windows for 2 axes"],
  [
    `${x}%1: f32[?,2] = window_reduce max %0 [1, 3 stride 0] @ ""`,
    "%1 (window_reduce): has a window with an amount out of range",
  ],
  [
    `${x}%1: f32[?,4] = window_scatter sum %0 gradient=%0 [1, 3] @ ""`,
    "%1 (window_scatter): the windows should be f32[?,2]",
  ],
  [`${x}%1: f32[?,4] = gather %0 indices=%0 axis=0 batch=0 @ ""`, "%1 (gather): its indices should be i32"],
  [
    `${x}%1: i32[?,2] = input "at" @ ""\n%2: f32[?,4] = gather %0 indices=%1 axis=1 batch=1 @ ""`,
    "%2 (gather): the rows should be f32[?,2]",
  ],
  [
    `${x}%1: i32[?,2] = input "at" @ ""\n%2: f32[?,2,4] = gather %0 indices=%1 axis=0 batch=0 @ ""`,
    "%2 (gather): takes rows along the batch",
  ],
  [
    `${x}%1: i32[?,2] = input "at" @ ""\n%2: f32[?,2] = gather %0 indices=%1 axis=1 batch=2 @ ""`,
    "%2 (gather): cannot share 2 axes with its indices",
  ],
  [
    `${x}%1: i32[2] = input "at" @ ""\n%2: f32[?,2] = gather %0 indices=%1 axis=1 batch=1 @ ""`,
    "%2 (gather): its shared axes differ",
  ],
  [
    `${x}%1: i32[?] = input "at" @ ""\n%2: f32[9,3] = scatter_add %0 indices=%1 axis=0 batch=0 @ ""`,
    "%2 (scatter_add): the rows should be f32[?,3]",
  ],
  [`${x}%1: f32[?,2,3] = reshape %0 @ ""`, "%1 (reshape): makes 6*? elements of 4*?"],
  [`${x}%1: f32[4,?] = transpose %0 [1, 1] @ ""`, "%1 (transpose): is no permutation of the axes"],
  [`${x}%1: f32[?,4] = transpose %0 [1, 0] @ ""`, "%1 (transpose): should be f32[4,?]"],
  [`${x}%1: f32[?,5,4] = broadcast %0 axes=[0, 1] @ ""`, "%1 (broadcast): its axes do not fit the argument's"],
  [`${x}%1: f32[?,3] = slice %0 starts=[0, 1] strides=[1, 2] @ ""`, "%1 (slice): reaches out of its argument"],
  [`${x}%1: f32[?,5] = pad %0 before=[0, 1] after=[0, 1] value=0 @ ""`, "%1 (pad): should be f32[?,6]"],
  [
    `${x}%1: f32[?,6] = pad %0 before=[0, 3] after=[0, -1] value=0 @ ""`,
    "%1 (pad): needs an amount before and after for each axis",
  ],
  [`${x}%1: f32[?,7] = concat %0, %0 axis=1 @ ""`, "%1 (concat): should be f32[?,8]"],
  [
    `${x}%1: f32[4] = param "w" @ ""\n%2: f32[?,8] = concat %0, %1 axis=1 @ ""`,
    "%2 (concat): its arguments differ along other axes",
  ],
  [`${x}%1: f32[?,4] = gradient %0 by %0 @ ""`, "%1 (gradient): %0 should be an f32 scalar"],
  [`output "y" = %3`, "output 'y': there is no %3"],
  [`${x}update "v" = %0`, "update of 'v': there is no such slot"],
  [`${x}update "w" = %0`, "update of 'w': %0 is f32[?,4], the slot f32[4]"],
  [`%0: f32[4] = param "w" @ ""\nupdate "w" = %0\nupdate "w" = %0`, "update of 'w': given twice"],
];

for (const [text, problem] of cases)
  test(problem, () => {
    const module = parseModule(`${slots}program "p"\n${text}\n`);
    expect(verifyGraph(module.programs[0]!, module.slots)).toContain(`program 'p': ${problem}`);
  });

test("a node of a sound graph is checked again if its argument has another type now", () => {
  const [program] = parseModule(`program "p"\n${x}%1: f32[?,4] = map exp %0 @ ""\noutput "y" = %1\n`).programs;
  const sound = program!;
  expect(verifyGraph(sound, [])).toEqual([]);
  const [input, exp] = sound.nodes;
  const wider = { ...input!, type: { dtype: "f32", shape: [8] } } as const;
  expect(verifyGraph({ ...sound, nodes: [wider, exp!] }, [], sound)).toEqual([
    "program 'p': %1 (map): its arguments have other shapes",
  ]);
});
