// The source `images(file)`: pictures of a folder or an archive, by folders of classes or by an index.

import { type Placement, readBoxes, writeBoxes } from "../boxes.ts";
import { type CollectionKind, loadCollection, type WriteItem } from "../collection.ts";
import type { DataFiles, SourceData, SourceRequest } from "../dataset.ts";
import { RunError } from "../error.ts";
import { FormatError } from "../formats/formatError.ts";
import {
  decodePicture,
  isPictureName,
  middleOf,
  type Picture,
  pictureFor,
  pictureInShape,
  resizedTo,
} from "../formats/pictures.ts";
import type { ColumnInfo } from "../program.ts";
import { safeText } from "../text.ts";
import { expectedText, firstMisfit, valueText } from "../values.ts";

/** Reads the columns of `request`: `pixels`, `mask`, `boxes`, `label`, and those of the index. */
export function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const { options, columns } = request;
  const crop = options.crop === true;
  const kind: CollectionKind = {
    item: "picture",
    items: "pictures (.png, .jpg, .jpeg)",
    isFile: isPictureName,
    path: "image",
    further: ["mask"],
    async writers(tree) {
      const { path, read } = tree;
      const sizes = new Map<string, Pick<Picture, "width" | "height">>();
      const pixels: WriteItem = ({ name }, info, to, at) => {
        const decoded = decodePicture(read(name), `${path}: ${name}`, false);
        sizes.set(name, { width: decoded.width, height: decoded.height });
        to.set(pictureFor(decoded, info, crop), at);
      };
      const mask: WriteItem = ({ beside: { mask: name = "" } }, info, to, at) =>
        to.set(maskFor(read(name), `${path}: ${name}`, info, crop), at);
      const all = { pixels, ...(options.mask === undefined ? {} : { mask }) };
      if (!columns.some(({ name }) => name === "boxes")) return all;
      const table = await readBoxes(String(options.boxes), options.box_classes, files, tree);
      const [height = 1, width = 1] = Array.isArray(options.size) ? options.size.map(Number) : [];
      const boxes: WriteItem = ({ name }, { shape: [rows = 1] }, to, at) => {
        const size = sizes.get(name) ?? decodePicture(read(name), `${path}: ${name}`, false);
        writeBoxes(table, name, placementOf(size, height, width, crop), to, at, rows);
      };
      return { ...all, boxes };
    },
  };
  return loadCollection(request, files, kind);
}

/** Returns how a picture is brought to a size. */
function placementOf(size: Pick<Picture, "width" | "height">, height: number, width: number, crop: boolean): Placement {
  const { left, top, w, h } = crop ? middleOf(size, height, width) : { left: 0, top: 0, w: size.width, h: size.height };
  const scale = [width / w, height / h] as const;
  return { width, height, scale, offset: [-left * scale[0], -top * scale[1]] };
}

/** Decodes a mask, whose pixels are numbers of classes. */
function maskFor(bytes: Uint8Array, where: string, info: ColumnInfo, crop: boolean): Uint8Array {
  const [height = 1, width = 1] = info.shape;
  const decoded = decodePicture(bytes, where, true);
  if (decoded.channels !== 1)
    throw new FormatError(where, "is a mask, but has colours: a mask has one number for each pixel");
  const { pixels } = resizedTo(pictureInShape(decoded, info.shape, crop), height, width, true);
  const bad = info.classes === undefined ? undefined : firstMisfit(pixels, info);
  if (bad === undefined) return pixels;
  throw new RunError(
    `${safeText(where)}: the pixel ${bad % width}, ${Math.floor(bad / width)} is ${valueText(pixels[bad])}, but must be ${expectedText(info)}`,
  );
}
