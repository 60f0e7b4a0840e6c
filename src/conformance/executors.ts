// All that can run the golden cases and needs nothing beside nnc, by name; the last one is what users get, and the default.

import { jsExecutor, wasmExecutor } from "./compiledExecutor.ts";
import { type Executor, passesExecutor, plainExecutor } from "./executor.ts";

export const executors: readonly Executor[] = [plainExecutor, passesExecutor, jsExecutor, wasmExecutor];
