// The encoder kept_words: for each word of a text, whether a text of fewer words keeps it.

import type { Encoder } from "../encode.ts";
import { valueText } from "../values.ts";
import { wordsOf } from "./textVectorization.ts";

export const keptWordsEncoder: Encoder = {
  learn: () => [],
  writer:
    (_learned, options, length) =>
    (text, to, at, [shorter = ""] = []) => {
      const kept = wordsOf(shorter, options);
      const first = (options.start === true ? 1 : 0) - Number(options.shift ?? 0);
      let next = 0;
      for (const [i, word] of wordsOf(text, options).entries()) {
        if (word !== kept[next]) continue;
        next++;
        const place = first + i;
        if (place >= 0 && place < length) to[at + place] = 1;
      }
      return next < kept.length
        ? `has no word ${valueText(kept[next])} where the shorter text goes on with it: ${valueText(shorter)}`
        : undefined;
    },
};
