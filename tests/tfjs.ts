// Runs modules on target `tfjs` inside a test: the functions that would go into a trainer.

import type { Module, Prim } from "../src/ir/graph.ts";
import { extents } from "../src/ir/types.ts";
import type { NumberArray } from "../src/reference/evaluate.ts";
import type { Tensor, TensorFlow, TensorMemory } from "../src/runtime/tfjs/tensors.ts";
import { printer } from "../src/targets/printer.ts";
import { runner } from "../src/targets/programText.ts";
import { runtimeText } from "../src/targets/runtime.ts";
import { bodyText } from "../src/targets/tfjs/program.ts";
import { tfType } from "../src/targets/tfjs/scalars.ts";
import { asJavaScript, helperText } from "../src/targets/types.ts";

type Run = (n: number, columns: Readonly<Record<string, Tensor>>) => readonly Tensor[];

/** Compiles for any number of samples. */
export function compileTfjs(tf: TensorFlow, module: Module<Prim>) {
  const helpers = new Set<string>();
  const out = printer();
  bodyText(out, module, () => undefined, helpers);
  const names = module.programs.map(({ name }) => `${JSON.stringify(name)}: ${runner(name)}`);
  const own = [...[...helpers].map(helperText), out.toString()];
  const script = `${runtimeText(["tfjs/gradients", "tfjs/products"], "js")}\n${asJavaScript(own.join("\n"))}\nreturn { memory, run: { ${names.join(", ")} } };`;
  const { memory, run } = new Function("tf", script.replace(/^export /gm, ""))(tf) as {
    memory: TensorMemory;
    run: Record<string, Run>;
  };
  return {
    run(
      name: string,
      samples: number,
      inputs: ReadonlyMap<string, NumberArray>,
      slots: ReadonlyMap<string, NumberArray>,
    ) {
      for (const [slot, values] of slots) memory.values(slot).set(values as ArrayLike<number>);
      const graph = module.programs.find((program) => program.name === name)!;
      const outputs = new Map<string, Float64Array>();
      tf.tidy(() => {
        const columns: Record<string, Tensor> = {};
        for (const node of graph.nodes)
          if (node.kind === "input") {
            const values = inputs.get(node.name)!;
            const stored = node.type.dtype === "f32" ? Float32Array.from(values) : Int32Array.from(values);
            columns[node.name] = tf.tensor(stored, [...extents(node.type.shape, samples)], tfType(node.type.dtype));
          }
        const made = run[name]!(samples, columns);
        for (const [i, output] of graph.outputs.entries())
          outputs.set(output.name, Float64Array.from(made[i]!.dataSync()));
      });
      const whole = module.slots.filter((slot) => slot.within === undefined);
      const after = new Map(whole.map((slot) => [slot.name, Float64Array.from(memory.values(slot.name))]));
      return { outputs, slots: after };
    },
    close: () => memory.dispose(),
  };
}
