// Answers of requests go to the editor as the bytes that the thread for checks wrote.

import { expect, test } from "vitest";
import { encoder, pack, packedResult } from "../../src/lsp/packed.ts";

const written = async (message: object): Promise<string> => {
  const bytes = await encoder.encode({ jsonrpc: "2.0", ...message }, { charset: "utf-8" });
  return new TextDecoder().decode(bytes);
};

test.each([null, [], "é 🙂 \u2028", [{ name: "a", children: [{ name: "b" }] }]])(
  "%j is written as it was packed",
  async (value) => {
    const text = await written({ id: 3, result: packedResult(pack(value)) });
    expect(text).toBe(JSON.stringify({ jsonrpc: "2.0", id: 3, result: value }));
  },
);

test("nobody reads the bytes on their way", async () => {
  const packed = new TextEncoder().encode("no JSON at all");
  expect(await written({ id: "x", result: packedResult(packed) })).toBe(
    '{"jsonrpc":"2.0","id":"x","result":no JSON at all}',
  );
});

test("all other messages are plain JSON", async () => {
  expect(await written({ id: 1, result: { packed: "a word" } })).toBe(
    '{"jsonrpc":"2.0","id":1,"result":{"packed":"a word"}}',
  );
  expect(await written({ method: "exit" })).toBe('{"jsonrpc":"2.0","method":"exit"}');
});

test("a trace of the protocol shows the value", () => {
  expect(JSON.stringify(packedResult(pack({ a: 1 })))).toBe('{"a":1}');
});
