// Runs target `tfjs` inside this process, on a TensorFlow.js that the caller has loaded, for the conformance cases and
// tests. Trainers never come this way.

import type { Module, Prim } from "../../ir/graph.ts";
import { extents } from "../../ir/types.ts";
import { printer } from "../printer.ts";
import { runner } from "../programText.ts";
import { runtimeText } from "../runtime.ts";
import { asJavaScript, helperText } from "../types.ts";
import { bodyText } from "./program.ts";
import { tfType } from "./scalars.ts";

type Values = Float32Array | Int32Array | Uint8Array;
interface Tensor {
  readonly shape: number[];
  dataSync(): Values;
  dispose(): void;
}
/** The part of TensorFlow.js that the caller of programs needs; the programs themselves need more. */
export interface TensorLibrary {
  tidy<T>(body: () => T): T;
  tensor(values: Values, shape: number[], dtype: "float32" | "int32" | "bool"): Tensor;
}

export interface LoadedPrograms {
  /** Runs a program on so many samples of its inputs, with its updates. Returns its outputs by name. */
  run(
    program: string,
    samples: number,
    inputs: ReadonlyMap<string, ArrayLike<number>>,
  ): ReadonlyMap<string, Float64Array>;
  /** Returns the value of a slot, or of a part of one, as a live view until the next run. */
  slot(name: string): Float32Array | Int32Array;
  /** Frees the tensors of the slots. */
  close(): void;
}

/** Makes functions from a module's own text, which only the compiler writes. */
export function loadPrograms(tf: TensorLibrary, module: Module<Prim>): LoadedPrograms {
  const helpers = new Set<string>();
  const out = printer();
  bodyText(out, module, () => undefined, helpers);
  const names = module.programs.map(({ name }) => `${JSON.stringify(name)}: ${runner(name)}`);
  const own = asJavaScript([...[...helpers].map(helperText), out.toString()].join("\n"));
  const modules = ["tfjs/rightSide", "tfjs/gradients", "tfjs/depthwise", "tfjs/products", "tfjs/rows", "tfjs/repeat"];
  const script = `${runtimeText(modules, "js")}\n${own}\nreturn { memory, run: { ${names.join(", ")} } };`;
  const { memory, run } = new Function("tf", script.replace(/^export /gm, ""))(tf) as {
    memory: { values(name: string): Float32Array | Int32Array; dispose(): void };
    run: Readonly<Record<string, (n: number, columns: Readonly<Record<string, Tensor>>) => readonly Tensor[]>>;
  };
  return {
    run(name, samples, inputs) {
      const graph = module.programs.find((program) => program.name === name);
      const call = run[name];
      if (graph === undefined || call === undefined) throw new Error(`no program '${name}'`);
      return tf.tidy(() => {
        const columns: Record<string, Tensor> = {};
        for (const node of graph.nodes)
          if (node.kind === "input") {
            const given = inputs.get(node.name) ?? [];
            const values = node.type.dtype === "f32" ? Float32Array.from(given) : Int32Array.from(given);
            columns[node.name] = tf.tensor(values, [...extents(node.type.shape, samples)], tfType(node.type.dtype));
          }
        const made = call(samples, columns);
        return new Map(graph.outputs.map((output, i) => [output.name, Float64Array.from(made[i]?.dataSync() ?? [])]));
      });
    },
    slot(name) {
      const slot = module.slots.find((s) => s.name === name);
      if (slot === undefined) throw new Error(`no slot '${name}'`);
      if (slot.within === undefined) return memory.values(name);
      const length = extents(slot.type.shape, 1).reduce((a, b) => a * b, 1);
      return memory.values(slot.within.slot).subarray(slot.within.offset, slot.within.offset + length);
    },
    close: () => memory.dispose(),
  };
}
