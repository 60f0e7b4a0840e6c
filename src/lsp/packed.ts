// Answers that pass through the thread of the protocol unread: the thread for checks writes them as JSON, and the bytes go
// to the editor as they are. An outline of a long text would otherwise take half a second to copy and to write.

import type { ContentTypeEncoder, Message } from "vscode-languageserver/node.js";

/** The bytes of an answer's JSON. */
export type Packed = Uint8Array<ArrayBuffer>;

export const pack = (answer: unknown): Packed => new TextEncoder().encode(JSON.stringify(answer));

/** The result of a request. Whatever else prints it, such as a trace of the protocol, finds its value. */
export interface PackedResult {
  readonly packed: Packed;
  toJSON(): unknown;
}

export const packedResult = (packed: Packed): PackedResult => ({
  packed,
  toJSON: () => JSON.parse(new TextDecoder().decode(packed)),
});

const isPacked = (result: unknown): result is PackedResult =>
  typeof result === "object" && result !== null && "packed" in result && result.packed instanceof Uint8Array;

/** Writes messages as JSON, in UTF-8. A packed result goes in as it is. */
export const encoder: ContentTypeEncoder = {
  name: "application/json",
  encode(message: Message & { readonly result?: unknown }) {
    const { result, ...rest } = message;
    if (!isPacked(result)) return Promise.resolve(Buffer.from(JSON.stringify(message)));
    const head = `${JSON.stringify(rest).slice(0, -1)},"result":`;
    return Promise.resolve(Buffer.concat([Buffer.from(head), result.packed, Buffer.from("}")]));
  },
};
