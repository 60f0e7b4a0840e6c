// Expensive texts: as large as a file may be, or small ones that repeat, double or nest. Each is built on demand.

const LARGEST = 999_000;

/** `head`, then as many `item(i)` as fit into `size` characters, then `tail`. */
function filled(head: string, item: (i: number) => string, tail: string, size = LARGEST): string {
  const parts = [head];
  let length = head.length + tail.length;
  for (let i = 0; ; i++) {
    const part = item(i);
    length += part.length;
    if (length > size) return [...parts, tail].join("");
    parts.push(part);
  }
}
const many = (count: number, item: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => item(i)).join("");
const body = (item: (i: number) => string, size?: number): string =>
  filled("model M(x: f32[8]) {\n", item, "\n}\n", size);
const digits =
  "dataset D {\n  source digits()\n  input image: f32[8, 8, 1] = pixels / 16\n  target digit: class(10) = label\n}\n";
const net = "model Net(image: f32[8, 8, 1]) {\n  Flatten()\n  Dense(10, softmax)\n}\n";

/** As much as a file may hold. `size`: of the text, in characters; smaller ones are read to their end. */
export const largeTexts: Readonly<Record<string, (size?: number) => string>> = {
  "layers in a row": (size) => body(() => "Dense(8)\n", size),
  "activations in a row": (size) => body(() => "relu\n", size),
  "one long pipe": (size) => filled("model M(x: f32[8]) {\nx", () => " -> relu", "\n}\n", size),
  "pipes as long as they may be": (size) => body(() => `x${" -> relu".repeat(400)}\n`, size),
  "one long sum": (size) => filled("const a = 1", () => " + 1", "\nmodel M(x: f32[8]) { Dense(a) }\n", size),
  "sums of tensors": (size) => body(() => `x${" + x".repeat(400)}\n`, size),
  "sums of constants": (size) => filled("", (i) => `const a${i} = 1${" + 1".repeat(400)}\n`, net, size),
  "blocks, each used": (size = LARGEST) => {
    const count = Math.floor(size / 45);
    const uses = `model M(x: f32[8]) {\n${many(count, (i) => `B${i}()\n`)}}\n`;
    return many(count, (i) => `block B${i}(x: f32[n]) { relu }\n`) + uses;
  },
  "blocks that use the next one": (size = LARGEST) => {
    const count = Math.floor(size / 40);
    const last = `block B${count}(x: f32[n]) { relu }\nmodel M(x: f32[8]) { B0() }\n`;
    return many(count, (i) => `block B${i}(x: f32[n]) { B${i + 1}() }\n`) + last;
  },
  "branches joined": (size = LARGEST) => {
    const count = Math.floor(size / 40);
    const names = Array.from({ length: count }, (_, i) => `a${i}`).join(", ");
    return `model M(x: f32[8]) {\n${many(count, (i) => `let a${i} = x -> Dense(8)\n`)}concat(${names})\n}\n`;
  },
  "one line": (size) => filled("model M(x: f32[8]) { let y = [", (i) => `${i}, `, "1] }", size),
  comments: (size) => filled("", (i) => `/// comment ${i}\n`, net, size),
  "comments that allow": (size) => body((i) => `let a${i} = x // allow NN006: why\n`, size),
  "unknown layers": (size) => body(() => "Dens(8)\n", size),
  "layers that do not fit": (size) => body(() => "x -> Reshape([7])\n", size),
  "joins that do not fit": (size) =>
    filled("model M(x: f32[8], y: f32[7]) {\n", (i) => `let a${i} = relu(x) + y\n`, "x\n}\n", size),
  "names given twice": (size) => body(() => "let a = x\n", size),
  "unknown options": (size) => body((i) => `Dense(8, foo${i}: 3)\n`, size),
  "names near each other": (size) =>
    filled(
      "",
      (i) => `const name${i} = ${i}\n`,
      `model M(x: f32[8]) {\n${many(5000, (i) => `Dense(nmae${i})\n`)}}\n`,
      size,
    ),
  "lines that cannot be read": (size) => body(() => "Dense(8 ! ?)\n", size),
  "brackets in brackets": (size) => body(() => `${"(".repeat(130)}x${")".repeat(130)}\n`, size),
  "conditions in conditions": (size) => body(() => `${"if true { ".repeat(50)}relu${" }".repeat(50)}\n`, size),
  conditions: (size) =>
    filled("model M(x: f32[8], n: int = 3) {\n", (i) => `if n == ${i} { relu } else { Dense(8) }\n`, "}\n", size),
  "data sets": (size) => filled("", (i) => digits.replace("D", `D${i}`), net, size),
  trainings: (size) => filled(digits + net, () => "train Net on D {\n  loss mse\n  optimizer adam()\n}\n", "", size),
  fields: (size) => filled("dataset D {\n  source digits()\n", (i) => `  input a${i} = pixels / 16\n`, "}\n", size),
  constants: (size) => filled("", (i) => `const a${i} = ${i}\n`, net, size),
  "constants that need the next one": (size = LARGEST) =>
    `${many(Math.floor(size / 30), (i) => `const a${i} = a${i + 1} + 1\n`)}${net}`,
  imports: (size) => filled("", (i) => `import "f${i}.nn"\n`, net, size),
  "a huge number": (size) => filled("const a = ", () => "9", `\n${net}`, size),
  "a huge size": (size) => filled("const a = 3", () => "x3", `\n${net}`, size),
  "a long string": (size) => filled('const a = "', () => "ab", `"\n${net}`, size),
  "options in one call": (size) => filled("model M(x: f32[8]) { Dense(8", (i) => `, a${i}: ${i}`, ") }\n", size),
  "values in one call": (size) => filled("model M(x: f32[8]) { concat(x", () => ", x", ") }\n", size),
  axes: (size) => filled("model M(x: f32[1", () => ", 1", "]) { relu }\n", size),
  metrics: (size) =>
    filled(`${digits}${net}train Net on D {\n  metrics mae`, (i) => `, huber(delta: ${i + 1})`, "\n}\n", size),
  clauses: (size) => filled(`${net}train Net on D {\n`, (i) => `  foo${i} 3\n`, "}\n", size),
  shares: (size) => filled("dataset D {\n  split train 1%", (i) => `, train ${i}%`, "\n}\n", size),
};

const doubled = (first: string, next: (i: number) => string, last: string): string => first + many(40, next) + last;

/** Small programs that ask for much. */
export const costlyTexts: Readonly<Record<string, string>> = {
  "a layer a thousand million times": "model M(x: f32[8]) { repeat 1000000000 { Dense(8) } }\n",
  "a value a thousand million times": "model M(x: f32[8]) { repeat 1000000000 { x } }\n",
  "repeats in repeats": "model M(x: f32[8]) { repeat 1000 { repeat 1000 { repeat 1000 { let y = 3 } } } }\n",
  "repeats of nothing": "model M(x: f32[8]) { repeat 100000 { repeat 100000 { } } }\n",
  "blocks that double": doubled(
    "block B0(x: f32[n]) { relu }\n",
    (i) => `block B${i + 1}(x: f32[n]) {\n  B${i}()\n  B${i}()\n}\n`,
    "model M(x: f32[8]) { B40() }\n",
  ),
  "blocks of nothing that double": doubled(
    "block B0(x: f32[n]) { x }\n",
    (i) => `block B${i + 1}(x: f32[n]) {\n  B${i}()\n  B${i}()\n}\n`,
    "model M(x: f32[8]) { B40() }\n",
  ),
  "a long sum, often": `model M(x: f32[8]) { repeat 100000 { Dense(1${" + 1".repeat(400)}) } }\n`,
  "a long list, often": `model M(x: f32[8]) { repeat 100000 { let y = [1${", 1".repeat(30_000)}] } }\n`,
  "many inputs, often": `model M(x: f32[8]) {\n  repeat 100000 {\n    concat(x${", x".repeat(30_000)})\n    Dense(8)\n  }\n}\n`,
  "a value that grows": "model M(x: f32[8]) { repeat 100000 { concat(_, x) } }\n",
  "sizes that multiply": doubled(
    "block B0(x: f32[n], k: int) { x }\n",
    (i) => `block B${i + 1}(x: f32[n], k: int) {\n  B${i}(k + k)\n  B${i}(k * k)\n}\n`,
    "model M(x: f32[8]) { B40(2) }\n",
  ),
};
