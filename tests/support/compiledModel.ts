// A compiled trainer opened as a program opens it: the module in the folder, its createModel.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compile } from "../../src/driver/index.ts";
import type { Model } from "../../src/runtime/core/api.ts";

/** The model of the trainer that a program compiles to, in `folder`, which is made. Throws where the program has errors. */
export async function compiledModel(text: string, target: "js" | "wasm", folder: string): Promise<Model> {
  const made = await compile({ entry: "a.nn", texts: new Map([["a.nn", text]]) }, { target });
  const errors = made.diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
  mkdirSync(folder, { recursive: true });
  for (const [name, output] of made.outputs) writeFileSync(join(folder, name), output);
  const module: { createModel(): Model } = await import(pathToFileURL(join(folder, "train.js")).href);
  return module.createModel();
}
