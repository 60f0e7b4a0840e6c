// NN501–NN505: limits, and things outside the program's text: paths, data, weights, formats of others, nnc itself.

import { entry, helpOf } from "./entry.ts";

/** The things that have a limit. */
const limits = {
  axes: "axes in one tensor",
  brackets: "nested brackets",
  bracketsOfStack: "nested brackets, or as many as the call stack holds",
  buckets: "lengths in 'buckets'",
  bytes: "bytes in one file",
  characters: "characters in one file",
  classWeights: "classes with weights",
  elements: "elements in one tensor",
  files: "files in one program",
  layerCalls: "layer calls",
  memory: "bytes of memory",
  nesting: "nested expressions and blocks",
  operators: "operators in one expression",
  steps: "compile-time steps",
  terms: "terms in a size",
  tokens: "words and signs in one file",
  values: "nested values",
  weights: "numbers in the weights of one model",
} as const;
export type Limit = keyof typeof limits;

const named = "give its parts names with 'let' or 'const'";
const divided = "divide the file, and import its parts";
const fewerLayers = "repeat fewer times, and use blocks in fewer places";

/** The way to stay within each limit. */
const waysOut = {
  axes: "reshape it to fewer axes",
  brackets: named,
  bracketsOfStack: named,
  buckets: "each is a training step of its own, and three or four save nearly as much",
  bytes: divided,
  characters: divided,
  classWeights: "give samples their weights by a field of the data",
  elements: "choose smaller sizes, or shrink the tensor before: with strides, pooling, fewer filters or units",
  files: "put several definitions in one file",
  layerCalls: fewerLayers,
  memory: "a smaller batch needs less",
  nesting: named,
  operators: named,
  steps: fewerLayers,
  terms: "write the sizes as numbers",
  tokens: divided,
  values: named,
  weights: "choose smaller layers, or pool before a Dense",
} as const satisfies { readonly [K in Limit]: string };

const largest = 2 ** 53;
const countText = (count: number): string => (count === largest ? "2^53" : count.toLocaleString("en-US"));

function needsText(needs: { readonly bytes: number; readonly batch: number } | undefined): string | undefined {
  if (needs === undefined) return undefined;
  return `this model needs ${countText(needs.bytes)} bytes for a batch of ${needs.batch}; a smaller batch needs less`;
}

export const system = {
  NN501: entry<
    | { readonly reason: "path"; readonly path: string }
    | {
        readonly reason: "limit";
        readonly what: keyof typeof limits;
        readonly most: number;
        /** For memory: the need of the model. */
        readonly needs?: { readonly bytes: number; readonly batch: number };
      }
  >({
    name: "path leaves the project, or a limit is passed",
    severity: "error",
    word: (fields) => ({
      message:
        fields.reason === "path"
          ? `'${fields.path}' leaves the folder of the program`
          : `more than ${countText(fields.most)} ${limits[fields.what]}`,
      ...helpOf(
        fields.reason === "path"
          ? "keep imported files in the folder of the program, or in folders inside it"
          : (needsText(fields.needs) ?? waysOut[fields.what]),
      ),
    }),
    explain: {
      cause: "An import leads out of the program's folder, or the program is larger than the compiler allows.",
      wrong: 'import "../../secret.nn"',
      right: 'import "layers.nn"',
      why: "A program compiles in bounded time, and reads only files in its own folder.",
    },
  }),

  NN502: entry<{
    /** The missing thing: `train-images-idx3-ubyte.gz`. */
    readonly what: string;
    /** `is not there`, `ends after 12 bytes` */
    readonly problem: string;
    /** The places that nnc searched. */
    readonly places?: readonly string[];
    /** Advice on the next step. */
    readonly advice?: string;
  }>({
    name: "data cannot be read",
    severity: "error",
    word: ({ what, problem, places = [], advice }) => ({
      message: `${what} ${problem}`,
      ...helpOf(
        [
          ...(places.length === 0 ? [] : [`looked in ${places.join(", ")}`]),
          ...(advice === undefined ? [] : [advice]),
        ].join("; ") || undefined,
      ),
    }),
    explain: {
      cause: "A data file is missing, cut short, or not in the format that its source expects.",
      wrong: "nnc train mnist.nn --data nowhere",
      right: "nnc train mnist.nn --data ~/data",
      why: "nnc never falls back silently to other data.",
    },
  }),

  NN503: entry<{
    /** The weights file, as the user named it. */
    readonly file: string;
    readonly model: string;
    /** Names of weights that the file lacks. */
    readonly missing: readonly string[];
    /** Weights of another type: `F32 [3, 4]` each. */
    readonly different: readonly { readonly name: string; readonly found: string; readonly wanted: string }[];
    /** Names of weights that the model lacks. */
    readonly extra: readonly string[];
  }>({
    name: "weights do not fit the model",
    severity: "error",
    word: ({ file, model, missing, different, extra }) => {
      const problems = [
        ...different.map(({ name, found, wanted }) => `'${name}' is ${found} there and ${wanted} here`),
        ...missing.map((name) => `it has no '${name}'`),
        ...extra.map((name) => `the model has no '${name}'`),
      ];
      const [first, ...others] = problems;
      const shown = others.slice(0, 5);
      const rest = others.length - shown.length;
      const more = rest > 0 ? [...shown, `${rest} more`] : shown;
      return {
        message: `${file} does not fit ${model}: ${first}`,
        help: [
          ...(more.length > 0 ? [`also: ${more.join("; ")}`] : []),
          "nnc train --save writes the weights of the model as it is now",
        ],
      };
    },
    explain: {
      cause: "The weights file comes from another model, or from this one before its layers changed.",
      wrong: "nnc export mnist.nn --format tfjs --weights cifar.safetensors",
      right:
        "nnc train mnist.nn --save mnist.safetensors\nnnc export mnist.nn --format tfjs --weights mnist.safetensors",
      why: "nnc finds weights by name and shape; a layer with the wrong weights would compute nonsense.",
    },
  }),

  NN504: entry<{
    readonly model: string;
    /** `tfjs` */
    readonly format: string;
    /** The thing it cannot hold: `random numbers`. */
    readonly what: string;
  }>({
    name: "a format cannot hold the model",
    severity: "error",
    word: ({ model, format, what }) => ({
      message: `${model} cannot be exported to ${format}, which has no form for ${what}`,
      help: ["nnc compile turns it into a trainer, which also predicts, in Node and in browsers"],
    }),
    explain: {
      cause: "The other program's format has no operation for something that a layer computes.",
      wrong: "nnc export noise.nn --format tfjs --weights noise.safetensors",
      right: "nnc compile noise.nn -o noise",
      why: "nnc exports a model only if it predicts exactly as the trainer does.",
    },
  }),

  NN505: entry<{ readonly after: { readonly seconds: number } | "fault" }>({
    name: "checking stopped",
    severity: "error",
    word: ({ after }) =>
      after === "fault"
        ? {
            message: "a fault of nnc stopped the check of this file",
            help: ["'nnc check' saves a report of it; nnc checks the file again once it changes"],
          }
        : {
            message: `nnc stopped checking this file after ${countText(after.seconds)} seconds`,
            help: ["nnc checks the file again once it changes"],
          },
    explain: {
      cause: "The language server gave up on one file: its check took too long, or nnc itself failed on it.",
      wrong: "nnc lsp",
      right: "nnc check network.nn",
      why: "One file must not stop the checks of others. The fault is nnc's; a report helps to mend it.",
    },
  }),
};
