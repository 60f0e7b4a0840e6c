// Node's services for target `wasm`: worker threads, and V8's features behind flags.

import type { WasmPlatform } from "../core/wasm.ts";

/** The whole program of a worker: it takes commands in shared memory until it is ended. */
const WORKER_TEXT =
  'const { workerData } = require("node:worker_threads"); ' +
  "const { work, fail } = new WebAssembly.Instance(workerData.module, { env: { memory: workerData.memory } }).exports; " +
  "try { work(); } catch (error) { fail(); throw error; }";

const majorVersion = (): number => Number.parseInt(process.versions.node, 10);

/** Whether the processor has vectors of eight. Without them V8 ignores the flag, and the wide form is slow. */
function hasWideVectors(): boolean {
  if (process.arch !== "x64") return false;
  if (process.platform !== "linux") return true;
  try {
    const flags = process.getBuiltinModule("node:fs").readFileSync("/proc/cpuinfo", "utf8");
    return /\bavx2\b/.test(flags) && /\bfma\b/.test(flags);
  } catch {
    return false;
  }
}

/** Returns Node as a platform; undefined elsewhere. It gets modules without `await`, so one call makes a model. */
export function nodePlatform(): WasmPlatform | undefined {
  if (typeof process === "undefined" || typeof process.getBuiltinModule !== "function") return undefined;
  const { getBuiltinModule } = process;
  const setFlags = (...flags: readonly string[]): void => {
    for (const flag of flags) getBuiltinModule("node:v8").setFlagsFromString(flag);
  };
  const canPair = majorVersion() >= 24 && hasWideVectors();
  return {
    mayWait: true,
    enableRelaxed() {
      if (majorVersion() < 22) setFlags("--experimental-wasm-relaxed-simd");
    },
    ...(canPair
      ? {
          setRevectorize(mode) {
            setFlags(
              mode === "off" ? "--no-experimental-wasm-revectorize" : "--experimental-wasm-revectorize",
              mode === "trial" ? "--no-liftoff" : "--liftoff",
            );
          },
        }
      : {}),
    startThread(module, memory) {
      const { Worker } = getBuiltinModule("node:worker_threads");
      const worker = new Worker(WORKER_TEXT, { eval: true, workerData: { module, memory }, env: {}, execArgv: [] });
      // If a thread cannot start, there is one fewer.
      worker.on("error", () => {});
      worker.unref();
      return () => void worker.terminate();
    },
  };
}
