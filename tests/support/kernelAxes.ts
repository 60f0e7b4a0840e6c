// Checks that no call to a backend of TensorFlow.js has more axes than all of its backends take. The limits come from the
// sources of `webgl` (select_gpu, pad_gpu, tile_gpu, getCoordsDataType), which no test runs, and for `wasm` from XNNPACK,
// which reports them on stderr and leaves the result unchanged.

import { mostAxes, mostAxesOfSelect } from "../../src/recognise/limits.ts";

interface Shaped {
  readonly shape: readonly number[];
}
interface Engine {
  runKernel(
    name: string,
    inputs: Readonly<Record<string, Shaped | readonly Shaped[] | undefined>>,
    ...more: unknown[]
  ): unknown;
  watched?: boolean;
}

/** The same elements in the same order: no backend looks at axes. */
const free = new Set(["Reshape", "Identity", "ExpandDims", "Fill", "ZerosLike"]);
const limits: Readonly<Record<string, number>> = {
  PadV2: mostAxes.pad,
  Tile: mostAxes.broadcast,
  BroadcastTo: mostAxes.broadcast,
  Select: mostAxesOfSelect,
  SelectV2: mostAxesOfSelect,
};

/** Operations that broadcast one argument to the other. */
const broadcasting = new Set(
  "Add Sub Multiply RealDiv Maximum Minimum Pow FloorMod SquaredDifference Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr".split(
    " ",
  ),
);

/** How many axes a broadcast has once neighbours are one that are spread, or not, in the same arguments. */
function runsOf(inputs: readonly (Shaped | undefined)[]): number {
  const shapes = inputs.map((one) => one?.shape ?? []);
  const rank = Math.max(...shapes.map(({ length }) => length));
  const patterns = Array.from({ length: rank }, (_, axis) =>
    shapes.map((shape) => (shape[axis - rank + shape.length] ?? 1) === 1).join(),
  ).filter((pattern) => pattern.includes("false"));
  return patterns.filter((pattern, i) => pattern !== patterns[i - 1]).length;
}

/** From now on, a call with more axes than every backend takes throws. */
export function watchAxes(engine: unknown): void {
  const watched = engine as Engine;
  if (watched.watched === true) return;
  watched.watched = true;
  const { runKernel } = watched;
  watched.runKernel = function (name, inputs, ...more) {
    const most = limits[name] ?? 6;
    const runs = broadcasting.has(name) ? runsOf(Object.values(inputs).flat() as readonly (Shaped | undefined)[]) : 0;
    if (runs > mostAxes.map) throw new Error(`${name} broadcasts over ${runs} axes: backends take ${mostAxes.map}`);
    const made = runKernel.call(this, name, inputs, ...more);
    const all = [...Object.values(inputs), made].flat() as readonly (Shaped | undefined)[];
    const found = Math.max(...all.map((one) => one?.shape?.length ?? 0));
    if (!free.has(name) && found > most) throw new Error(`${name} over ${found} axes: backends take ${most}`);
    return made;
  };
}
