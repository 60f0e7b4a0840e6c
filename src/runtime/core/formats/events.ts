// Writes TensorBoard's files of events: records with their lengths and checksums (TFRecord), each an Event as protocol buffers encode
// it. https://www.tensorflow.org/tutorials/load_data/tfrecord, tensorflow/core/util/event.proto

let castagnoli: Int32Array | undefined;
function castagnoliTable(): Int32Array {
  castagnoli ??= Int32Array.from({ length: 256 }, (_, n) => {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0x82f63b78 ^ (crc >>> 1) : crc >>> 1;
    return crc;
  });
  return castagnoli;
}

/** Returns the checksum CRC-32C (RFC 3720). */
export function crc32c(bytes: Uint8Array): number {
  const table = castagnoliTable();
  let crc = -1;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** The checksum as records hold it: turned and moved, so that one of bytes that hold their own does not come out the same. */
const maskedCrc = (bytes: Uint8Array): number => {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
};

/** Returns the bytes as one record. */
export function eventRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(16 + data.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return record;
}

/** What a field of a message holds: a whole number, a number in 8 or 4 bytes, a text, or a message. */
type WireValue =
  | { readonly whole: number }
  | { readonly double: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly message: Uint8Array };

function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function wireField(number: number, value: WireValue): Uint8Array {
  if ("whole" in value) return Uint8Array.from([...varint(8 * number), ...varint(value.whole)]);
  if ("double" in value || "float" in value) {
    const size = "double" in value ? 8 : 4;
    const bytes = new Uint8Array(1 + size);
    const view = new DataView(bytes.buffer);
    bytes[0] = 8 * number + (size === 8 ? 1 : 5);
    if ("double" in value) view.setFloat64(1, value.double, true);
    else view.setFloat32(1, value.float, true);
    return bytes;
  }
  const content = "text" in value ? new TextEncoder().encode(value.text) : value.message;
  return Uint8Array.from([...varint(8 * number + 2), ...varint(content.length), ...content]);
}

/** Returns a message with these fields, by their numbers. */
function wireMessage(...fields: readonly (readonly [number: number, value: WireValue])[]): Uint8Array {
  const parts = fields.map(([number, value]) => wireField(number, value));
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The first event of a file: the version of its form. */
export const versionEvent = (seconds: number): Uint8Array =>
  wireMessage([1, { double: seconds }], [3, { text: "brain.Event:2" }]);

/** The event of a training that begins: what an earlier file has from this step on no longer counts. */
export const startEvent = (seconds: number, step: number): Uint8Array =>
  wireMessage([1, { double: seconds }], [2, { whole: step }], [7, { message: wireMessage([1, { whole: 1 }]) }]);

/** The event of numbers at a step, by their names. */
export function scalarsEvent(
  seconds: number,
  step: number,
  scalars: readonly (readonly [name: string, value: number])[],
): Uint8Array {
  const values = scalars.map(([name, value]): readonly [number, WireValue] => [
    1,
    { message: wireMessage([1, { text: name }], [2, { float: value }]) },
  ]);
  return wireMessage([1, { double: seconds }], [2, { whole: step }], [5, { message: wireMessage(...values) }]);
}
