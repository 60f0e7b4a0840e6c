// Positions and ranges of axes, `1:, ..., -1`: reads their text, and says which elements they take. Axes without the batch
// count; the batch is always whole.

import { addSizes, ceilDivide, type Size, subtractSizes } from "../ir/size.ts";

/** What brackets say about one axis, or that all axes in between are whole. */
export type Place =
  | { readonly at: number }
  | { readonly start?: number; readonly stop?: number; readonly step?: number }
  | "rest";

/** The elements of one axis that are taken: `count` of them, from `start` on, each `step` after the one before. */
export interface Taken {
  readonly start: Size;
  readonly count: Size;
  readonly step: number;
  /** Whether the axis disappears. */
  readonly drops: boolean;
}

/** Why places do not fit. `place` counts them from 0, `axis` counts axes from 1. */
export type PlaceProblem =
  | { readonly problem: "many"; readonly place: number; readonly axes: number; readonly places: number }
  | { readonly problem: "rests"; readonly place: number }
  | { readonly problem: "step"; readonly place: number }
  | {
      readonly problem: "outside" | "nothing";
      readonly place: number;
      readonly axis: number;
      readonly size: number;
    };

const whole: Place = {};

/** Writes places as the text of an option: `1:, ..., -1`. */
export function placesText(places: readonly Place[]): string {
  const part = (value: number | undefined): string => (value === undefined ? "" : String(value));
  const texts = places.map((place) => {
    if (place === "rest") return "...";
    if ("at" in place) return String(place.at);
    const step = place.step === undefined ? "" : `:${place.step}`;
    return `${part(place.start)}:${part(place.stop)}${step}`;
  });
  return texts.join(", ");
}

const range = /^(-?\d+)?:(-?\d+)?(?::(-?\d+)?)?$/;

/** Reads the text of places; undefined if it is none. */
export function readPlaces(text: string): readonly Place[] | undefined {
  const places: Place[] = [];
  for (const part of text.split(",").map((one) => one.trim())) {
    const found = range.exec(part);
    if (part === "...") places.push("rest");
    else if (/^-?\d+$/.test(part)) places.push({ at: Number(part) });
    else if (found === null) return undefined;
    else {
      const [start, stop, step] = found.slice(1).map((value) => (value === undefined ? undefined : Number(value)));
      places.push({
        ...(start === undefined ? {} : { start }),
        ...(stop === undefined ? {} : { stop }),
        ...(step === undefined ? {} : { step }),
      });
    }
  }
  return places;
}

/** Gives each axis its place. Axes that none is for are whole. */
function spread(places: readonly Place[], axes: number): readonly (readonly [Place, number])[] | PlaceProblem {
  const rest = places.indexOf("rest");
  const second = places.indexOf("rest", rest + 1);
  if (rest >= 0 && second >= 0) return { problem: "rests", place: second };
  const own = places.flatMap((place, i) => (place === "rest" ? [] : [[place, i] as const]));
  if (own.length > axes) return { problem: "many", place: own[axes]?.[1] ?? 0, axes, places: own.length };
  const before = rest < 0 ? own.length : rest;
  const open = Array.from({ length: axes - own.length }, () => [whole, 0] as const);
  return [...own.slice(0, before), ...open, ...own.slice(before)];
}

/** Says what places take of a value with these axes, the batch left out. A size that is still open is taken to suffice. */
export function takenBy(places: readonly Place[], shape: readonly Size[]): readonly Taken[] | PlaceProblem {
  const each = spread(places, shape.length);
  if ("problem" in each) return each;
  const taken: Taken[] = [];
  for (const [axis, [place, i]] of each.entries()) {
    const made = place === "rest" ? undefined : along(place, shape[axis] ?? 1);
    if (made === undefined) return { problem: "step", place: i };
    if (typeof made === "string") return { problem: made, place: i, axis: axis + 1, size: Number(shape[axis]) };
    taken.push(made);
  }
  return taken;
}

type Along = Taken | "outside" | "nothing" | undefined;

function along(place: Exclude<Place, "rest">, size: Size): Along {
  if ("at" in place) {
    const inside = typeof size !== "number" || (place.at >= -size && place.at < size);
    return inside ? { start: fromStart(place.at, size), count: 1, step: 1, drops: true } : "outside";
  }
  const { step = 1 } = place;
  if (step === 0) return undefined;
  const { start, stop } = bounds(place, step, size);
  const reach = step > 0 ? subtractSizes(stop, start) : subtractSizes(start, stop);
  const count = ceilDivide(reach, Math.abs(step));
  return typeof count === "number" && count <= 0 ? "nothing" : { start, count, step, drops: false };
}

const fromStart = (at: number, size: Size): Size => (at < 0 ? addSizes(size, at) : at);

/** The first element of a range, and the one that is no more in it. Python's rules cut what reaches beyond the axis. */
function bounds(
  { start, stop }: Extract<Place, { readonly step?: number }>,
  step: number,
  size: Size,
): { readonly start: Size; readonly stop: Size } {
  const forward = step > 0;
  const end = addSizes(size, -1);
  const low = forward ? 0 : -1;
  const cut = (at: number): Size => {
    const place = fromStart(at, size);
    if (typeof place !== "number" || typeof size !== "number") return place;
    return Math.min(Math.max(place, low), forward ? size : size - 1);
  };
  return {
    start: start === undefined ? (forward ? 0 : end) : cut(start),
    stop: stop === undefined ? (forward ? size : -1) : cut(stop),
  };
}
