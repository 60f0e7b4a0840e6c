import { tensor } from "../../ir/types.ts";
import { defineRegularizer } from "../definition.ts";
import { numberOf, textOf } from "../options.ts";
import { factorOption, total } from "../penalty.ts";

/** The largest factor that brings a vector to length 1: 1 / Keras's fuzz factor. */
const MOST = 1e7;

export const orthogonalRegularizer = defineRegularizer({
  name: "orthogonal_regularizer",
  aliases: ["OrthogonalRegularizer"],
  summary: "The mean size of the products of different rows (or columns) of length 1: it makes them orthogonal.",
  options: {
    factor: factorOption(0.01, "The factor."),
    mode: {
      type: { kind: "choice", values: ["rows", "columns"] },
      default: "rows",
      doc: "Whether rows or columns become orthogonal to each other.",
    },
  },
  positional: ["factor", "mode"],
  misfit(shape, options) {
    if (shape.length !== 2) return "it takes a weight with two axes";
    return shape[textOf(options, "mode") === "rows" ? 0 : 1] === 1 ? "a single vector has no other" : undefined;
  },
  expand(g, x, options) {
    const along = textOf(options, "mode") === "rows" ? 0 : 1;
    const [count, length] = [Number(x.type.shape[along]), Number(x.type.shape[1 - along])];
    const squares = g.sum(g.map("square", x), [1 - along], true);
    const unit = g.mul(x, g.map("min", g.map("rsqrt", squares), MOST));
    const access = (vector: string) => {
      const axes = along === 0 ? [vector, "k"] : ["k", vector];
      return axes.map((name) => ({ offset: 0, strides: { [name]: 1 } }));
    };
    const product = g.contract({
      loops: [
        { name: "i", extent: count },
        { name: "j", extent: count },
        { name: "k", extent: length },
      ],
      shape: [count, count],
      out: ["i", "j"].map((name) => ({ offset: 0, strides: { [name]: 1 } })),
      lhs: unit,
      left: access("i"),
      rhs: unit,
      right: access("j"),
    });
    const place = tensor("i32", count, count);
    const others = g.select(g.map("eq", g.iota(place, 0), g.iota(place, 1)), 0, g.map("abs", product));
    return g.mul(g.div(total(g, others), (count * (count - 1)) / 2), 0.5 * numberOf(options, "factor"));
  },
  source: "https://keras.io/api/layers/regularizers/#orthogonalregularizer-class",
});
