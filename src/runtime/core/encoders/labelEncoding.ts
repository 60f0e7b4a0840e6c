// The encoder of labels: the class of a text, by its place among the different texts of the training rows.

import type { Encoder } from "../encode.ts";
import { RunError } from "../error.ts";
import { compareCodePoints, countTexts } from "../frequency.ts";
import { listText, valueText } from "../values.ts";

export const labelEncodingEncoder: Encoder = {
  learn(texts, { classes }) {
    const found = [...countTexts(texts).keys()].sort(compareCodePoints);
    if (found.length !== classes)
      throw new RunError(
        `the training rows have ${found.length} different ${found.length === 1 ? "text" : "texts"} (${listText(found)}), but the field is class(${String(classes)})`,
      );
    return found;
  },
  writer(learned) {
    const classes = new Map(learned.map((text, i) => [text, i]));
    return (text, to, at) => {
      const known = classes.get(text);
      if (known === undefined)
        return `is ${valueText(text)}, which no training row has: they have ${listText(learned)}`;
      to[at] = known;
      return undefined;
    };
  },
};
