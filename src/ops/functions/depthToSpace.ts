import { divideExactly, multiplySizes } from "../../ir/size.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { batchOf, movement, withInner } from "../moving.ts";
import { numberOf } from "../options.ts";
import { innerShape } from "../shape.ts";

export const depthToSpace = defineFunction({
  ...movement(
    (x, options) => {
      const r = numberOf(options, "block_size");
      const [h = 1, w = 1, c = 1, more] = innerShape(x);
      if (innerShape(x).length !== 3 || more !== undefined)
        return bad({ problem: "rank", input: 0, expected: [3], expectedText: "[h, w, c]" });
      const depth = divideExactly(c, r * r);
      if (depth === undefined) return bad({ problem: "groups", groups: r * r, channels: c, what: "channels" });
      return ok(withInner(x, [multiplySizes(h, r), multiplySizes(w, r), depth]));
    },
    (g, x, to, options) => {
      const r = numberOf(options, "block_size");
      const lead = batchOf(x.type);
      const [h = 1, w = 1, c = 1] = innerShape(x.type);
      const first = lead.length;
      const parts = g.reshape(x, [...lead, h, w, r, r, divideExactly(c, r * r) ?? 1]);
      const order = [...lead.map((_, i) => i), ...[0, 2, 1, 3, 4].map((axis) => axis + first)];
      return g.reshape(g.transpose(parts, order), to.shape);
    },
  ),
  name: "depth_to_space",
  summary: "Spreads groups of channels over blocks of the image (pixel shuffle).",
  inputs: [{ name: "x", shape: "[h, w, c]" }],
  output: "[h * r, w * r, c / r²]",
  options: { block_size: { type: { kind: "int", min: 2 }, required: true, doc: "The height and width of a block." } },
  positional: ["block_size"],
  examples: [{ nn: "depth_to_space(2)", type: "f32[2, 3, 8] -> f32[4, 6, 2]" }],
  source: "https://keras.io/api/ops/nn/#depth_to_space-function",
});
