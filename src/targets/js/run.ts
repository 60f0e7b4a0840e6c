// Runs target `js` inside this process, for the conformance cases and tests. Trainers do not use this file.

import type { LoopProgram } from "../../ir/loops.ts";
import { runtimeModules } from "../runtime.generated.ts";
import { asJavaScript } from "../types.ts";
import { kernelsText } from "./program.ts";

export interface LoadedKernels {
  /** Programs by name; each works on the first `samples` samples of its inputs. */
  readonly run: Readonly<Record<string, (samples: number) => void>>;
  /** All buffers by name, as live views of one memory. */
  readonly buffers: Readonly<Record<string, Float32Array | Int32Array | Uint8Array>>;
}

/** Compiles the text of a program, which only the compiler wrote, to functions. */
export function loadKernels(program: LoopProgram): LoadedKernels {
  const { text, modules } = kernelsText(program);
  const called = modules.map((name) => runtimeModules[name]?.js ?? "").join("\n");
  const script = `${called}\n${asJavaScript(text)}\nreturn createKernels();`.replace(/^export /gm, "");
  return new Function(script)() as LoadedKernels;
}
