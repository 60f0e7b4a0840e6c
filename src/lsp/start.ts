// The thread for checks, as it starts: hands over to the bundle of `worker.ts`, with its compiled code.

import { fileURLToPath } from "node:url";
import { runBundle } from "../host/bundle.ts";

runBundle(fileURLToPath(new URL("./checks.cjs", import.meta.url)), "lsp");
