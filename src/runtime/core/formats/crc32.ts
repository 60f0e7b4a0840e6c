// CRC-32 (IEEE 802.3), as ZIP and PNG have it: a sign of damage, no protection against intent.

let crcs: Int32Array | undefined;
function crcTable(): Int32Array {
  crcs ??= Int32Array.from({ length: 256 }, (_, n) => {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
    return crc;
  });
  return crcs;
}

/** Returns the checksum of the parts one after another. */
export function crc32(...parts: readonly Uint8Array[]): number {
  const table = crcTable();
  let crc = -1;
  for (const bytes of parts)
    for (let i = 0; i < bytes.length; i++) crc = (table[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
}
