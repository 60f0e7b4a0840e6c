// The source `mnist()`: the four files of MNIST, or of a set of the same form such as Fashion-MNIST.

import type { DataFiles, SourceData, SourceRequest } from "../dataset.ts";
import { loadImages } from "../images.ts";

/** Reads columns `pixels` (28 × 28) and `label`, with a test part. */
export async function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const advice = "`nnc train` downloads it if there is a network; otherwise pass its folder: --data DIR";
  const part = (prefix: string) =>
    loadImages(request, files, { pixels: `${prefix}-images-idx3-ubyte`, label: `${prefix}-labels-idx1-ubyte`, advice });
  return { train: await part("train"), test: await part("t10k") };
}
