// What is right stays silent: random programs, the models, and the examples of the operators get no advice that is false.

import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkProgram } from "../../src/driver/check.ts";
import { amount } from "../support/extent.ts";
import { adviceText, countAdvice, falseAdvice } from "./advice.ts";

test("random programs get no false advice", () => {
  const found = countAdvice(1, amount(60, 300));
  expect(falseAdvice(found), adviceText(found)).toEqual([]);
  expect(found.refused / found.programs).toBeLessThan(0.1);
});

test("the models get no advice at all", () => {
  const folder = new URL("../../models/", import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith(".nn"));
  const texts = new Map(names.map((name) => [name, readFileSync(new URL(name, folder), "utf8")]));
  for (const entry of names) {
    const told = checkProgram({ entry, texts }).diagnostics.filter(({ severity }) => severity !== "hint");
    expect(told, entry).toEqual([]);
  }
});
