// The source `video(file)`: folders of frames in a folder or an archive, brought to one size and one number of frames.

import { type CollectionKind, loadCollection } from "../collection.ts";
import { type DataFiles, elementsOf, type SourceData, type SourceRequest } from "../dataset.ts";
import { decodePicture, isPictureName, pictureFor } from "../formats/pictures.ts";
import { compareCodePoints } from "../frequency.ts";

/** Reads the columns of `request`: `frames`, `label`, parts of names, and those of the index. */
export function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const { crop, fit } = request.options;
  const kind: CollectionKind = {
    item: "clip",
    items: "folders of frames (.png, .jpg, .jpeg)",
    isFile: isPictureName,
    path: "clip",
    folders: true,
    writers({ path, names, read }) {
      const clips = new Map<string, string[]>();
      for (const name of names) {
        if (!isPictureName(name)) continue;
        const folder = name.slice(0, Math.max(0, name.lastIndexOf("/")));
        const frames = clips.get(folder);
        if (frames === undefined) clips.set(folder, [name]);
        else frames.push(name);
      }
      for (const frames of clips.values()) frames.sort((a, b) => compareCodePoints(numbered(a), numbered(b)));
      return {
        frames({ name }, { shape: [count = 1, ...shape] }, to, at) {
          const size = elementsOf(shape);
          for (const [i, frame] of chosenFrames(clips.get(name) ?? [], count, fit === "spread").entries()) {
            const picture = decodePicture(read(frame), `${path}: ${frame}`, false);
            to.set(pictureFor(picture, { shape }, crop === true), at + i * size);
          }
        },
      };
    },
  };
  return loadCollection(request, files, kind);
}

/** A name whose numbers sort by their size: frame 2 comes before frame 10. */
const numbered = (name: string): string => name.replace(/\d+/g, (digits) => digits.padStart(12, "0"));

/** Returns so many frames, evenly over the clip; or the first ones, fewer where the clip is shorter. */
function chosenFrames(frames: readonly string[], count: number, spread: boolean): readonly string[] {
  if (!spread) return frames.slice(0, count);
  return Array.from({ length: count }, (_, i) => frames[Math.floor(((i + 0.5) * frames.length) / count)] ?? "");
}
