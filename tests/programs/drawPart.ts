// Random places in a tensor: `x[:, 0]`, `x[1:, ::-2]`, `x[..., -1]`, in every form that means the same.

import type { TensorType } from "../../src/ir/types.ts";
import { shapeOf } from "./operators.ts";
import type { Random } from "./random.ts";
import type { Formula } from "./tree.ts";

/** A range that takes at least one of so many elements. */
function range(random: Random, size: number): string {
  const count = (place: number): string => String(random.chance(0.3) ? place - size : place);
  const step = random.pick([1, 1, 1, 2, 3]);
  const tail = step === 1 ? "" : `:${step}`;
  const start = random.int(0, size - 1);
  const stop = random.int(start + 1, size);
  if (random.chance(0.2)) return random.chance(0.5) ? `::-${step}` : `${count(start)}::-${step}`;
  const from = start === 0 && random.chance(0.7) ? "" : count(start);
  // A stop of -0 would be the first place.
  const to = stop === size ? random.pick(["", "", String(size), String(size + 2)]) : count(stop);
  return `${from}:${to}${tail}`;
}

/** What stands between the brackets after a tensor with such axes; `positions` may take axes away. */
export function drawKey(random: Random, sizes: readonly number[], positions = true): string {
  const place = (size: number): string => {
    if (random.chance(0.3)) return ":";
    if (!positions || random.chance(0.6)) return range(random, size);
    return String(random.int(0, size - 1) - (random.chance(0.4) ? size : 0));
  };
  const named = random.int(1, sizes.length);
  if (!random.chance(0.25)) return sizes.slice(0, named).map(place).join(", ");
  // `...` stands for the axes in between, perhaps for none.
  const before = random.int(0, named);
  const after = sizes.slice(sizes.length - (named - before));
  return [...sizes.slice(0, before).map(place), "...", ...after.map(place)].join(", ");
}

/** A part of a tensor with at least one axis; undefined for another. */
export function drawPart(random: Random, of: Formula, type: TensorType): Formula | undefined {
  const sizes = shapeOf(type);
  return sizes.length === 0 ? undefined : { form: "part", of, key: drawKey(random, sizes) };
}
