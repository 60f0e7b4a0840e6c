// Windows that slide along axes: how far they reach, what they are padded with, and how many places they have. Knows nothing
// of kernels.

import { addSizes, ceilDivide, multiplySizes, type Size } from "../ir/size.ts";
import { bad, type Checked, ok, type ShapeHint } from "./definition.ts";
import { known } from "./shape.ts";

export type Padding = "valid" | "same" | "causal";

/** The movement of a window along one axis, before the padding is known in numbers. */
export interface Sliding {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padding: Padding;
}

/** Names of the spatial axes and of the loops over them, by rank. */
const axisNames: readonly (readonly string[])[] = [[], ["x"], ["y", "x"], ["z", "y", "x"]];
export const spatialNames = (rank: number): readonly string[] => axisNames[rank] ?? [];
const shownAxes: readonly (readonly string[])[] = [[], ["time"], ["h", "w"], ["d", "h", "w"]];
/** Writes `[h, w, c]` for people; `mark` follows each spatial axis. */
export function spatialShape(rank: number, last: string, mark = ""): string {
  return `[${[...(shownAxes[rank] ?? []).map((axis) => axis + mark), last].join(", ")}]`;
}

/** Counts the elements from the first tap of a window to the last. */
export const reach = (window: Pick<Sliding, "size" | "dilation">): number => (window.size - 1) * window.dilation + 1;

/** Counts the positions of the window along an axis of `size` elements. */
export function slidSize(size: Size, window: Sliding): Size {
  if (window.padding !== "valid") return ceilDivide(size, window.stride);
  return ceilDivide(addSizes(size, 1 - reach(window)), window.stride);
}

/** Counts the elements of padding before and after. `same` puts the smaller half first, `causal` puts everything first. */
export function paddingOf(size: Size, window: Sliding): { readonly before: number; readonly after: number } {
  if (window.padding === "valid") return { before: 0, after: 0 };
  if (window.padding === "causal") return { before: reach(window) - 1, after: 0 };
  if (window.stride === 1) {
    const total = reach(window) - 1;
    return { before: Math.floor(total / 2), after: Math.ceil(total / 2) };
  }
  const length = known(size);
  const total = Math.max(0, (Math.ceil(length / window.stride) - 1) * window.stride + reach(window) - length);
  return { before: Math.floor(total / 2), after: Math.ceil(total / 2) };
}

/** Returns the sizes of the spatial axes (1 to rank) after windows have moved over them. */
export function slide(spatial: readonly Size[], windows: readonly Sliding[]): Checked<readonly Size[]> {
  const sizes: Size[] = [];
  for (const [i, window] of windows.entries()) {
    const size = spatial[i] ?? 0;
    const result = slidSize(size, window);
    if (typeof result === "number" && result <= 0)
      return bad({ problem: "vanishes", axis: i + 1, size, window: reach(window), result });
    sizes.push(result);
  }
  return ok(sizes);
}

/** Reports NN105 for each axis whose end the last position does not reach. */
export function droppedEdges(spatial: readonly Size[], windows: readonly Sliding[]): readonly ShapeHint[] {
  return windows.flatMap((window, i): readonly ShapeHint[] => {
    const size = spatial[i];
    if (typeof size !== "number" || window.padding !== "valid" || size < reach(window)) return [];
    const dropped = (size - reach(window)) % window.stride;
    return dropped === 0 ? [] : [{ hint: "edge_dropped", axis: i + 1, dropped, size }];
  });
}

/** Counts the elements of the result along an axis of `size` elements. `extra` is the output padding, if it is set. */
function spreadSize(size: Size, window: Sliding, extra: number | undefined): Size {
  const length = reach(window);
  if (window.padding === "same" && extra === undefined) return multiplySizes(size, window.stride);
  const end = window.padding === "same" ? length % 2 : length;
  const added = extra ?? Math.max(0, window.stride - length);
  return addSizes(multiplySizes(addSizes(size, -1), window.stride), end + added);
}

/** Returns the spatial sizes of the result; there may be none if `same` cuts more than a single element gives. */
export function spreadSizes(
  spatial: readonly Size[],
  windows: readonly Sliding[],
  extra: readonly number[] | undefined,
): Checked<readonly Size[]> {
  const sizes: Size[] = [];
  for (const [i, window] of windows.entries()) {
    const added = extra?.[i];
    if (added !== undefined && added >= window.stride)
      return bad({
        problem: "option",
        option: "output_padding",
        message: `it must be less than the stride, but ${added} is not less than ${window.stride}`,
      });
    const size = spatial[i] ?? 1;
    const result = spreadSize(size, window, added);
    if (typeof result === "number" && result <= 0)
      return bad({ problem: "vanishes", axis: i + 1, size, window: reach(window), result });
    sizes.push(result);
  }
  return ok(sizes);
}
