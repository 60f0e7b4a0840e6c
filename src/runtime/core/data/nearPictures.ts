// Pictures of different parts that are almost the same: copies in another size or quality, frames of one video.

import { countText } from "../text.ts";
import type { Block, DataSurvey } from "./dataSurvey.ts";
import { LOOK_BANDS, looksAlike, type PictureLooks } from "./pictureLooks.ts";
import { type DataFinding, PARTS } from "./plan.ts";
import { percentText } from "./repeats.ts";

/** A picture is compared with so many others of a band at most: pictures without contrast all have the same hash. */
const MOST_COMPARED = 500;
const MOST_NEAR_NAMED = 3;

/** For each row beside the training part, a training row whose picture is almost the same, and not the same; -1 for none. */
function nearInTraining({ ids }: Block, looks: PictureLooks, parts: Uint8Array): Int32Array {
  const near = new Int32Array(parts.length).fill(-1);
  for (let band = 0; band < LOOK_BANDS; band++) {
    const rows = new Map<number, number[]>();
    for (const [row, part] of parts.entries()) {
      if (part !== 1) continue;
      const key = looks.hashes[row * LOOK_BANDS + band] as number;
      const list = rows.get(key) ?? [];
      if (list.length < MOST_COMPARED) list.push(row);
      rows.set(key, list);
    }
    for (const [row, part] of parts.entries()) {
      if (part < 2 || (near[row] as number) >= 0) continue;
      const list = rows.get(looks.hashes[row * LOOK_BANDS + band] as number) ?? [];
      near[row] = list.find((other) => ids[other] !== ids[row] && looksAlike(looks, row, other)) ?? -1;
    }
  }
  return near;
}

/** Finds pictures of validation and test that are almost ones to train on. */
export function nearPictures(survey: DataSurvey): readonly DataFinding[] {
  const { plan, parts, place, blocks } = survey;
  const inputs = new Set(plan.fields.filter(({ role }) => role === "input").flatMap(({ from }) => from));
  return blocks.flatMap((block): readonly DataFinding[] => {
    if (block.looks === undefined || !inputs.has(block.name)) return [];
    const near = nearInTraining(block, block.looks, parts);
    return [2, 3].flatMap((part): readonly DataFinding[] => {
      const found = Array.from(near.keys()).filter((row) => parts[row] === part && (near[row] as number) >= 0);
      if (found.length === 0) return [];
      const share = found.length / parts.reduce((sum, own) => sum + Number(own === part), 0);
      const pictures = `${countText(found.length)} ${found.length === 1 ? "picture" : "pictures"}`;
      return [
        {
          ...{ level: share >= 0.01 && found.length > 1 ? "warning" : "note", kind: "near" },
          message: `${pictures} of the ${PARTS[part - 1]} part ${found.length === 1 ? "is" : "are"} almost the same as one of the training part: ${percentText(share)} of it`,
          places: found.slice(0, MOST_NEAR_NAMED).map((row) => `${place(row)}  ≈  ${place(near[row] as number)}`),
          help: "copies in another size and frames of one video make a result too good: keep them in one part",
        },
      ];
    });
  });
}
