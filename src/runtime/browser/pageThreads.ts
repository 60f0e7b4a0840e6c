// The services of pages and web workers for target `wasm`. It also serves if nothing is known of the surroundings.

import type { WasmPlatform } from "../core/wasm.ts";

/** Takes its module and memory from the first message, then commands in shared memory until it is ended. */
const PAGE_WORKER_TEXT =
  "onmessage = ({ data }) => { " +
  "const { work, fail } = new WebAssembly.Instance(data.module, { env: { memory: data.memory } }).exports; " +
  "try { work(); } catch (error) { fail(); throw error; } };";

interface PageScope {
  readonly document?: unknown;
  readonly crossOriginIsolated?: boolean;
  readonly Worker?: new (url: string) => { postMessage(message: unknown): void; terminate(): void };
  readonly Blob: new (parts: readonly string[], options: { readonly type: string }) => object;
  readonly URL: { createObjectURL(blob: object): string; revokeObjectURL(url: string): void };
}

/** Threads need a cross-origin isolated page, and a web worker that starts them, because a page's own thread may not wait. */
export function pagePlatform(): WasmPlatform {
  const scope = globalThis as unknown as PageScope;
  const { Worker, Blob, URL } = scope;
  return {
    mayWait: scope.document === undefined && scope.crossOriginIsolated === true && Worker !== undefined,
    enableRelaxed() {},
    startThread(module, memory) {
      if (Worker === undefined) return () => {};
      const url = URL.createObjectURL(new Blob([PAGE_WORKER_TEXT], { type: "text/javascript" }));
      const worker = new Worker(url);
      worker.postMessage({ module, memory });
      return () => {
        worker.terminate();
        URL.revokeObjectURL(url);
      };
    },
  };
}
