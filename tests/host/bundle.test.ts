import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { keptPath, runBundle } from "../../src/host/bundle.ts";
import { startClient } from "../support/client.ts";

const folder = mkdtempSync(join(tmpdir(), "nnc-bundle-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

describe("a bundle", () => {
  const bundle = join(folder, "bundle.cjs");
  const ran = join(folder, "ran");
  writeFileSync(bundle, `require("node:fs").appendFileSync(${JSON.stringify(ran)}, __filename + "\\n");`);

  test("runs without kept code, and with code of something else", () => {
    runBundle(bundle, "test");
    writeFileSync(keptPath(bundle, "test"), "no code");
    runBundle(bundle, "test");
    const texts = readFileSync(ran, "utf8").trimEnd().split("\n");
    // Node from 22.8 on loads it as a module, once.
    expect(new Set(texts)).toEqual(new Set([bundle]));
    expect(texts.length).toBe("enableCompileCache" in module ? 1 : 2);
  });
});

describe.skipIf("enableCompileCache" in module)("V8 takes the code that the build kept", () => {
  const told = join(folder, "told");
  const hook = join(folder, "hook.cjs");
  writeFileSync(
    hook,
    `const vm = require("node:vm");
    const { appendFileSync } = require("node:fs");
    vm.Script = class extends vm.Script {
      constructor(text, options) {
        super(text, options);
        const name = require("node:path").basename(options.filename);
        appendFileSync(${JSON.stringify(told)}, name + " rejected: " + this.cachedDataRejected + "\\n");
      }
    };`,
  );
  const tellings = (): string => {
    const text = readFileSync(told, "utf8");
    rmSync(told);
    return text;
  };

  test.each([
    ["check", "models/digits.nn"],
    ["compile", "models/digits.nn", "--emit", "prims"],
    ["explain", "NN102"],
    ["summary", "models/iris.nn"],
  ])("of nnc %s", (...args) => {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    const { status } = spawnSync(process.execPath, ["--require", hook, main, ...args], { cwd: root });
    expect(status).toBe(0);
    expect(tellings()).toBe("nnc.cjs rejected: false\n");
  });

  test("of nnc lsp and its thread", async () => {
    const client = await startClient({}, hook);
    await client.open("file:///a.nn", "const a = 1\n");
    await client.diagnostics("file:///a.nn");
    await client.stop();
    expect(tellings()).toBe("nnc.cjs rejected: false\nchecks.cjs rejected: false\n");
  });
});
