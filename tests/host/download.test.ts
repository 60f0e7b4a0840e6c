// Downloads from a server of the test's own: right, wrong, too long, cut off, silent, gone.

import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { dataFolders, fetchData, findData } from "../../src/host/data.ts";
import { type RemoteFile, remoteSet } from "../../src/host/datasets.ts";
import { download, verify } from "../../src/host/download.ts";

const content = Buffer.from("the digits ".repeat(5000));
const packed = gzipSync(content);
let server: Server;
let origin = "";
let folder = "";

const answers: Record<string, (response: ServerResponse) => void> = {
  "/right": (response) => response.writeHead(200, { "content-length": packed.length }).end(packed),
  "/unknown-length": (response) => response.writeHead(200).end(packed),
  "/wrong": (response) => response.end(gzipSync(Buffer.from("the ducks  ".repeat(5000)))),
  "/short": (response) => response.end(gzipSync(content.subarray(0, 100))),
  "/page": (response) => response.end("<html>please log in</html>"),
  "/long": (response) => response.end(Buffer.alloc(200_000)),
  "/says-long": (response) => response.writeHead(200, { "content-length": 1e12 }).write("x"),
  "/cut": (response) => {
    response.writeHead(200, { "content-length": packed.length });
    response.write(packed.subarray(0, 50), () => response.destroy());
  },
  "/silent": (response) => response.writeHead(200).write("x"),
};

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    if (answer === undefined) response.writeHead(404).end();
    else answer(response);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nnc-download-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (...paths: readonly string[]): RemoteFile => ({
  name: "digits.gz",
  urls: paths.map((path) => origin + path),
  maxBytes: 100_000,
  unpackedBytes: content.length,
  sha256: createHash("sha256").update(content).digest("hex"),
});

test("a right file is put in its place, and progress is told", async () => {
  const seen: (readonly [number, number | undefined])[] = [];
  const outcome = await download(file("/right"), join(folder, "new"), { progress: (...both) => seen.push(both) });
  expect(outcome).toEqual({ ok: join(folder, "new", "digits.gz") });
  expect(readFileSync(join(folder, "new", "digits.gz"))).toEqual(packed);
  expect(readdirSync(join(folder, "new"))).toEqual(["digits.gz"]);
  expect(seen.at(-1)).toEqual([packed.length, packed.length]);
  expect(await download(file("/unknown-length"), folder)).toHaveProperty("ok");
});

const failures: Record<string, RegExp> = {
  "/wrong": /its SHA-256 is [0-9a-f]{64} instead of [0-9a-f]{64}$/,
  "/short": /it holds 100 bytes instead of 55000$/,
  "/page": /not a whole gzip file/,
  "/long": /longer than the 100000 bytes that are allowed/,
  "/says-long": /longer than the 100000 bytes that are allowed/,
  "/cut": /broke(n)? off$/,
  "/silent": /the server was silent for 0 s$/,
  "/missing": /the server answered 404 Not Found$/,
};
for (const [path, message] of Object.entries(failures))
  test(`${path.slice(1)}: refused, and nothing is left`, async () => {
    const outcome = await download(file(path), folder, { patience: 300 });
    expect(outcome).toHaveProperty("problem", expect.stringMatching(message));
    expect(readdirSync(folder)).toEqual([]);
  });

test("the next address is tried where one fails; all reasons are told", async () => {
  expect(await download(file("/missing", "/wrong", "/right"), folder)).toHaveProperty("ok");
  const outcome = await download(file("/missing", "/page"), folder);
  expect("problem" in outcome && outcome.problem.split("\n")).toHaveLength(2);
});

test("no server, an unwritable folder, an interruption", async () => {
  expect(await download({ ...file(), urls: ["http://127.0.0.1:9/x"] }, folder)).toHaveProperty(
    "problem",
    expect.stringMatching(/refused|bad port/),
  );
  writeFileSync(join(folder, "file"), "");
  expect(await download(file("/right"), join(folder, "file"))).toHaveProperty(
    "problem",
    expect.stringContaining("cannot write"),
  );
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  expect(await download(file("/silent"), folder, { signal: stop.signal })).toHaveProperty(
    "problem",
    expect.stringContaining("interrupted"),
  );
});

test("only what is missing of a set is fetched", async () => {
  const asked: string[] = [];
  const set = { source: "set", title: "a set", files: [file("/right"), { ...file("/right"), name: "labels.gz" }] };
  writeFileSync(join(folder, "labels"), "unpacked");
  expect(await fetchData(set, folder, { step: (name) => asked.push(name) })).toEqual({ ok: folder });
  expect(asked).toEqual(["digits.gz"]);
  expect(findData(set, { program: folder })).toBe(folder);
  rmSync(join(folder, "digits.gz"));
  expect(findData(set, { program: folder })).toBeUndefined();
});

test("places where data is looked for, in order", () => {
  const folders = dataFolders("mnist", { program: "models", data: "data" });
  expect(folders.slice(0, 4)).toEqual(["models", join("models", "mnist"), "data", join("data", "mnist")]);
  expect(folders.at(-1)).toMatch(/nnc.mnist$/);
});

const labelsOnDisk = new URL("../../../shared/data/mnist/t10k-labels-idx1-ubyte.gz", import.meta.url);
test.skipIf(!existsSync(labelsOnDisk))("MNIST is known by its content, not by its packing", () => {
  const labels = remoteSet("mnist")?.files.find(({ name }) => name.startsWith("t10k-labels"));
  expect(verify(labels!, readFileSync(labelsOnDisk))).toHaveProperty("ok");
});
