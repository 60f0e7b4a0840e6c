// Runs target `wasm` inside this process, on one thread, for the conformance cases and tests. Trainers do not use this file.

import { CompilerBug } from "../../base/compilerBug.ts";
import type { LoopProgram } from "../../ir/loops.ts";
import { assemble } from "./assemble.ts";
import { wordsOf } from "./calls.ts";
import { engine } from "./engine.ts";
import { moduleText, sharedProgram } from "./module.ts";
import { type Variant, variants } from "./variants.ts";
import { moduleOf } from "./wat.ts";

export interface LoadedModule {
  /** Programs by name; each works on the first `samples` samples of its inputs. */
  readonly run: Readonly<Record<string, (samples: number) => void>>;
  /** All buffers by name, as live views of one memory. */
  readonly buffers: Readonly<Record<string, Float32Array | Int32Array | Uint8Array>>;
}

const PAGE = 65536;

/** Loads a program in one of the module's forms. */
export async function loadModule(program: LoopProgram, variant: Variant["name"] = "plain"): Promise<LoadedModule> {
  const found = variants.find(({ name }) => name === variant) ?? variants[0];
  if (found === undefined) throw new CompilerBug("no form of the module");
  const { parts, callsStart, scratchStart, scratchBytes, programs } = moduleText(sharedProgram(program), {
    choice: found.choice,
  });
  const pages = Math.ceil((scratchStart + scratchBytes) / PAGE) + 1;
  const memory = new engine.Memory({ initial: pages, maximum: pages, shared: true });
  const bytes = await assemble(moduleOf(parts));
  const { exports } = new engine.Instance(new engine.Module(bytes), { env: { memory } });
  const begin = exports.begin as (program: number, samples: number, columns: number) => void;
  const run = exports.run as () => void;
  const buffers = Object.fromEntries(
    program.buffers.map(({ name, dtype, offset, length, data }) => {
      const Type = dtype === "f32" ? Float32Array : dtype === "u8" ? Uint8Array : Int32Array;
      const view = new Type(memory.buffer, offset, length);
      if (data !== undefined) view.set(data);
      return [name, view];
    }),
  );
  const words = programs.flatMap(({ rows }) => wordsOf(rows));
  new Int32Array(memory.buffer, callsStart, words.length).set(words);
  return {
    run: Object.fromEntries(
      programs.map(({ name }, i) => [
        name,
        (samples: number) => {
          begin(i, samples, 0);
          run();
        },
      ]),
    ),
    buffers,
  };
}
