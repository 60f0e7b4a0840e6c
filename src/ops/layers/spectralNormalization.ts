import { CompilerBug } from "../../base/compilerBug.ts";
import type { Builder, Value } from "../../ir/builder.ts";
import type { OptionRecord } from "../../ir/graph.ts";
import { product } from "../../ir/size.ts";
import type { TensorType } from "../../ir/types.ts";
import { bad, type CallContext, type Checked, defineLayer, ok, type WeightDef } from "../definition.ts";
import { type InnerLayer, ofInner, onlyInner } from "../inner.ts";
import { numberOf } from "../options.ts";
import { andThen } from "../shape.ts";

/** Keras's epsilon. */
const SMALLEST = 1e-7;

/** The weights that Keras looks for, by the first that a layer has. */
const kernels = ["kernel", "embeddings"];

interface Parts {
  readonly inner: InnerLayer;
  readonly weights: readonly WeightDef[];
  /** The weight that is normalised. */
  readonly kernel: WeightDef | undefined;
}

function partsOf(
  inputs: readonly TensorType[],
  options: OptionRecord,
  call: Pick<CallContext<unknown>, "layer">,
): Parts {
  const inner = onlyInner(options.layer, call);
  const weights = inner.weights({ args: inputs });
  const [kernel] = kernels.flatMap((name) => weights.filter((weight) => weight.name === `${inner.name}/${name}`));
  return { inner, weights, kernel };
}

function innerResult(
  inputs: readonly TensorType[],
  options: OptionRecord,
  call: CallContext<TensorType>,
): Checked<TensorType> {
  const inner = onlyInner(options.layer, call);
  const made = inner.shape({ args: inputs });
  if ("bad" in made) return bad(ofInner(made.bad, inner, "layer"));
  if (partsOf(inputs, options, call).kernel === undefined) {
    const message = `${inner.definition.name} has neither a kernel nor embeddings to normalise`;
    return bad({ problem: "option", option: "layer", message });
  }
  return made;
}

/** x divided by its Euclidean norm, as `keras.ops.normalize` does. */
function unit(g: Builder, x: Value): Value {
  const inverse = g.map("rsqrt", g.sum(g.map("square", x), [0, 1], true));
  return g.mul(x, g.map("min", inverse, 1 / SMALLEST));
}

/** Some rounds of the power method from `u`, and the kernel divided by the largest singular value that they find. */
function normalised(
  g: Builder,
  kernel: Value,
  u: Value,
  rounds: number,
): { readonly u: Value; readonly kernel: Value } {
  const [columns = 1, ...rows] = kernel.type.shape.toReversed();
  const matrix = g.reshape(kernel, [product(rows), columns]);
  const turned = g.transpose(matrix, [1, 0]);
  let left = u;
  let right = unit(g, g.dot(left, turned));
  for (let round = 1; round <= rounds; round++) {
    if (round > 1) right = unit(g, g.dot(left, turned));
    left = unit(g, g.dot(right, matrix));
  }
  const sigma = g.sum(g.mul(g.dot(right, matrix), left), [0, 1]);
  const still = g.map(
    "eq",
    g.max(
      g.map("abs", kernel),
      kernel.type.shape.map((_, i) => i),
    ),
    0,
  );
  return { u: g.select(still, u, left), kernel: g.select(still, kernel, g.div(kernel, sigma)) };
}

export const spectralNormalization = defineLayer({
  name: "SpectralNormalization",
  summary:
    "A layer whose kernel training divides by its largest singular value before each use: `SpectralNormalization(Dense(8))`.",
  inputs: [{ name: "x", shape: "[...]" }],
  output: "the layer's",
  options: {
    layer: {
      type: { kind: "layer" },
      required: true,
      last: true,
      doc:
        "The layer with a kernel, or with embeddings. The quotient replaces that weight, and its gradient is the one by the " +
        "quotient. `evaluate` and `predict` divide nothing.",
    },
    power_iterations: {
      type: { kind: "int", min: 1 },
      default: 1,
      doc: "Rounds of the power method in each use; `vector_u` keeps what they find.",
    },
  },
  positional: ["layer", "power_iterations"],
  trainingDiffers: true,
  weights(inputs, options, call) {
    const { weights, kernel } = partsOf(inputs, options, call);
    if (kernel === undefined) return weights;
    const vector: WeightDef = {
      name: "vector_u",
      shape: [1, kernel.shape.at(-1) ?? 1],
      initializer: { name: "truncated_normal", options: { mean: 0, stddev: 0.02 } },
      trainable: false,
    };
    return [{ ...kernel, assigned: true }, vector, ...weights.filter((weight) => weight !== kernel)];
  },
  shape: (inputs, options, call) => andThen(innerResult(inputs, options, call), ok),
  expand(g, call) {
    const { inner, kernel } = partsOf(
      call.inputs.map(({ type }) => type),
      call.options,
      call,
    );
    const args = { args: call.inputs };
    if (!call.training) return inner.expand(g, call, args);
    const [before, u] = [call.weights[kernel?.name ?? ""], call.weights.vector_u];
    if (kernel === undefined || before === undefined || u === undefined)
      throw new CompilerBug("SpectralNormalization needs a kernel and its vector");
    const made = normalised(g, before, u, numberOf(call.options, "power_iterations"));
    // Keras assigns the quotient: no gradient goes through the division, and the kernel gets that of the quotient.
    const unchanged = g.sub(before, g.map("stop_gradient", before));
    const after = g.add(g.map("stop_gradient", made.kernel), unchanged);
    const result = inner.expand(g, call, args, { weights: { [kernel.name]: after } });
    const vector = g.map("stop_gradient", made.u);
    return { ...result, state: { ...result.state, [kernel.name]: after, vector_u: vector } };
  },
  examples: [
    { nn: "SpectralNormalization(Dense(3))", type: "f32[4] -> f32[3]" },
    { nn: "SpectralNormalization(Conv1D(2, 2), power_iterations: 2)", type: "f32[4, 2] -> f32[3, 2]" },
    { nn: "SpectralNormalization(Embedding(5, 2))", type: "i32[3] -> f32[3, 2]" },
  ],
  source:
    "Miyato, Kataoka, Koyama, Yoshida 2018, algorithm 1; " +
    "https://keras.io/api/layers/normalization_layers/spectral_normalization/",
});
