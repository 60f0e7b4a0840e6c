// The changes of pictures that RandAugment and AugMix draw from.

import type { Builder, Value } from "../ir/builder.ts";
import type { OptionRecord } from "../ir/graph.ts";
import type { TensorType } from "../ir/types.ts";
import {
  brightened,
  contrasted,
  degenerated,
  posterized,
  rangeOf,
  sharpened,
  solarized,
  spreadOut,
} from "./colours.ts";
import { type Bounds, boundsOf, type Draws, perRow, upTo } from "./draws.ts";
import { equalized } from "./histograms.ts";
import { rotated, sheared, translated } from "./moves.ts";
import { type Sampling, samplingOf } from "./pictures.ts";

/** How strong changes are, between which numbers pixels lie, and what stands beyond the edges. */
export interface Strength {
  readonly by: Bounds;
  readonly range: Bounds;
  readonly sampling: Sampling;
}

/** The strength that the options `factor`, `value_range` and `interpolation` say. */
export const strengthOf = (options: OptionRecord, type: TensorType): Strength => ({
  by: boundsOf(options, "factor", upTo(0)),
  range: rangeOf(options),
  sampling: samplingOf({ ...options, fill_mode: "reflect", fill_value: 0 }, type),
});

type Change = (g: Builder, x: Value, draws: Draws, strength: Strength) => Value;

const shear: Change = (g, x, draws, { by, sampling }) =>
  sheared(g, x, draws.part("shear"), { height: by, width: by }, sampling);
const translate: Change = (g, x, draws, { by, sampling }) =>
  translated(g, x, draws.part("translation"), { height: by, width: by }, sampling);
const rotate: Change = (g, x, draws, { by, sampling }) => rotated(g, x, draws.part("rotation"), by, sampling);
const brighten: Change = (g, x, draws, { by, range }) => brightened(g, x, draws.part("brightness"), by, range);
const degenerate: Change = (g, x, draws, { by, range }) => degenerated(g, x, draws.part("degeneration"), by, range);
const contrast: Change = (g, x, draws, { by, range }) => contrasted(g, x, draws.part("contrast"), by, range);
const sharpen: Change = (g, x, draws, { by, range }) => sharpened(g, x, draws.part("sharpness"), by, range);
const posterize: Change = (g, x, draws, { by, range }) =>
  posterized(g, x, draws.part("posterization"), upTo(1)(Math.max(1, Math.trunc(8 * by[1]))), range);
const solarize: Change = (g, x, draws, { by, range }) =>
  solarized(g, x, draws.part("solarization"), { addition: by, threshold: by }, range);
const spread: Change = (g, x, _draws, { range }) => spreadOut(g, x, range);
const equalize: Change = (g, x, _draws, { range }) => equalized(g, x, 256, range);

/** Changes of places and of levels. */
export const plainChanges: readonly Change[] = [shear, translate, rotate, posterize, solarize, spread, equalize];

/** These, and those of light and colour. */
export const allChanges: readonly Change[] = [
  ...[shear, translate, rotate, brighten, degenerate, contrast, sharpen],
  ...[posterize, solarize, spread, equalize],
];

/** Changes each picture in one of these ways, drawn under the name `round`, or, with `none`, perhaps not at all. */
export function oneOf(
  g: Builder,
  x: Value,
  changes: readonly Change[],
  { draws, round, strength, none }: { draws: Draws; round: string; strength: Strength; none?: boolean },
): Value {
  const kind = perRow(g, draws.below(round, changes.length + (none === true ? 1 : 0)), x.type.shape.length);
  return changes.reduce(
    (chosen, change, i) => g.select(g.map("eq", kind, i), change(g, x, draws, strength), chosen),
    x,
  );
}
