// The reference programs of the language, as the tests of the checker read them.

import { readFileSync } from "node:fs";

const read = (name: string): string => readFileSync(new URL(`../cases/model/${name}`, import.meta.url), "utf8");

export const mnist = read("mnist.nn");
export const resnet = read("resnet.nn");
export const references: readonly string[] = [mnist, resnet, read("choices.nn")];
