// The source `audio(file)`: recordings of a folder or an archive, brought to one rate and one length.

import { type CollectionKind, loadCollection } from "../collection.ts";
import type { DataFiles, SourceData, SourceRequest } from "../dataset.ts";
import { resampler } from "../formats/resample.ts";
import { decodeWav, type Sound, withSoundChannels } from "../formats/wav.ts";

/** Reads the columns of `request`: `samples`, `label`, parts of names, and those of the index. */
export function loadSource(request: SourceRequest, files: DataFiles): Promise<SourceData> {
  const rate = Number(request.options.rate);
  const resamplers = new Map<number, (sound: Sound) => Sound>();
  const atRate = (sound: Sound): Sound => {
    const known = resamplers.get(sound.rate) ?? resampler(sound.rate, rate);
    resamplers.set(sound.rate, known);
    return known(sound);
  };
  const kind: CollectionKind = {
    item: "recording",
    items: "recordings (.wav)",
    isFile: (name) => /\.wave?$/i.test(name),
    path: "recording",
    writers: ({ path, read }) => ({
      samples({ name }, { shape: [length = 1, channels] }, to, at) {
        const sound = decodeWav(read(name), `${path}: ${name}`);
        const { samples } = atRate(withSoundChannels(sound, channels === 2 ? 2 : 1));
        // A shorter recording is silent behind its end: columns start as 0.
        to.set(samples.subarray(0, length * (channels ?? 1)), at);
      },
    }),
  };
  return loadCollection(request, files, kind);
}
