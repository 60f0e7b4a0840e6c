// Executors of golden cases that need nothing but nnc, by name. The last one is the default: users get that one.

import { jsExecutor, wasmExecutor } from "./compiledExecutor.ts";
import { type Executor, passesExecutor, plainExecutor } from "./executor.ts";

export const executors: readonly Executor[] = [plainExecutor, passesExecutor, jsExecutor, wasmExecutor];
