// Convolutions of any rank as one `contract` each: plain ones, those of each channel by itself, and transposed ones. The affine
// indices hold strides, dilations, paddings and groups.

import type { Builder, Value } from "../ir/builder.ts";
import type { Address, NamedLoop } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { known } from "./shape.ts";
import { paddingOf, reach, type Sliding, slidSize, spatialNames } from "./sliding.ts";

/** `out[b, y, x, f] = Σ_ky Σ_kx Σ_c in[b, s·y + d·ky - p, …, c] · kernel[ky, kx, c, f]`, in groups of channels. */
export function convolve(g: Builder, x: Value, kernel: Value, windows: readonly Sliding[], groups: number): Value {
  const rank = windows.length;
  const names = spatialNames(rank);
  const spatial = x.type.shape.slice(1, rank + 1);
  const outer = spatial.map((size, i) =>
    slidSize(size, windows[i] ?? { size: 1, stride: 1, dilation: 1, padding: "valid" }),
  );
  const channels = known(kernel.type.shape[rank]);
  const filters = known(kernel.type.shape[rank + 1]);
  const perGroup = filters / groups;
  const batch = x.type.shape[0] ?? 1;
  const at = (strides: Readonly<Record<string, number>>, offset = 0): Address => ({ offset, strides });
  const grouped = groups > 1;
  // Groups get an axis of their own. With one loop for each axis, every gradient is a plain sum of products too.
  const group = grouped ? [at({ g: 1 })] : [];
  const byGroup = (value: Value, size: Size): Value =>
    grouped ? g.reshape(value, [...value.type.shape.slice(0, -1), groups, size]) : value;
  const loops: readonly NamedLoop[] = [
    { name: "b", extent: batch },
    ...names.map((name, i) => ({ name, extent: outer[i] ?? 1 })),
    ...(grouped ? [{ name: "g", extent: groups }] : []),
    { name: "f", extent: perGroup },
    ...names.map((name, i) => ({ name: `k${name}`, extent: windows[i]?.size ?? 1 })),
    { name: "c", extent: channels },
  ];
  const read = names.map((name, i) => {
    const window = windows[i] ?? { size: 1, stride: 1, dilation: 1, padding: "valid" as const };
    const { before } = paddingOf(spatial[i] ?? 1, window);
    return at({ [name]: window.stride, [`k${name}`]: window.dilation }, before === 0 ? 0 : -before);
  });
  const result = g.contract({
    loops,
    shape: [batch, ...outer, ...(grouped ? [groups] : []), perGroup],
    out: [at({ b: 1 }), ...names.map((name) => at({ [name]: 1 })), ...group, at({ f: 1 })],
    lhs: byGroup(x, channels),
    left: [at({ b: 1 }), ...read, ...group, at({ c: 1 })],
    rhs: byGroup(kernel, perGroup),
    right: [...names.map((name) => at({ [`k${name}`]: 1 })), at({ c: 1 }), ...group, at({ f: 1 })],
  });
  return g.reshape(result, [batch, ...outer, filters]);
}

/** `out[b, y, …, c, m] = Σ_ky in[b, s·y + d·ky - p, …, c] · kernel[ky, …, c, m]`, with the last two axes as one. */
export function convolveEach(g: Builder, x: Value, kernel: Value, windows: readonly Sliding[]): Value {
  const rank = windows.length;
  const names = spatialNames(rank);
  const spatial = x.type.shape.slice(1, rank + 1);
  const outer = windows.map((window, i) => slidSize(spatial[i] ?? 1, window));
  const channels = known(kernel.type.shape[rank]);
  const multiplier = known(kernel.type.shape[rank + 1]);
  const batch = x.type.shape[0] ?? 1;
  const at = (strides: Readonly<Record<string, number>>, offset = 0): Address => ({ offset, strides });
  // A loop of one turn would hide that the channels lie side by side.
  const several = multiplier > 1;
  const each = several ? [at({ m: 1 })] : [];
  const loops: readonly NamedLoop[] = [
    { name: "b", extent: batch },
    ...names.map((name, i) => ({ name, extent: outer[i] ?? 1 })),
    { name: "c", extent: channels },
    ...(several ? [{ name: "m", extent: multiplier }] : []),
    ...windows.map((window, i) => ({ name: `k${names[i]}`, extent: window.size })),
  ];
  const read = windows.map((window, i) => {
    const { before } = paddingOf(spatial[i] ?? 1, window);
    return at({ [names[i] ?? ""]: window.stride, [`k${names[i]}`]: window.dilation }, before === 0 ? 0 : -before);
  });
  const made = g.contract({
    loops,
    shape: [batch, ...outer, channels, ...(several ? [multiplier] : [])],
    out: [at({ b: 1 }), ...names.map((name) => at({ [name]: 1 })), at({ c: 1 }), ...each],
    lhs: x,
    left: [at({ b: 1 }), ...read, at({ c: 1 })],
    rhs: several ? kernel : g.reshape(kernel, kernel.type.shape.slice(0, -1)),
    right: [...names.map((name) => at({ [`k${name}`]: 1 })), at({ c: 1 }), ...each],
  });
  return several ? g.reshape(made, [batch, ...outer, channels * multiplier]) : made;
}

/** `out[b, s·y + d·ky - p, …, f] += in[b, y, …, c] · kernel[ky, …, f, c]`. */
export function convolveTransposed(
  g: Builder,
  x: Value,
  kernel: Value,
  windows: readonly Sliding[],
  outer: readonly Size[],
): Value {
  const rank = windows.length;
  const names = spatialNames(rank);
  const spatial = x.type.shape.slice(1, rank + 1);
  const channels = known(x.type.shape[rank + 1]);
  const filters = known(kernel.type.shape[rank]);
  const batch = x.type.shape[0] ?? 1;
  const at = (strides: Readonly<Record<string, number>>, offset = 0): Address => ({ offset, strides });
  const write = windows.map((window, i) => {
    // Half of what the windows reach beyond the result is cut off in front.
    const whole = (known(spatial[i]) - 1) * window.stride + reach(window);
    const before = window.padding === "same" ? Math.max(0, Math.floor((whole - known(outer[i])) / 2)) : 0;
    const name = names[i] ?? "";
    return at({ [name]: window.stride, [`k${name}`]: window.dilation }, before === 0 ? 0 : -before);
  });
  return g.contract({
    loops: [
      { name: "b", extent: batch },
      ...names.map((name, i) => ({ name, extent: spatial[i] ?? 1 })),
      { name: "f", extent: filters },
      ...windows.map((window, i) => ({ name: `k${names[i]}`, extent: window.size })),
      { name: "c", extent: channels },
    ],
    shape: [batch, ...outer, filters],
    out: [at({ b: 1 }), ...write, at({ f: 1 })],
    lhs: x,
    left: [at({ b: 1 }), ...names.map((name) => at({ [name]: 1 })), at({ c: 1 })],
    rhs: kernel,
    right: [...names.map((name) => at({ [`k${name}`]: 1 })), at({ f: 1 }), at({ c: 1 })],
  });
}
