// The source `idx(images, labels, test_images, test_labels)`: pictures and labels of any pair of IDX files.

import type { DataFiles, SourceData, SourceRequest } from "../dataset.ts";
import { RunError } from "../error.ts";
import { loadImages } from "../images.ts";

/** Reads columns `pixels` and `label`, and a test part if `test_images` and `test_labels` name one. */
export async function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const text = (name: string): string | undefined => {
    const value = request.options[name];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const pixels = text("images");
  const label = text("labels");
  if (pixels === undefined || label === undefined)
    throw new RunError("idx() needs the names of two files: images, labels");
  const testPixels = text("test_images");
  const testLabel = text("test_labels");
  if ((testPixels === undefined) !== (testLabel === undefined)) {
    throw new RunError("idx() needs test_images and test_labels together, or neither");
  }
  const train = await loadImages(request, files, { pixels, label });
  if (testPixels === undefined || testLabel === undefined) return { train };
  return { train, test: await loadImages(request, files, { pixels: testPixels, label: testLabel }) };
}
