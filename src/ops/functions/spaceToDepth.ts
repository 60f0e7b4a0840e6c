import { divideExactly, multiplySizes } from "../../ir/size.ts";
import { bad, defineFunction, ok } from "../definition.ts";
import { batchOf, movement, withInner } from "../moving.ts";
import { numberOf } from "../options.ts";
import { innerShape } from "../shape.ts";

export const spaceToDepth = defineFunction({
  ...movement(
    (x, options) => {
      const r = numberOf(options, "block_size");
      const [h = 1, w = 1, c = 1, more] = innerShape(x);
      if (innerShape(x).length !== 3 || more !== undefined)
        return bad({ problem: "rank", input: 0, expected: [3], expectedText: "[h, w, c]" });
      const [height, width] = [divideExactly(h, r), divideExactly(w, r)];
      if (height === undefined || width === undefined)
        return bad({ problem: "option", option: "block_size", message: "it must divide the height and the width" });
      return ok(withInner(x, [height, width, multiplySizes(c, r * r)]));
    },
    (g, x, to, options) => {
      const r = numberOf(options, "block_size");
      const lead = batchOf(x.type);
      const [h = 1, w = 1, c = 1] = innerShape(to);
      const first = lead.length;
      const parts = g.reshape(x, [...lead, h, r, w, r, divideExactly(c, r * r) ?? 1]);
      const order = [...lead.map((_, i) => i), ...[0, 2, 1, 3, 4].map((axis) => axis + first)];
      return g.reshape(g.transpose(parts, order), to.shape);
    },
  ),
  name: "space_to_depth",
  summary: "Puts blocks of the image into channels: the inverse of `depth_to_space`.",
  inputs: [{ name: "x", shape: "[h, w, c]" }],
  output: "[h / r, w / r, c * r²]",
  options: { block_size: { type: { kind: "int", min: 2 }, required: true, doc: "The height and width of a block." } },
  positional: ["block_size"],
  examples: [{ nn: "space_to_depth(2)", type: "f32[4, 6, 2] -> f32[2, 3, 8]" }],
  source: "https://keras.io/api/ops/nn/#space_to_depth-function",
});
