// NN118: positions in brackets that do not fit what they are positions of.

import type { Fix } from "../diagnostic.ts";
import { type Context, inContext } from "./context.ts";
import { entry, helpOf, optionalFix } from "./entry.ts";

const counted = (count: number, one: string, more: string): string => `${count} ${count === 1 ? one : more}`;

/** Why positions do not fit. `axis` counts from 1; a list has none. */
export type SubscriptFault =
  | { readonly fault: "many"; readonly axes: number; readonly places: number }
  | { readonly fault: "rests" }
  | { readonly fault: "step" }
  | { readonly fault: "outside"; readonly axis?: number; readonly at: number; readonly size: number }
  | { readonly fault: "nothing"; readonly axis: number; readonly range: string; readonly size: number };

function faultText(what: string, fault: SubscriptFault): string {
  switch (fault.fault) {
    case "many":
      return `${what} has ${counted(fault.axes, "axis", "axes")}, but ${counted(fault.places, "position is", "positions are")} given`;
    case "rests":
      return `'...' stands twice after ${what}`;
    case "step":
      return `the step of a range of ${what} is 0`;
    case "outside": {
      const owner = fault.axis === undefined ? what : `axis ${fault.axis} of ${what}`;
      const ends = fault.size === 1 ? "0 or -1" : `0 to ${fault.size - 1}, or -1 to -${fault.size}`;
      return `${owner} has no position ${fault.at}: its positions are ${ends}`;
    }
    case "nothing":
      return `${fault.range} takes nothing of axis ${fault.axis} of ${what}, which has ${counted(fault.size, "element", "elements")}`;
  }
}

export const subscripts = {
  /** `batch`: the fix that leaves out a position for the batch. */
  NN118: entry<Context & SubscriptFault & { readonly what: string; readonly batch?: Fix }>({
    name: "position out of range",
    severity: "error",
    word: (fields) =>
      inContext(fields, {
        message: faultText(fields.what, fields),
        ...helpOf(fields.batch === undefined ? undefined : "the batch axis is never written, and has no position"),
        ...optionalFix(fields.batch),
      }),
    explain: {
      cause: "A position in brackets does not exist, a range takes nothing, or there are more positions than axes.",
      wrong: "model M(x: f32[6, 4]) {\n  x[6]\n}",
      right: "model M(x: f32[6, 4]) {\n  x[5]\n}",
      why: "Positions count from 0, and from -1 at the end. The batch axis is never written and has no position.",
    },
  }),
};
