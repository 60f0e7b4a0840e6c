// Windows along the axes between the batch and the channels, as TensorFlow names them: `valid`, `same`, or neither.

import type { Size } from "../ir/size.ts";

/** How windows lie along one axis. What is left over at the end counts as negative padding. */
export interface WindowsAlong {
  readonly size: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  /** Elements of the axis, and how many windows there are. */
  readonly elements: Size;
  readonly count: Size;
}

/** What TensorFlow adds for `same`. Undefined where windows end before the axis does: backends of TensorFlow.js then shift them. */
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

/** The name of the padding that all axes have, where there is one. */
export function paddingName(axes: readonly WindowsAlong[]): "valid" | "same" | undefined {
  if (axes.every(isValid)) return "valid";
  return axes.every(isSame) ? "same" : undefined;
}
