// Writes docs/diagnostics.md from the catalogue in dist/ (so it runs after the build). `--check` writes nothing and exits with
// 1 where the page would change.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { argv, exit } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const page = join(root, "docs/diagnostics.md");

/** Writes the page if it differs; returns its path then. */
export async function writeDiagnostics({ check = false } = {}) {
  const { diagnosticsPage } = await import(pathToFileURL(join(root, "dist/diagnostics/documentation.js")).href);
  const text = diagnosticsPage();
  if (existsSync(page) && readFileSync(page, "utf8") === text) return [];
  if (!check) writeFileSync(page, text);
  return [page];
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  const check = argv.includes("--check");
  const stale = await writeDiagnostics({ check });
  if (check && stale.length > 0) {
    for (const path of stale)
      console.error(`${path} is not what the catalogue gives: run node scripts/diagnostics-doc.mjs`);
    exit(1);
  }
}
