// Finds TensorFlow.js for a trainer that Node runs: beside the trainer, from the current folder, or on NODE_PATH. It knows
// the names of packages, and nothing of programs.

import { RunError } from "../core/error.ts";
import type { TensorFlow } from "../tfjs/tensors.ts";

/**
 * Opens a backend: `tensorflow` (the native add-on), `cpu` or `wasm`, as the file at `from` (a path or an address) would
 * find it. Throws RunError if its packages are missing.
 */
export async function loadTensorFlow(from: string, backend = "tensorflow"): Promise<TensorFlow> {
  const { createRequire } = process.getBuiltinModule("node:module");
  const { join } = process.getBuiltinModule("node:path");
  const find = [from, join(process.cwd(), "trainer.js")].map((place) => createRequire(place));
  const open = (name: string): unknown => {
    for (const require of find) {
      let path: string;
      try {
        path = require.resolve(name);
      } catch {
        continue;
      }
      try {
        return require(path);
      } catch (error) {
        throw new RunError(
          `${name} is installed but does not load: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`,
        );
      }
    }
    const also = name.endsWith("tfjs-node") ? " (or build it with scripts/build-tfjs-node.sh)" : "";
    throw new RunError(`--backend ${backend} needs ${name}: npm install ${name}@4.22.0${also}`);
  };
  if (backend === "tensorflow") {
    // tfjs-node 4.22 calls these, but Node 22 deprecates them and 23 lacks them. The exports of `node:util` must have them.
    const util = createRequire(from)("node:util") as Record<string, unknown>;
    util.isNullOrUndefined = (x: unknown) => x === null || x === undefined;
    util.isArray = Array.isArray;
    // Otherwise the library prints news of its build between the lines of the progress.
    process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
    const { argv } = process;
    // node-pre-gyp, which finds the add-on, would read the trainer's arguments as its own.
    process.argv = argv.slice(0, 2);
    try {
      return open("@tensorflow/tfjs-node") as TensorFlow;
    } finally {
      process.argv = argv;
    }
  }
  const tf = open("@tensorflow/tfjs-core") as TensorFlow & {
    enableProdMode(): void;
    setBackend(name: string): Promise<boolean>;
    ready(): Promise<void>;
  };
  // Otherwise `cpu` greets with advice to use another backend.
  tf.enableProdMode();
  open(`@tensorflow/tfjs-backend-${backend}`);
  await tf.setBackend(backend);
  await tf.ready();
  return tf;
}

/** Opens a backend as the file that Node was started with would find it. Throws RunError if its packages are missing. */
export const findTensorFlow = (backend?: string): Promise<TensorFlow> =>
  loadTensorFlow(process.argv[1] ?? process.execPath, backend);
