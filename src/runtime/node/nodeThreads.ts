// What Node gives to target `wasm`: worker threads, and V8's features behind flags.

import type { WasmPlatform } from "../core/wasm.ts";

/** Everything that a worker runs: it takes commands in shared memory until it is ended. */
const WORKER_TEXT =
  'const { workerData } = require("node:worker_threads"); ' +
  "new WebAssembly.Instance(workerData.module, { env: { memory: workerData.memory } }).exports.work();";

const majorVersion = (): number => Number.parseInt(process.versions.node, 10);

/** Node as a platform; undefined elsewhere. Its modules are got without `await`: a model is made in one call. */
export function nodePlatform(): WasmPlatform | undefined {
  if (typeof process === "undefined" || typeof process.getBuiltinModule !== "function") return undefined;
  const { getBuiltinModule } = process;
  const setFlags = (...flags: readonly string[]): void => {
    for (const flag of flags) getBuiltinModule("node:v8").setFlagsFromString(flag);
  };
  // V8 pairs vectors on x64 only, and the first versions of it are not used.
  const pairs = majorVersion() >= 24 && process.arch === "x64";
  return {
    mayWait: true,
    enableRelaxed() {
      if (majorVersion() < 22) setFlags("--experimental-wasm-relaxed-simd");
    },
    ...(pairs
      ? {
          revectorized(compile) {
            setFlags("--experimental-wasm-revectorize");
            return compile();
          },
        }
      : {}),
    startThread(module, memory) {
      const { Worker } = getBuiltinModule("node:worker_threads");
      const worker = new Worker(WORKER_TEXT, { eval: true, workerData: { module, memory }, env: {}, execArgv: [] });
      // A thread that cannot start is one fewer.
      worker.on("error", () => {});
      worker.unref();
      return () => void worker.terminate();
    },
  };
}
