// Events for TensorBoard: the bytes of records and messages, and the files of a training.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { crc32c, eventRecord, scalarsEvent, startEvent, versionEvent } from "../../src/runtime/core/formats/events.ts";
import { nnc, temporaryFolder } from "../support/nnc.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("the checksum is CRC-32C: the examples of RFC 3720", () => {
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
  expect(crc32c(new Uint8Array())).toBe(0);
});

test("a file begins as TensorFlow's do", () => {
  const record = hex(eventRecord(versionEvent(1)));
  // A length of 24 with its masked checksum, as at the start of each file that TensorFlow writes.
  expect(record.slice(0, 24)).toBe("1800000000000000a37f4b22");
  expect(record.slice(24, -8)).toBe(`09000000000000f03f1a0d${Buffer.from("brain.Event:2").toString("hex")}`);
  expect(record).toHaveLength(2 * 40);
});

test("numbers stand at their step, in four bytes", () => {
  const name = Buffer.from("loss").toString("hex");
  expect(hex(scalarsEvent(1, 300, [["loss", 0.5]]))).toBe(`09000000000000f03f10ac022a0d0a0b0a04${name}150000003f`);
  const two = scalarsEvent(0, 1, [
    ["a", 1],
    ["b", Number.NaN],
  ]);
  expect(hex(two)).toBe("090000000000000000" + "1001" + "2a14" + "0a080a0161150000803f" + "0a080a0162150000c07f");
  expect(hex(startEvent(0, 2))).toBe("090000000000000000" + "1002" + "3a020801");
});

/** Reads the records of a file, each with its checksums held to the bytes. */
function recordsOf(path: string): readonly Buffer[] {
  const bytes = readFileSync(path);
  const masked = (part: Uint8Array): number => {
    const crc = crc32c(part);
    return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
  };
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(bytes.readUInt32LE(at + 8)).toBe(masked(bytes.subarray(at, at + 8)));
    expect(bytes.readUInt32LE(at + 12 + length)).toBe(masked(data));
    records.push(data);
    at += 16 + length;
  }
  return records;
}

test("a training writes a folder for each part, and refuses one of another", async () => {
  const cwd = temporaryFolder();
  writeFileSync(
    join(cwd, "p.nn"),
    `dataset Drawn {
  source digits(train: 100, test: 20)
  input image: f32[28, 28, 1] = pixels / 255
  target digit: class(10) = label
  split train 80%, validation 20%
}
model Net(image: f32[28, 28, 1]) { Flatten() -> Dense(10, softmax) }
train Net on Drawn {
  loss      categorical_crossentropy
  optimizer adam
  metrics   accuracy, confusion_matrix
  epochs    2
}
`,
  );
  const command = ["train", "p.nn", "--tensorboard", "tb", "--log", "log"];
  const { code, stderr } = await nnc(command, { cwd });
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
  const history = readFileSync(join(cwd, "log/history.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  for (const [part, key] of [
    ["train", "metrics"],
    ["validation", "validation"],
  ] as const) {
    const [file, ...more] = readdirSync(join(cwd, "tb", part));
    expect(more).toEqual([]);
    expect(file).toMatch(/^events\.out\.tfevents\.\d{10}\.[\w.-]+\.\d+\.0$/);
    const [version, start, ...results] = recordsOf(join(cwd, "tb", part, file!));
    expect(hex(version!).slice(18)).toBe(hex(versionEvent(0)).slice(18));
    expect(hex(start!).slice(18)).toBe(hex(startEvent(0, 1)).slice(18));
    expect(results.map((event) => hex(event).slice(18))).toEqual(
      history.map((epoch) =>
        hex(
          scalarsEvent(0, epoch.epoch, [
            ["loss", epoch[key].loss],
            ["accuracy", epoch[key].accuracy],
          ]),
        ).slice(18),
      ),
    );
  }
  expect(readdirSync(join(cwd, "tb/test"))).toHaveLength(1);
  const again = await nnc(["train", "p.nn", "--tensorboard", "tb"], { cwd });
  expect(again.code).toBe(2);
  expect(again.stderr).toContain("holds events already; choose another folder, or add to them with --force");
  expect(existsSync(join(cwd, "tb/train"))).toBe(true);
}, 60_000);
