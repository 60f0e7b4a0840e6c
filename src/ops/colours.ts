// The brightness and colours of pictures, each changed by numbers of its own. The formulas are those of Keras and TensorFlow.

import type { Builder, Operand, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import { tensor } from "../ir/types.ts";
import { bad, type Checked, type OptionDef } from "./definition.ts";
import { type Bounds, type Draws, perRow, where } from "./draws.ts";
import { numbers } from "./options.ts";
import { CHANNELS, HEIGHT, WIDTH } from "./pictures.ts";

export const valueRangeOption: OptionDef = {
  type: { kind: "numbers" },
  default: [0, 255],
  doc: "The lowest and the highest number of a pixel: `[0, 1]` after `pixels / 255`.",
};

/** Says what is wrong with the option `value_range`; undefined if nothing is. */
export function rangeProblem(options: OptionRecord): Checked<never> | undefined {
  const [low, high, ...more] = numbers(options, "value_range");
  if (low !== undefined && high !== undefined && low !== high && more.length === 0) return undefined;
  return bad({ problem: "option", option: "value_range", message: "it must be the lowest and the highest number" });
}

export function rangeOf(options: OptionRecord): Bounds {
  const [a = 0, b = 255] = numbers(options, "value_range");
  return [Math.min(a, b), Math.max(a, b)];
}

export const clipped = (g: Builder, x: Value, [low, high]: Bounds): Value => g.map("max", g.map("min", x, high), low);

/** Brings numbers of one range to another. */
export function ranged(g: Builder, x: Value, from: Bounds, to: Bounds): Value {
  if (from[0] === to[0] && from[1] === to[1]) return x;
  const scale = (to[1] - to[0]) / (from[1] - from[0]);
  return g.add(g.mul(g.sub(x, from[0]), scale), to[0]);
}

/** A number for each sample beside its pixels. */
const beside = (g: Builder, row: Value, x: Value): Value => perRow(g, row, x.type.shape.length);

/** Adds a share of the range to all pixels. */
export function brightened(g: Builder, x: Value, draws: Draws, by: Bounds, range: Bounds): Value {
  const amount = g.mul(draws.between("brightness", by), range[1] - range[0]);
  return clipped(g, g.add(x, beside(g, amount, x)), range);
}

/** Multiplies the distance from the mean of each channel. */
export function contrasted(g: Builder, x: Value, draws: Draws, [less, more]: Bounds, range: Bounds): Value {
  const factor = beside(g, draws.between("contrast", [1 - less, 1 + more]), x);
  const mean = g.mean(x, [HEIGHT, WIDTH], true);
  return clipped(g, g.add(g.mul(g.sub(x, mean), factor), mean), range);
}

/** One channel of pictures: `[batch, h, w, 1]`. */
function channel(g: Builder, x: Value, at: number): Value {
  const starts = x.type.shape.map((_, axis) => (axis === CHANNELS ? at : 0));
  return g.slice(x, starts, x.type.shape.with(CHANNELS, 1));
}
const channels = (g: Builder, x: Value): readonly [Value, Value, Value] => [
  channel(g, x, 0),
  channel(g, x, 1),
  channel(g, x, 2),
];

/** The brightness that people see of red, green and blue, in one channel; pictures of one channel stay. */
export function grey(g: Builder, x: Value): Value {
  if (x.type.shape[CHANNELS] === 1) return x;
  const weights = g.constant([0.2989, 0.587, 0.114], tensor("f32", 3));
  return g.sum(g.mul(x, weights), [CHANNELS], true);
}

/** Takes the colours off some pictures. */
export function greyed(g: Builder, x: Value, draws: Draws, share: number): Value {
  return where(g, g.map("lt", draws.unit("grey"), share), g.broadcastTo(grey(g, x), x.type.shape), x);
}

/** Goes a share of the way to grey. */
export function degenerated(g: Builder, x: Value, draws: Draws, by: Bounds, range: Bounds): Value {
  const share = beside(g, draws.between("grey", by), x);
  return clipped(g, g.add(x, g.mul(share, g.sub(grey(g, x), x))), range);
}

interface Hsv {
  readonly hue: Value;
  readonly saturation: Value;
  readonly value: Value;
}

/** Hue and saturation from 0 to 1, and the value in the range of the pixels. */
function toHsv(g: Builder, x: Value): Hsv {
  const [red, green, blue] = channels(g, x);
  const value = g.map("max", g.map("max", red, green), blue);
  const width = g.sub(value, g.map("min", g.map("min", red, green), blue));
  const coloured = g.map("gt", width, 0);
  const saturation = g.select(g.map("gt", value, 0), g.div(width, g.select(g.map("gt", value, 0), value, 1)), 0);
  const sixth = g.div(1 / 6, g.select(coloured, width, 1));
  const between = (a: Value, b: Value, start: number): Value => g.add(g.mul(sixth, g.sub(a, b)), start);
  const turned = g.select(
    g.map("eq", red, value),
    between(green, blue, 0),
    g.select(g.map("eq", green, value), between(blue, red, 2 / 6), between(red, green, 4 / 6)),
  );
  const hue = g.select(coloured, turned, 0);
  return { hue: g.select(g.map("lt", hue, 0), g.add(hue, 1), hue), saturation, value };
}

function fromHsv(g: Builder, { hue, saturation, value }: Hsv): Value {
  const sixths = g.mul(hue, 6);
  const unit = (x: Value): Value => clipped(g, x, [0, 1]);
  const near = (centre: number): Value => g.map("abs", g.sub(sixths, centre));
  const shares = [unit(g.sub(near(3), 1)), unit(g.sub(2, near(2))), unit(g.sub(2, near(4)))];
  const grey = g.sub(1, saturation);
  return g.concat(
    shares.map((share) => g.mul(g.add(grey, g.mul(saturation, share)), value)),
    CHANNELS,
  );
}

/** Turns the hue by up to half a turn, either way. */
export function hueTurned(g: Builder, x: Value, draws: Draws, by: Bounds, range: Bounds): Value {
  const side = g.select(g.map("gt", draws.unit("side"), 0.5), -1, 1);
  const turn = beside(g, g.mul(g.mul(draws.between("hue", by), side), 0.5), x);
  const { hue, ...rest } = toHsv(g, ranged(g, x, range, [0, 1]));
  const turned = g.add(hue, turn);
  const once = g.select(g.map("gt", turned, 1), g.sub(turned, 1), turned);
  const within = g.select(g.map("lt", once, 0), g.add(once, 1), once);
  return ranged(g, clipped(g, fromHsv(g, { ...rest, hue: within }), [0, 1]), [0, 1], range);
}

/** Keras's epsilon, which keeps a factor of 1 finite. */
const EPSILON = 1e-7;

/** Multiplies the saturation by `f / (1 - f)`: 0.5 leaves it, 0 takes the colours off. */
export function saturated(g: Builder, x: Value, draws: Draws, by: Bounds, range: Bounds): Value {
  const drawn = draws.between("saturation", by);
  const factor = g.div(drawn, g.add(g.sub(1, drawn), EPSILON));
  const hsv = toHsv(g, x);
  return fromHsv(g, { ...hsv, saturation: clipped(g, g.mul(hsv.saturation, beside(g, factor, x)), range) });
}

/** Takes some pictures' pixels from the highest number. */
export function inverted(g: Builder, x: Value, draws: Draws, share: Bounds, range: Bounds): Value {
  return where(g, draws.chance("invert", share), g.sub(range[1], x), x);
}

/** Mixes pictures with smoothed ones: a factor of 0.5 leaves them, above it they get sharper. */
export function sharpened(g: Builder, x: Value, draws: Draws, by: Bounds, range: Bounds): Value {
  const [edge, middle] = [1 / 13, 5 / 13];
  const window = x.type.shape.map((_, axis) =>
    axis === HEIGHT || axis === WIDTH
      ? { size: 3, stride: 1, dilation: 1, before: 1, after: 1 }
      : { size: 1, stride: 1, dilation: 1, before: 0, after: 0 },
  );
  const smooth = g.add(g.mul(g.windowReduce("sum", x, window), edge), g.mul(x, middle - edge));
  const share = g.sub(1, beside(g, g.mul(draws.between("sharpness", by), 2), x));
  return clipped(g, g.add(x, g.mul(share, g.sub(smooth, x))), range);
}

/** Keeps the first bits of each pixel, as many as are drawn: a whole number below the upper bound. */
export function posterized(g: Builder, x: Value, draws: Draws, [low, high]: Bounds, range: Bounds): Value {
  const bits: Operand = low === high ? low : g.add(draws.below("bits", high - low), low);
  const step =
    typeof bits === "number" ? 2 ** (8 - bits) : beside(g, g.map("pow", 2, g.cast(g.sub(8, bits), "f32")), x);
  const bytes = clipped(g, g.map("floor", ranged(g, x, range, [0, 255])), [0, 255]);
  return ranged(g, g.mul(g.map("floor", g.div(bytes, step)), step), [0, 255], range);
}

/** Adds a number, and inverts pixels from a threshold on. */
export function solarized(
  g: Builder,
  x: Value,
  draws: Draws,
  { addition, threshold }: { readonly addition: Bounds; readonly threshold: Bounds },
  range: Bounds,
): Value {
  const drawn = (what: string, [low, high]: Bounds): Value => beside(g, draws.between(what, [low, high * 255]), x);
  const brighter = clipped(g, g.add(ranged(g, x, range, [0, 255]), drawn("addition", addition)), [0, 255]);
  const made = g.select(g.map("lt", brighter, drawn("threshold", threshold)), brighter, g.sub(255, brighter));
  return ranged(g, made, [0, 255], range);
}

/** Spreads each channel over the whole range. */
export function spreadOut(g: Builder, x: Value, range: Bounds): Value {
  const low = g.map("neg", g.max(g.map("neg", x), [HEIGHT, WIDTH], true));
  const width = g.sub(g.max(x, [HEIGHT, WIDTH], true), low);
  const varied = g.map("gt", width, 0);
  const share = g.div(g.sub(x, low), g.select(varied, width, 1));
  return g.select(g.broadcastTo(varied, x.type.shape), ranged(g, share, [0, 1], range), x);
}
