// The source `images(file)`: pictures of a folder or an archive, by folders of classes or by an index.

import { type CollectionKind, loadCollection, type WriteItem } from "../collection.ts";
import type { DataFiles, SourceData, SourceRequest } from "../dataset.ts";
import { RunError } from "../error.ts";
import { FormatError } from "../formats/formatError.ts";
import { croppedTo, decodePicture, type Picture, resizedTo, withChannels } from "../formats/pictures.ts";
import type { ColumnInfo } from "../program.ts";
import { safeText } from "../text.ts";
import { expectedText, firstMisfit, valueText } from "../values.ts";

/** Reads the columns of `request`: `pixels`, `mask`, `label`, and those of the index. */
export function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const kind: CollectionKind = {
    item: "picture",
    items: "pictures (.png, .jpg, .jpeg)",
    isFile: (name) => /\.(?:png|jpe?g)$/i.test(name),
    path: "image",
    further: ["mask"],
    writers({ path, read }) {
      const crop = request.options.crop === true;
      const pixels: WriteItem = ({ name }, info, to, at) =>
        to.set(pictureFor(read(name), `${path}: ${name}`, info, crop), at);
      const mask: WriteItem = ({ beside: { mask: name = "" } }, info, to, at) =>
        to.set(maskFor(read(name), `${path}: ${name}`, info, crop), at);
      return request.options.mask === undefined ? { pixels } : { pixels, mask };
    },
  };
  return loadCollection(request, files, kind);
}

const inShape = (picture: Picture, [height = 1, width = 1]: readonly number[], crop: boolean): Picture =>
  crop ? croppedTo(picture, height, width) : picture;

/** Decodes a picture, in the size of a column. Throws a FormatError for one that cannot be read. */
function pictureFor(bytes: Uint8Array, where: string, { shape }: ColumnInfo, crop: boolean): Uint8Array {
  const [height = 1, width = 1, channels] = shape;
  const shaped = inShape(decodePicture(bytes, where, false), shape, crop);
  return resizedTo(withChannels(shaped, channels === 1 ? 1 : 3), height, width, false).pixels;
}

/** Decodes a mask, whose pixels are numbers of classes. */
function maskFor(bytes: Uint8Array, where: string, info: ColumnInfo, crop: boolean): Uint8Array {
  const [height = 1, width = 1] = info.shape;
  const decoded = decodePicture(bytes, where, true);
  if (decoded.channels !== 1)
    throw new FormatError(where, "is a mask, but has colours: a mask has one number for each pixel");
  const { pixels } = resizedTo(inShape(decoded, info.shape, crop), height, width, true);
  const bad = info.classes === undefined ? undefined : firstMisfit(pixels, info);
  if (bad === undefined) return pixels;
  throw new RunError(
    `${safeText(where)}: the pixel ${bad % width}, ${Math.floor(bad / width)} is ${valueText(pixels[bad])}, but must be ${expectedText(info)}`,
  );
}
