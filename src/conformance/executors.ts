// All that can run the golden cases, by name; the last one is what users get, and the default.

import { type Executor, passesExecutor, plainExecutor } from "./executor.ts";
import { jsExecutor } from "./jsExecutor.ts";

export const executors: readonly Executor[] = [plainExecutor, passesExecutor, jsExecutor];
