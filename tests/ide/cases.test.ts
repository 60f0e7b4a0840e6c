// Every file of tests/cases/ide holds the answers that the editor should show. `UPDATE_CASES=1` writes the current ones.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { annotated, readCase } from "../support/annotations.ts";

const folder = new URL("../cases/ide/", import.meta.url);

test.each(readdirSync(folder))("%s", async (name) => {
  const place = new URL(name, folder);
  const text = readFileSync(place, "utf8");
  const now = await annotated(readCase(text));
  if (process.env.UPDATE_CASES !== undefined) writeFileSync(place, now);
  else expect(now).toBe(text);
});
