import type { OptionRecord } from "../../ir/graph.ts";
import type { OptionDef } from "../definition.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { at, batchOf, copied, sizedMovement, withInner } from "../moving.ts";
import { integers } from "../options.ts";
import { innerShape } from "../shape.ts";

interface Window {
  readonly size: number;
  readonly dilation: number;
  readonly padding: number;
  readonly stride: number;
}

const windows = (options: OptionRecord): readonly Window[] =>
  integers(options, "kernel_size").map((size, i) => ({
    size,
    dilation: integers(options, "dilation")[i] ?? 1,
    padding: integers(options, "padding")[i] ?? 0,
    stride: integers(options, "stride")[i] ?? 1,
  }));

/** The number of places of a window along an axis. */
const places = (size: number, { size: window, dilation, padding, stride }: Window): number =>
  Math.floor((size + 2 * padding - (window - 1) * dilation - 1) / stride) + 1;

const sizes = (default_: number | undefined, min: number, doc: string): OptionDef => ({
  type: { kind: "size", rank: 2, min },
  ...(default_ === undefined ? { required: true } : { default: [default_, default_] }),
  doc,
});

export const unfold = defineFunction({
  ...sizedMovement(
    (x, options) => {
      const [channels, ...image] = innerShape(x).map(Number);
      if (channels === undefined || image.length !== 2)
        return bad({ problem: "rank", input: 0, expected: [3], expectedText: "[c, h, w]" });
      const counts = windows(options).map((window, i) => places(image[i] ?? 1, window));
      const none = counts.findIndex((count) => count < 1);
      const window = windows(options)[none];
      if (window !== undefined)
        return bad({
          problem: "vanishes",
          axis: batchOf(x).length + 1 + none,
          size: image[none] ?? 1,
          window: (window.size - 1) * window.dilation + 1,
          result: counts[none] ?? 0,
        });
      const area = windows(options).reduce((all, { size }) => all * size, 1);
      return ok(withInner(x, [channels * area, counts.reduce((all, count) => all * count, 1)]));
    },
    (g, x, to, options) => {
      const batch = batchOf(x.type);
      const [c = 1, ...image] = innerShape(x.type);
      const [y, z] = windows(options);
      const names = [...batch.map(() => "b"), "c", "ky", "kx", "y", "x"];
      const counts = windows(options).map((window, i) => places(Number(image[i]), window));
      const extents = [...batch, c, y?.size ?? 1, z?.size ?? 1, ...counts];
      const read = [y, z].map((window, i) => ({
        offset: 0 - (window?.padding ?? 0),
        strides: { [i === 0 ? "y" : "x"]: window?.stride ?? 1, [i === 0 ? "ky" : "kx"]: window?.dilation ?? 1 },
      }));
      const patches = copied(g, x, {
        loops: names.map((name, i) => ({ name, extent: extents[i] ?? 1 })),
        shape: extents,
        write: names.map((name) => at(name)),
        read: [...batch.map(() => at("b")), at("c"), ...read],
      });
      return g.reshape(patches, to.shape);
    },
  ),
  name: "unfold",
  summary: "The patches under a window, each as one column (im2col). As in Keras the channels come first here.",
  inputs: [{ name: "x", shape: "[c, h, w]" }],
  output: "[c * kh * kw, places]",
  options: {
    kernel_size: sizes(undefined, 1, "The size of the window."),
    dilation: sizes(1, 1, "The distance between elements of the window."),
    padding: sizes(0, 0, "Zeros on both sides of each axis."),
    stride: sizes(1, 1, "How far the window moves at each step."),
  },
  positional: ["kernel_size", "dilation", "padding", "stride"],
  examples: [
    { nn: "unfold(2)", type: "f32[2, 3, 4] -> f32[8, 6]" },
    { nn: "unfold(2x3, padding: [1, 0], stride: 2)", type: "f32[1, 4, 5] -> f32[6, 6]" },
  ],
  source: "https://keras.io/api/ops/nn/#unfold-function",
});
