// Opens exported models with TensorFlow.js: on its backends `cpu` and `wasm`, and on the native one where that is installed or
// NODE_PATH leads to it.

import { createRequire } from "node:module";
import type { TensorType } from "../../src/ir/types.ts";
import { extents } from "../../src/ir/types.ts";
import type { NumberArray } from "../../src/reference/evaluate.ts";
import { watchAxes } from "./kernelAxes.ts";

const require = createRequire(import.meta.url);

interface TfTensor {
  readonly shape: number[];
  readonly dtype: string;
  dataSync(): Float32Array | Int32Array;
}
type Named = Readonly<Record<string, TfTensor>>;
interface GraphModel {
  readonly inputs: readonly { readonly name: string; readonly shape: readonly number[]; readonly dtype: string }[];
  readonly weights: Readonly<Record<string, readonly TfTensor[]>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  predict(inputs: TfTensor | Named): TfTensor | Named;
  execute(inputs: Named, outputs: string): TfTensor;
  dispose(): void;
}
interface Core {
  setBackend(name: string): Promise<boolean>;
  tensor(values: ArrayLike<number>, shape: readonly number[], dtype: string): TfTensor;
  tidy<T>(body: () => T): T;
  engine(): unknown;
  readonly io: {
    fromMemory(artifacts: unknown): unknown;
    getModelArtifactsForJSON(json: unknown, load: (manifest: unknown) => Promise<unknown>): Promise<unknown>;
    getWeightSpecs(manifest: unknown): unknown;
  };
}
interface TensorFlowJs extends Core {
  loadGraphModel(from: unknown): Promise<GraphModel>;
}

const core = require("@tensorflow/tfjs-core") as Core;
watchAxes(core.engine());
require("@tensorflow/tfjs-backend-cpu");
require("@tensorflow/tfjs-backend-wasm");
const converter = require("@tensorflow/tfjs-converter") as Pick<TensorFlowJs, "loadGraphModel">;

/** One library of TensorFlow.js with all that is asked of it. */
const onBackend = async (name: string): Promise<TensorFlowJs> => {
  await core.setBackend(name);
  return { ...core, loadGraphModel: converter.loadGraphModel };
};

function native(): TensorFlowJs | undefined {
  try {
    return require("@tensorflow/tfjs-node");
  } catch {
    return undefined;
  }
}

/** TensorFlow.js on one of its backends; undefined where it is not installed. One at a time. */
export const tensorFlow = {
  cpu: () => onBackend("cpu"),
  wasm: () => onBackend("wasm"),
  tensorflow: async () => native(),
} satisfies Readonly<Record<string, () => Promise<TensorFlowJs | undefined>>>;

/** Opens the files of an export as `tf.loadGraphModel` does a folder. */
export async function openModel(
  tf: TensorFlowJs,
  files: ReadonlyMap<string, string | Uint8Array>,
): Promise<GraphModel> {
  const json = JSON.parse(String(files.get("model.json")));
  const artifacts = await tf.io.getModelArtifactsForJSON(json, async (manifest) => {
    const paths = (manifest as readonly { readonly paths: readonly string[] }[]).flatMap((group) => group.paths);
    const bytes = Buffer.concat(paths.map((path) => files.get(path) as Uint8Array));
    return [tf.io.getWeightSpecs(manifest), bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)];
  });
  return tf.loadGraphModel(tf.io.fromMemory(artifacts));
}

/** The outputs by name, for inputs of these types. */
export function predictWith(
  tf: TensorFlowJs,
  model: GraphModel,
  types: Readonly<Record<string, TensorType>>,
  inputs: ReadonlyMap<string, NumberArray>,
  samples: number,
  outputs: readonly string[],
): ReadonlyMap<string, Float64Array> {
  return tf.tidy(() => {
    const given = Object.entries(types).map(([name, { dtype, shape }]) => {
      const kind = dtype === "f32" ? "float32" : dtype === "bool" ? "bool" : "int32";
      return [name, tf.tensor(Float32Array.from(inputs.get(name)!), extents(shape, samples), kind)];
    });
    const made = outputs.map((name) => model.execute(Object.fromEntries(given), name));
    return new Map(outputs.map((name, i) => [name, Float64Array.from(made[i]!.dataSync())]));
  });
}
