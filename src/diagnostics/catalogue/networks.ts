// What the entries with advice on networks share: ranges in words, and whole programs around a few layers.

/** The lowest and the highest number of a value. */
export type Interval = readonly [low: number, high: number];

const short = (value: number): string => String(Number(value.toPrecision(4)));

/** `any numbers`, `0 to 255`, `numbers from 0 up` */
export function intervalText(range: Interval | undefined): string {
  if (range === undefined) return "any numbers";
  const [low, high] = range;
  if (low === Number.MIN_VALUE) return high === Infinity ? "numbers above 0" : `numbers above 0, up to ${short(high)}`;
  if (high === Infinity) return low === -Infinity ? "any numbers" : `numbers from ${short(low)} up`;
  return low === -Infinity ? `numbers up to ${short(high)}` : `${short(low)} to ${short(high)}`;
}

const targets = {
  class: "target y: class(10) = label",
  pixels: "target y: f32[784] = pixels -> Flatten()",
  "shares of ink": "target y: f32[784] = pixels / 255 -> Flatten()",
  shares: "target y: f32[10] = cast(label, i32) -> one_hot(10)",
} as const;

/** Returns a whole program around the lines of a model, for mistakes that only a training shows. */
export const program = (
  target: keyof typeof targets,
  lines: readonly string[],
  loss: string,
  {
    optimizer = "adam()",
    batch = "",
    metrics = "",
    input = "pixels / 255",
  }: { readonly optimizer?: string; readonly batch?: string; readonly metrics?: string; readonly input?: string } = {},
): string =>
  `dataset D {
  source mnist()
  input x: f32[28, 28, 1] = ${input}
  ${targets[target]}
}

model M(x: f32[28, 28, 1]) {
${lines.map((line) => `  ${line}\n`).join("")}}

train M on D {
  ${loss}
  optimizer ${optimizer}${batch === "" ? "" : `\n  batch ${batch}`}${metrics === "" ? "" : `\n  ${metrics}`}
}`;
