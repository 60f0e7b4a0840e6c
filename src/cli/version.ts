// The version of this nnc, from its package.json.

import { readFileSync } from "node:fs";

export function version(): string {
  const description: unknown = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return description !== null && typeof description === "object" && "version" in description
    ? String(description.version)
    : "?";
}
