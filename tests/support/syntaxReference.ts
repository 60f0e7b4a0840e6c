// The four reference programs of the language, and a fifth with the syntax that they do not use.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "../cases/reference");

const everythingElse = `import "blocks.nn"
import "more.nn"

const a = 1_000, b = (1 + 2) * 3 - -4 ** 2

/// Returns a record.
block B(x: f32[a, b], n: int = 3, flag: bool = true) -> f32[_, n] {
  return { a: x, b: (x, x) -> Add(), "odd name": x }
}

model M(x: f32[3], y) {
  if a == 1 { x } else if b > 2 and not c < 3 { relu } else { softmax(axis: -1) }
  let y = ((x, x) -> Concatenate(axis: -1)) + [1, 2, 3x3] * 3 @ x
  repeat 3 { repeat 2 { Dense(3) } -> relu }
  \`odd name\` -> f(x)(y).z
  -x
}

train M {
  loss {
    a: mse, b: [x, y]
    c: mae
  }
  early_stopping validation.loss patience 5, restore best
}

dataset E {}

model N() {}
`;

export const reference: readonly { readonly name: string; readonly text: string }[] = [
  ...readdirSync(root).map((name) => ({ name, text: readFileSync(join(root, name), "utf8") })),
  { name: "everything else", text: everythingElse },
];
