// Windows along the axes between the batch and the channels, as TensorFlow names them: `valid`, `same`, or neither.

import type { Size } from "../ir/size.ts";

/** The layout of windows along one axis. A rest at the end counts as negative padding. */
export interface WindowsAlong {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  /** The elements of the axis, and the number of windows. */
  readonly elements: Size;
  readonly count: Size;
}

/** TensorFlow's padding for `same`; undefined if windows end before the axis, because TensorFlow.js then shifts them. */
function samePadding({ size, stride, dilation, elements, count }: WindowsAlong): readonly [number, number] | undefined {
  if (typeof elements !== "number" || count !== Math.ceil(elements / stride)) return undefined;
  const total = (count - 1) * stride + (size - 1) * dilation + 1 - elements;
  if (total < 0) return undefined;
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}

const isValid = ({ before, after, stride }: WindowsAlong): boolean => before === 0 && after <= 0 && -after < stride;
function isSame(along: WindowsAlong): boolean {
  const same = samePadding(along);
  return same !== undefined && along.before === same[0] && Math.max(along.after, 0) === same[1];
}

/** Returns the name of the padding that all axes have, if there is one. */
export function paddingName(axes: readonly WindowsAlong[]): "valid" | "same" | undefined {
  if (axes.every(isValid)) return "valid";
  return axes.every(isSame) ? "same" : undefined;
}
