// `nnc why`: the way of a shape, and what it says where there is none.

import { expect, test } from "vitest";
import { nnc, program } from "../support/nnc.ts";

const text = "model M(x: f32[8, 8, 3]) {\n  Conv2D(4, 3x3)\n  Flatten()\n}\n";

test("the steps from the input to a place, on stdout", async () => {
  const file = program(text);
  const { code, stdout, stderr } = await nnc(["why", `${file}:3:3`]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.split("\n").map((line) => line.replace(/^\S+:/, ""))).toEqual([
    "1  x               8 × 8 × 3",
    "2  Conv2D(4, 3x3)  6 × 6 × 4  8 − 3 + 1 = 6",
    expect.stringMatching(/^3 {2}Flatten\(\) {7}144 {8}Puts all elements/),
    "",
  ]);
  expect((await nnc(["why", `${file}:3`])).stdout).toBe(stdout);
});

test.each([
  ["", 2, "is no place: write FILE:LINE:COLUMN, as models/mnist.nn:15:3"],
  [":9:1", 2, "has 5 lines, so there is no line 9"],
  [":5", 2, "no layer or value of a model"],
])("a place such as FILE%s ends with %i", async (place, expected, message) => {
  const { code, stdout, stderr } = await nnc(["why", `${program(text)}${place}`]);
  expect({ code, stdout }).toEqual({ code: expected, stdout: "" });
  expect(stderr).toContain(message);
});

test("a mistake elsewhere in the model hides nothing", async () => {
  const file = program(text.replace("Flatten()", "Flatten()\n  Dense(3, colour: 2)"));
  const { code, stdout, stderr } = await nnc(["why", `${file}:3:3`]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^\S+:3 +Flatten\(\) +144 /m);
  expect((await nnc(["why", `${file}:4:3`])).code).toBe(1);
});

test("mistakes that hide the shapes are shown", async () => {
  const { code, stderr } = await nnc(["why", `${program(text.replace("Conv2D", "Conv2d"))}:3:3`]);
  expect(code).toBe(1);
  expect(stderr).toContain("error NN002");
  expect(stderr).toContain("once these mistakes are mended");
});
