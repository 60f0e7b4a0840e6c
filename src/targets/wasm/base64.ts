// Encodes bytes as base64 in lines (RFC 4648), without the functions of Node or a browser.

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** Bytes in a line of 112 letters. */
const LINE = 84;

/** The bytes in lines, each with its newline. */
export function base64Lines(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += LINE) {
    let line = "";
    const end = Math.min(bytes.length, start + LINE);
    for (let i = start; i < end; i += 3) {
      const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
      for (let k = 0; k < 4; k++) line += i + k - 1 < end ? (digits[(word >> (18 - 6 * k)) & 63] ?? "") : "=";
    }
    lines.push(line);
  }
  return `${lines.join("\n")}\n`;
}
