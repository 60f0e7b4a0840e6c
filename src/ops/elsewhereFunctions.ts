// Functions and methods of tensors as PyTorch, NumPy and TensorFlow write them, `x.view(-1, 784)`, `torch.cat([a, b], 1)`, and the same here.
// Their axis 0 is the batch, as it is here; but shapes here do not count it.

import { layerElsewhere, type Rewritten, type WrittenArgument } from "./elsewhere.ts";
import { findOperator } from "./registry.ts";

/** A call of a function of a tensor; for a method, the tensor is its object. */
interface FunctionCall {
  readonly input: string;
  /** The arguments without a name. */
  readonly plain: readonly string[];
  readonly named: ReadonlyMap<string, string>;
}
type Rule = (call: FunctionCall) => Rewritten | undefined;

const sure = (text: string): Rewritten => ({ text, sure: true });
const whole = /^-?\d+$/;
/** What stands for the number of samples where a shape is written. */
const batch =
  /^(-1|len\(\w+\)|\w+\.size\(0\)|(?:tf\.|torch\.)?\w+(?:\.shape|\.size\(\))?\[0\]|batch(?:_size)?|None|n|b|N|B)$/;

/** The items of `[1, 2]` or `(1, 2)`; undefined for other text. */
function listed(text: string | undefined): readonly string[] | undefined {
  const inner = /^[[(](.*)[\])]$/.exec(text ?? "")?.[1];
  return inner === undefined || /[[({]/.test(inner.replace(/\.size\(0\)|\.shape\[0\]/g, ""))
    ? undefined
    : inner
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "");
}

const piped = ({ input }: FunctionCall, layer: string): string => (input === "_" ? layer : `(${input} -> ${layer})`);

/** `view(-1, 784)`: the first size is that of the batch, unless it is the only one. */
const reshaped: Rule = (call) => {
  const sizes = listed(call.plain[0]) ?? call.plain;
  const [first = "", ...rest] = sizes;
  if (sizes.length === 0 || call.named.size > 0) return undefined;
  const own = rest.length > 0 && batch.test(first) ? rest : sizes;
  if (own.length === 1 && own[0] === "-1") return sure(piped(call, "Flatten()"));
  if (own.filter((size) => size === "-1").length > 1) return undefined;
  const isPlain = own.every((size) => /^(-1|\d+|[A-Za-z_]\w*)$/.test(size));
  return isPlain
    ? sure(`reshape(${call.input}, [${own.map((size) => (size === "-1" ? "_" : size)).join(", ")}])`)
    : undefined;
};

const axisOf = ({ plain, named }: FunctionCall, at = 0): string | undefined =>
  named.get("dim") ?? named.get("axis") ?? plain[at];

/** A function along an axis: `mean(1)`, `softmax(dim=-1)`. Axis 0 would mix samples. */
const along =
  (name: string, isSure = true, isSureAlone = false): Rule =>
  (call) => {
    const axis = axisOf(call);
    if (axis === undefined) return { text: `${name}(${call.input})`, sure: isSureAlone };
    const axes = listed(axis) ?? [axis];
    if (!axes.every((one) => whole.test(one) && one !== "0")) return undefined;
    const keeps = /^[Tt]rue$/.test(call.named.get("keepdim") ?? call.named.get("keepdims") ?? call.plain[1] ?? "");
    const written = axes.length === 1 ? axes[0] : `[${axes.join(", ")}]`;
    return { text: `${name}(${call.input}, axis: ${written}${keeps ? ", keepdims: true" : ""})`, sure: isSure };
  };

const joined =
  (name: string): Rule =>
  ({ input, plain, named }) => {
    const items = listed(input);
    const axis = named.get("dim") ?? named.get("axis") ?? plain[0];
    if (items === undefined || axis === undefined || !whole.test(axis) || axis === "0") return undefined;
    return sure(`${name}([${items.join(", ")}], axis: ${axis})`);
  };

const product: Rule = ({ input, plain: [other] }) => (other === undefined ? undefined : sure(`(${input} @ ${other})`));

/** All axes in a new order, of which the batch stays first. */
const permuted: Rule = (call) => {
  const order = listed(call.plain[0]) ?? call.plain;
  const isOrder = order[0] === "0" && order.length > 1 && order.every((axis) => whole.test(axis));
  return isOrder ? sure(`transpose(${call.input}, [${order.slice(1).join(", ")}])`) : undefined;
};

const swapped: Rule = (call) => {
  if (listed(call.plain[0]) !== undefined) return permuted(call);
  const [a, b] = call.plain;
  if (a === undefined && call.named.size === 0) return sure(`transpose(${call.input})`);
  const isPair = a !== undefined && b !== undefined && whole.test(a) && whole.test(b) && a !== "0" && b !== "0";
  return isPair ? sure(`swapaxes(${call.input}, ${a}, ${b})`) : undefined;
};

const oneHot: Rule = (call) => {
  const { input, plain, named } = call;
  const count = named.get("num_classes") ?? named.get("depth") ?? plain[0];
  // A class in a data set stays a class: what is right depends on the field.
  return count === undefined ? undefined : { text: `one_hot(${input}, ${count})`, sure: false };
};

/** A layer of PyTorch as a function: its options follow the tensor. */
const asLayer =
  (name: string): Rule =>
  (call) => {
    const options = [...call.named].filter(([option]) => option !== "training");
    const given = [
      ...call.plain.map((text) => ({ text })),
      ...options.map(([option, text]) => ({ name: option, text })),
    ];
    const layer = layerElsewhere(name, given);
    return layer === undefined ? undefined : { ...layer, text: piped(call, layer.text) };
  };

const itself: Rule = ({ input }) => sure(input);
const cast =
  (type: string): Rule =>
  ({ input, plain, named }) =>
    plain.length + named.size > 0 ? undefined : sure(`cast(${input}, ${type})`);

/** Another name of a type of numbers, as text or behind a module. */
const casted: Rule = ({ input, plain: [type = ""] }) => {
  const name = type.replace(/^["']|["']$/g, "").replace(/^.*\./, "");
  if (/^(float|half|bfloat|double)\d*$/.test(name)) return sure(`cast(${input}, f32)`);
  if (/^u?(int|long)\d*$/.test(name)) return sure(`cast(${input}, i32)`);
  return /^bool_?$/.test(name) ? sure(`cast(${input}, bool)`) : undefined;
};

const axisRequired =
  (name: string): Rule =>
  (call) => {
    const axis = axisOf(call);
    return axis !== undefined && whole.test(axis) && axis !== "0"
      ? sure(`${name}(${call.input}, axis: ${axis})`)
      : undefined;
  };

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...["view", "reshape"].map((name): [string, Rule] => [name, reshaped]),
  [
    "flatten",
    (call) =>
      /^1?$/.test(call.named.get("start_dim") ?? call.plain[0] ?? "") ? sure(piped(call, "Flatten()")) : undefined,
  ],
  ["permute", permuted],
  ["transpose", swapped],
  ["swapaxes", swapped],
  ["unsqueeze", axisRequired("expand_dims")],
  ["expand_dims", axisRequired("expand_dims")],
  ["squeeze", axisRequired("squeeze")],
  ...["mean", "sum", "prod", "std", "var", "argmax", "argmin", "logsumexp"].map((name): [string, Rule] => [
    name,
    along(name),
  ]),
  // Alone, these are along the classes there and here.
  ...["softmax", "log_softmax"].map((name): [string, Rule] => [name, along(name, true, true)]),
  ...["max", "min"].map((name): [string, Rule] => [name, along(name, false)]),
  ...["mean", "sum", "max", "min", "prod"].map((name): [string, Rule] => [`reduce_${name}`, along(name)]),
  ...["cat", "concat", "concatenate"].map((name): [string, Rule] => [name, joined("concat")]),
  ["stack", joined("stack")],
  ...["matmul", "mm", "bmm"].map((name): [string, Rule] => [name, product]),
  ...["to_categorical", "one_hot"].map((name): [string, Rule] => [name, oneHot]),
  ["max_pool1d", asLayer("MaxPool1d")],
  ["max_pool2d", asLayer("MaxPool2d")],
  ["avg_pool1d", asLayer("AvgPool1d")],
  ["avg_pool2d", asLayer("AvgPool2d")],
  ["adaptive_avg_pool2d", asLayer("AdaptiveAvgPool2d")],
  ["dropout", asLayer("Dropout")],
  ["dropout2d", asLayer("Dropout2d")],
  ...["clone", "contiguous", "to", "cuda", "cpu", "requires_grad_"].map((name): [string, Rule] => [name, itself]),
  ["detach", ({ input }) => sure(`stop_gradient(${input})`)],
  ["float", cast("f32")],
  ["double", cast("f32")],
  ["long", cast("i32")],
  ["int", cast("i32")],
  ["bool", cast("bool")],
  ...["astype", "type", "cast"].map((name): [string, Rule] => [name, casted]),
  ["T", ({ input }) => sure(`transpose(${input})`)],
]);

/** Returns a function of a tensor as it is written here; undefined for what has no counterpart, or none for these arguments. */
export function functionElsewhere(
  name: string,
  input: string,
  given: readonly WrittenArgument[],
): Rewritten | undefined {
  if (input.includes("…") || given.some(({ text }) => text.includes("…"))) return undefined;
  const plain = given.flatMap((one) => (one.name === undefined ? [one.text] : []));
  const named = new Map(given.flatMap((one) => (one.name === undefined ? [] : [[one.name, one.text] as const])));
  const rule = rules.get(name);
  if (rule !== undefined) return rule({ input, plain, named });
  const isFunction = findOperator(name)?.tier === "function" && given.length === 0;
  return isFunction ? sure(`${name}(${input})`) : undefined;
}
