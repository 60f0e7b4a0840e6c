// Makes the VS Code extension as one file, `editors/vscode/dist/nnc-vscode-VERSION.vsix`: the extension and nnc itself, each bundled, so that it holds
// neither node_modules nor anything native. `--folder` leaves the folder `editors/vscode/dist/package` and packs nothing. Packing runs vsce, which npx
// fetches.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundleCommand } from "./bundles.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const from = join(root, "editors/vscode");
const vsce = "@vscode/vsce@3.9.2";

/** What the folder of the extension takes as it is. */
const copied = [
  "language-configuration.json",
  "syntaxes",
  "snippets",
  "media",
  "images",
  "icon.png",
  "README.md",
  "CHANGELOG.md",
];

const common = {
  bundle: true,
  platform: "node",
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: "warning",
};

/** Bundles the extension; `vscode` is there in the editor alone. */
export const bundleExtension = (outfile, entry = join(from, "src/extension.js")) =>
  build({
    ...common,
    entryPoints: [entry],
    outfile,
    format: "cjs",
    target: "node20",
    external: ["vscode"],
    // The modules of the client ask for each other in the form of CommonJS.
    mainFields: ["module", "main"],
    conditions: ["node"],
  });

/** Bundles the command in the layout of `dist`, whose files find each other by their places, and returns what the bundles hold. */
async function bundleServer(folder) {
  const trainer = await build({
    ...common,
    entryPoints: [join(root, "src/host/trainerProcess.ts")],
    outdir: join(folder, "dist/host"),
    format: "esm",
    target: "node20",
  });
  return [trainer.metafile, ...(await bundleCommand(root, join(folder, "dist/cli"), common))];
}

/** The packages that bundles hold, by their folders. */
function packagesIn(metafiles) {
  const paths = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const names = paths.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[0]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** The licences of what is bundled. A package without one fails. */
function notices(metafiles) {
  const parts = packagesIn(metafiles).map((path) => {
    const folder = join(root, relative(root, join(process.cwd(), path)));
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    const text = file === undefined ? noticeOf(name, license) : readFileSync(join(folder, file), "utf8").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  const line = `\n${"-".repeat(80)}\n\n`;
  return `This extension holds parts of these packages, each under its own licence.\n${line}${parts.join(line)}`;
}

function noticeOf(name, license) {
  // Chevrotain's parts lie in its repository beside its licence, which is nnc's own.
  if (license === "Apache-2.0") return "The licence is in the file LICENSE.";
  throw new Error(`${name} has no file with its licence`);
}

/** Writes the folder of the extension. */
export async function writeExtension(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of copied)
    if (existsSync(join(from, name))) cpSync(join(from, name), join(folder, name), { recursive: true });
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  const { private: _, type: __, ...manifest } = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  const { name, version, license, type } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
  const extension = await bundleExtension(join(folder, "dist/extension.js"));
  const server = await bundleServer(join(folder, "server"));
  writeFileSync(
    join(folder, "server/package.json"),
    `${JSON.stringify({ name, version, license, type, private: true }, null, 2)}\n`,
  );
  writeFileSync(join(folder, "ThirdPartyNotices.txt"), notices([extension.metafile, ...server]));
  writeFileSync(join(folder, ".vscodeignore"), ".vscodeignore\n");
  return { folder, version };
}

function pack({ folder, version }) {
  const file = join(from, `dist/nnc-vscode-${version}.vsix`);
  // Its pictures are in the package; what it needs is bundled.
  const options = ["--no-dependencies", "--no-rewrite-relative-links", "--allow-missing-repository", "--out", file];
  execFileSync("npx", ["--yes", vsce, "package", ...options], {
    cwd: folder,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  return file;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.chdir(root);
  const made = await writeExtension(join(from, "dist/package"));
  if (process.argv.includes("--folder")) console.error(`wrote ${made.folder}`);
  else {
    const file = relative(process.cwd(), pack(made));
    console.error(`wrote ${file}\nInstall it: code --install-extension ${file}`);
  }
}
