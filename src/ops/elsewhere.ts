// Calls as PyTorch writes them, and the same layer, loss or optimizer here. Its layers take the number of inputs first, which nnc works
// out; so a name alone would be the wrong repair.

/** An argument of a call as the program writes it. */
export interface WrittenArgument {
  readonly name?: string;
  readonly text: string;
}

/** The text to write instead, and whether it means the same for certain. */
export interface Rewritten {
  readonly text: string;
  readonly sure: boolean;
}

/** The arguments by their names in PyTorch. */
type Given = ReadonlyMap<string, string>;

interface Rule {
  /** The names of its arguments, in order. */
  readonly takes: readonly string[];
  write(given: Given): Rewritten | undefined;
}

const whole = /^\d+$/;
const isOne = (text: string | undefined): boolean => text === undefined || /^(1|[([]1(, 1)*[)\]])$/.test(text);

/** Returns `3x3` of `3`, `(3, 3)` or `3x3`; undefined of other text. */
function sizeOf(text: string | undefined, rank: number): string | undefined {
  if (text === undefined) return undefined;
  if (whole.test(text)) return Array.from({ length: rank }, () => text).join("x");
  const inner =
    /^[([](\d+(?:, \d+)*)[)\]]$/.exec(text)?.[1]?.split(", ") ?? (/^\d+(x\d+)+$/.test(text) ? text.split("x") : []);
  return inner.length === rank ? inner.join("x") : undefined;
}

const call = (name: string, ...parts: readonly (string | undefined)[]): string =>
  `${name}(${parts.filter((part) => part !== undefined).join(", ")})`;

/** `use_bias: false` of `bias=False`. */
const biasOf = (given: Given): string | undefined =>
  /^[Ff]alse$/.test(given.get("bias") ?? "") ? "use_bias: false" : undefined;

/** Whether padding by a number of pixels keeps the size of each axis, as `same` does. */
export const keepsSize = (amount: number, kernel: string | undefined, stride: string | undefined): boolean =>
  isOne(stride) && 2 * amount === Number(/^[([]?(\d+)/.exec(kernel ?? "")?.[1]) - 1;

/** Padding that keeps the size of an axis: half of what the window reaches over. */
function paddingOf(given: Given, rank: number): { readonly text?: string; readonly sure: boolean } | undefined {
  const padding = given.get("padding");
  const isStill = isOne(given.get("stride"));
  if (padding === undefined || /^(0|"valid"|valid)$/.test(padding)) return { sure: true };
  if (/^"?same"?$/.test(padding)) return { text: "padding: same", sure: isStill };
  const amount = Number(padding);
  const kernel = Number(sizeOf(given.get("kernel_size"), rank)?.split("x")[0]);
  const dilation = Number(given.get("dilation") ?? 1);
  return 2 * amount === dilation * (kernel - 1) ? { text: "padding: same", sure: isStill } : undefined;
}

function convolution(name: string, rank: number): Rule {
  return {
    takes: ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias"],
    write(given) {
      const [filters, kernel] = [given.get("out_channels"), sizeOf(given.get("kernel_size"), rank)];
      const padding = paddingOf(given, rank);
      if (!given.has("in_channels") || filters === undefined || kernel === undefined || padding === undefined)
        return undefined;
      const option = (option: string, from: string, text = given.get(from)): string | undefined =>
        isOne(text) ? undefined : `${option}: ${sizeOf(text, rank) ?? text}`;
      const text = call(
        name,
        filters,
        kernel,
        option("strides", "stride"),
        padding.text,
        option("dilation_rate", "dilation"),
        isOne(given.get("groups")) ? undefined : `groups: ${given.get("groups")}`,
        biasOf(given),
      );
      return { text, sure: padding.sure };
    },
  };
}

function transposed(name: string, rank: number): Rule {
  return {
    takes: ["in_channels", "out_channels", "kernel_size", "stride", "padding", "output_padding", "groups", "bias"],
    write(given) {
      const [filters, kernel] = [given.get("out_channels"), sizeOf(given.get("kernel_size"), rank)];
      if (filters === undefined || kernel === undefined) return undefined;
      const stride = given.get("stride");
      const padded = given.has("padding") && given.get("padding") !== "0";
      const strides = isOne(stride) ? undefined : `strides: ${sizeOf(stride, rank) ?? stride}`;
      return {
        text: call(name, filters, kernel, strides, padded ? "padding: same" : undefined, biasOf(given)),
        sure: !padded,
      };
    },
  };
}

function pooling(name: string, rank: number): Rule {
  return {
    takes: ["kernel_size", "stride", "padding"],
    write(given) {
      const size = sizeOf(given.get("kernel_size"), rank);
      const stride = sizeOf(given.get("stride"), rank);
      const padding = given.get("padding") ?? "0";
      if (size === undefined) return undefined;
      const strides = stride === undefined || stride === size ? undefined : `strides: ${stride}`;
      return { text: call(name, size, strides, padding === "0" ? undefined : "padding: same"), sure: padding === "0" };
    },
  };
}

/** A layer without weights whose arguments say nothing here, as `inplace` and `dim` of the last axis. */
const plain = (text: string, ...takes: readonly string[]): Rule => ({ takes, write: () => ({ text, sure: true }) });
const withFirst = (name: string, option: string | undefined, ...takes: readonly string[]): Rule => ({
  takes,
  write(given) {
    const first = given.get(takes[0] ?? "");
    return {
      text: first === undefined ? `${name}()` : call(name, option === undefined ? first : `${option}: ${first}`),
      sure: true,
    };
  },
});
/** PyTorch's momentum is the share of the new average. */
const batchNormalization: Rule = {
  takes: ["num_features", "eps", "momentum", "affine"],
  write(given) {
    const momentum = Number(given.get("momentum") ?? 0.1);
    if (!(momentum >= 0 && momentum <= 1)) return undefined;
    const epsilon = given.get("eps") ?? "1e-5";
    return {
      text: call("BatchNormalization", `momentum: ${Number((1 - momentum).toPrecision(6))}`, `epsilon: ${epsilon}`),
      sure: true,
    };
  },
};
/** Several layers, or two directions, are written out here; PyTorch's give a sequence. */
const recurrent = (name: string): Rule => ({
  takes: ["input_size", "hidden_size", "num_layers", "bias", "batch_first", "dropout", "bidirectional"],
  write(given) {
    // With one number alone it is that of the units.
    const units = given.get("hidden_size") ?? given.get("units") ?? given.get("input_size");
    const count = Number(given.get("num_layers") ?? 1);
    if (units === undefined || !Number.isInteger(count) || count < 1 || count > 8) return undefined;
    const rate = given.get("dropout");
    const both = /^[Tt]rue$/.test(given.get("bidirectional") ?? "");
    const one = (steps: boolean): string => {
      const layer = call(name, units, steps ? "return_sequences: true" : undefined, biasOf(given));
      return both ? `Bidirectional(${layer})` : layer;
    };
    const between = rate === undefined || rate === "0" ? " -> " : ` -> Dropout(${rate}) -> `;
    // Who writes the units as here, means the last step, as here.
    const all = given.has("hidden_size");
    return { text: Array.from({ length: count }, (_, i) => one(all || i < count - 1)).join(between), sure: true };
  },
});

/** Layers of Flax, Caffe and Darknet. */
const window = (given: Given, kernel: string, stride: string): readonly [string | undefined, string | undefined] => {
  const strides = sizeOf(given.get(stride), 2);
  return [
    sizeOf(given.get(kernel), 2),
    strides === undefined || isOne(strides.replaceAll("x1", "")) ? undefined : strides,
  ];
};
const optional = (name: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : `${name}: ${text}`;
const activations: Readonly<Record<string, string>> = { leaky: "leaky_relu", logistic: "sigmoid" };
const activationOf = (given: Given): string | undefined => {
  const name = given.get("activation");
  return name === undefined || name === "linear" ? undefined : (activations[name] ?? name);
};
const withActivation = (layer: string, activation: string | undefined): Rewritten => ({
  text: activation === undefined ? layer : `${layer} -> ${activation}`,
  sure: true,
});
const units = (...takes: readonly [string, ...string[]]): Rule => ({
  takes: [...takes, "activation", "bias", "use_bias", "name"],
  write(given) {
    const count = given.get(takes[0]);
    return count === undefined ? undefined : withActivation(call("Dense", count, biasOf(given)), activationOf(given));
  },
});
const ofFiles: readonly (readonly [string, Rule])[] = [
  ["InnerProduct", units("num_output")],
  ["connected", units("output")],
  [
    "Convolution",
    {
      takes: ["num_output", "kernel_size", "stride", "pad"],
      write(given) {
        const [kernel, strides] = window(given, "kernel_size", "stride");
        const filters = given.get("num_output");
        if (filters === undefined || kernel === undefined) return undefined;
        const padding = paddingOf(new Map([...given, ["padding", given.get("pad") ?? "0"]]), 2);
        if (padding === undefined) return undefined;
        const text = call("Conv2D", filters, kernel, optional("strides", strides), padding.text);
        return { text, sure: padding.sure };
      },
    },
  ],
  [
    "convolutional",
    {
      takes: ["filters", "size", "stride", "pad", "activation", "batch_normalize"],
      write(given) {
        const [kernel, strides] = window(given, "size", "stride");
        const filters = given.get("filters");
        if (filters === undefined || kernel === undefined) return undefined;
        const padding = given.get("pad") === "1" ? "padding: same" : undefined;
        const layer = call("Conv2D", filters, kernel, optional("strides", strides), padding);
        const normal = given.get("batch_normalize") === "1" ? " -> BatchNormalization()" : "";
        return withActivation(`${layer}${normal}`, activationOf(given));
      },
    },
  ],
  [
    "maxpool",
    {
      takes: ["size", "stride", "padding"],
      write(given) {
        const [size, strides] = window(given, "size", "stride");
        const stride = strides === size ? undefined : optional("strides", strides);
        return size === undefined ? undefined : { text: call("MaxPool2D", size, stride), sure: !given.has("padding") };
      },
    },
  ],
  ["avgpool", plain("GlobalAveragePooling2D()")],
  ["dropout", withFirst("Dropout", undefined, "probability")],
];

/** A convolution of Flax or Haiku: both keep the size of pictures if nothing else is said. */
const sameConvolution = (count: string, kernel: string, stride: string, bias: string, rank?: 1 | 2 | 3): Rule => ({
  takes: [count, kernel, stride, "padding", bias],
  write(given) {
    const text = given.get(kernel) ?? "";
    const axes = rank ?? /^[([]([\d, ]+)[)\]]$/.exec(text)?.[1]?.split(", ").length ?? 0;
    const [size, filters] = [sizeOf(text, axes), given.get(count)];
    const padding = /^["']?(\w+)["']?$/.exec(given.get("padding") ?? "same")?.[1]?.toLowerCase();
    if (filters === undefined || size === undefined || axes > 3 || !/^(same|valid)$/.test(padding ?? ""))
      return undefined;
    const strides = isOne(given.get(stride)) ? undefined : optional("strides", sizeOf(given.get(stride), axes));
    const written = padding === "same" ? "padding: same" : undefined;
    const noBias = /^[Ff]alse$/.test(given.get(bias) ?? "") ? "use_bias: false" : undefined;
    return { text: call(`Conv${axes}D`, filters, size, strides, written, noBias), sure: true };
  },
});

const ranks = [1, 2, 3] as const;
/** Layers of Haiku, whose names mean other layers elsewhere. */
const ofHaiku: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [
    "Linear",
    {
      takes: ["output_size", "with_bias"],
      write(given) {
        const count = given.get("output_size");
        const noBias = /^[Ff]alse$/.test(given.get("with_bias") ?? "") ? "use_bias: false" : undefined;
        return count === undefined ? undefined : { text: call("Dense", count, noBias), sure: true };
      },
    },
  ],
  ...ranks.map((rank): [string, Rule] => [
    `Conv${rank}D`,
    sameConvolution("output_channels", "kernel_shape", "stride", "with_bias", rank),
  ]),
]);
const layers: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  [
    "Linear",
    {
      takes: ["in_features", "out_features", "bias"],
      write(given) {
        const units = given.get("out_features");
        return units === undefined ? undefined : { text: call("Dense", units, biasOf(given)), sure: true };
      },
    },
  ],
  ...ranks.flatMap((rank): [string, Rule][] => [
    [`Conv${rank}d`, convolution(`Conv${rank}D`, rank)],
    [`ConvTranspose${rank}d`, transposed(`Conv${rank}DTranspose`, rank)],
    [`MaxPool${rank}d`, pooling(`MaxPool${rank}D`, rank)],
    [`AvgPool${rank}d`, pooling(`AveragePooling${rank}D`, rank)],
    [`BatchNorm${rank}d`, batchNormalization],
    [
      `AdaptiveAvgPool${rank}d`,
      {
        takes: ["output_size"],
        write(given) {
          const size = sizeOf(given.get("output_size"), rank);
          if (size === undefined) return undefined;
          return {
            text: isOne(size.replaceAll("x1", ""))
              ? `GlobalAveragePooling${rank}D()`
              : call(`AdaptiveAveragePooling${rank}D`, size),
            sure: true,
          };
        },
      },
    ],
    [`Dropout${rank}d`, withFirst(`SpatialDropout${rank}D`, undefined, "p", "inplace")],
    [`ZeroPad${rank}d`, withFirst(`ZeroPadding${rank}D`, undefined, "padding")],
  ]),
  ["LayerNorm", plain("LayerNormalization(epsilon: 1e-5)", "normalized_shape", "eps")],
  ["GroupNorm", withFirst("GroupNormalization", undefined, "num_groups", "num_channels")],
  ["Dropout", withFirst("Dropout", undefined, "p", "inplace")],
  ["ReLU", plain("ReLU()", "inplace")],
  ["ReLU6", plain("ReLU(6)", "inplace")],
  ["LeakyReLU", withFirst("LeakyReLU", "negative_slope", "negative_slope", "inplace")],
  ["ELU", withFirst("ELU", "alpha", "alpha", "inplace")],
  ["GELU", plain("gelu", "approximate")],
  ["SiLU", plain("silu", "inplace")],
  ["Sigmoid", plain("sigmoid")],
  ["Tanh", plain("tanh")],
  ["Softplus", plain("softplus")],
  ["Softmax", plain("softmax", "dim")],
  ["LogSoftmax", plain("log_softmax", "dim")],
  [
    "Upsample",
    {
      takes: ["size", "scale_factor", "mode"],
      write: (given) => upSampled(given.get("scale_factor"), given.get("mode")),
    },
  ],
  ["LSTM", recurrent("LSTM")],
  ["GRU", recurrent("GRU")],
  ["RNN", recurrent("SimpleRNN")],
  ...ofFiles,
  ["Conv", sameConvolution("features", "kernel_size", "strides", "use_bias")],
  ["Flatten", plain("Flatten()", "start_dim", "end_dim")],
  ["MultiheadAttention", { takes: ["embed_dim", "num_heads"], write: attention }],
]);

function upSampled(factor: string | undefined, mode = "nearest"): Rewritten | undefined {
  const way = /^["']?(nearest|bilinear)["']?$/.exec(mode)?.[1];
  if (factor === undefined || way === undefined || !whole.test(factor)) return undefined;
  return { text: call("UpSampling2D", factor, way === "nearest" ? undefined : `interpolation: ${way}`), sure: true };
}

/** The width of PyTorch's attention is that of all heads together; Keras's `key_dim` is that of one. */
function attention(given: Given): Rewritten | undefined {
  const [width, heads] = [Number(given.get("embed_dim")), Number(given.get("num_heads"))];
  return width % heads === 0 ? { text: `MultiHeadAttention(${heads}, ${width / heads})`, sure: false } : undefined;
}

const losses: ReadonlyMap<string, string> = new Map([
  ["CrossEntropyLoss", "categorical_crossentropy(from_logits: true)"],
  ["BCEWithLogitsLoss", "binary_crossentropy(from_logits: true)"],
  ["BCELoss", "binary_crossentropy"],
  ["MSELoss", "mse"],
  ["L1Loss", "mae"],
  ["SmoothL1Loss", "huber"],
  ["HuberLoss", "huber"],
  ["KLDivLoss", "kl_divergence"],
  ["PoissonNLLLoss", "poisson"],
  ["CTCLoss", "ctc"],
  // Functions of PyTorch and of TensorFlow 1.
  ["cross_entropy", "categorical_crossentropy(from_logits: true)"],
  ["binary_cross_entropy", "binary_crossentropy"],
  ["binary_cross_entropy_with_logits", "binary_crossentropy(from_logits: true)"],
  ["mse_loss", "mse"],
  ["l1_loss", "mae"],
  ["smooth_l1_loss", "huber"],
  ["kl_div", "kl_divergence"],
  ["softmax_cross_entropy_with_logits", "categorical_crossentropy(from_logits: true)"],
  ["softmax_cross_entropy_with_logits_v2", "categorical_crossentropy(from_logits: true)"],
  ["softmax_cross_entropy", "categorical_crossentropy(from_logits: true)"],
  ["sparse_softmax_cross_entropy_with_logits", "categorical_crossentropy(from_logits: true)"],
  ["sigmoid_cross_entropy_with_logits", "binary_crossentropy(from_logits: true)"],
  ["softmax_cross_entropy_with_integer_labels", "categorical_crossentropy(from_logits: true)"],
  ["sigmoid_binary_cross_entropy", "binary_crossentropy(from_logits: true)"],
]);

function argumentsOf({ takes }: Rule, given: readonly WrittenArgument[]): Given | undefined {
  const found = new Map<string, string>();
  for (const [i, { name, text }] of given.entries()) {
    const own = name ?? takes[i];
    // What PyTorch has beside Keras's `units`.
    if (own === "units" && takes.includes("hidden_size")) found.set(own, text);
    // What is cut short, or means something here, is no argument of PyTorch's.
    if (own === undefined || (!takes.includes(own) && !found.has(own)) || text.includes("…")) return undefined;
    found.set(own, text);
  }
  return found;
}

/** Returns a layer of PyTorch as it is written here; undefined for other names, and for arguments that are none of its own. */
export function layerElsewhere(
  name: string,
  given: readonly WrittenArgument[],
  module?: string,
): Rewritten | undefined {
  const rule = (module === "hk" ? ofHaiku.get(name) : undefined) ?? layers.get(name);
  const known = rule === undefined ? undefined : argumentsOf(rule, given);
  return known === undefined ? undefined : rule?.write(known);
}

/** Returns a loss of PyTorch, without arguments, as it is written here. */
export const lossElsewhere = (name: string): string | undefined => losses.get(name);
