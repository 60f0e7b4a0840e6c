// Numbers of 64 bits for texts: FarmHash's Fingerprint64 (Pike, Alakuijala 2014) and SipHash-2-4 (Aumasson, Bernstein 2012), the
// two that TensorFlow hashes texts with.

const WORD_64 = 0xffffffffffffffffn;
const FARM_0 = 0xc3a5c85c97cb3127n;
const FARM_1 = 0xb492b66fbe98f273n;
const FARM_2 = 0x9ae16a3b2f90404fn;

const word64 = (x: bigint): bigint => x & WORD_64;
const rotateRight = (x: bigint, by: bigint): bigint => word64((x >> by) | (x << (64n - by)));
const rotateLeft = (x: bigint, by: bigint): bigint => word64((x << by) | (x >> (64n - by)));
const farmMixed = (x: bigint): bigint => x ^ (x >> 47n);

/** The bytes of a text as numbers, the lowest byte first. */
interface TextBytes {
  readonly length: number;
  byte(at: number): bigint;
  word32(at: number): bigint;
  word(at: number): bigint;
}
function textBytes(text: string): TextBytes {
  const bytes = new TextEncoder().encode(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    length: bytes.length,
    byte: (at) => BigInt(bytes[at] ?? 0),
    word32: (at) => BigInt(view.getUint32(at, true)),
    word: (at) => view.getBigUint64(at, true),
  };
}

function farmJoined(u: bigint, v: bigint, factor: bigint): bigint {
  const a = farmMixed(word64((u ^ v) * factor));
  return word64(farmMixed(word64((v ^ a) * factor)) * factor);
}

function farm16(s: TextBytes): bigint {
  const n = s.length;
  const length = BigInt(n);
  const factor = word64(FARM_2 + 2n * length);
  if (n >= 8) {
    const [a, b] = [word64(s.word(0) + FARM_2), s.word(n - 8)];
    const c = word64(rotateRight(b, 37n) * factor + a);
    return farmJoined(c, word64((rotateRight(a, 25n) + b) * factor), factor);
  }
  if (n >= 4) return farmJoined(length + (s.word32(0) << 3n), s.word32(n - 4), factor);
  if (n === 0) return FARM_2;
  const y = s.byte(0) + (s.byte(n >> 1) << 8n);
  const z = length + (s.byte(n - 1) << 2n);
  return word64(farmMixed(word64(y * FARM_2) ^ word64(z * FARM_0)) * FARM_2);
}

function farm32(s: TextBytes): bigint {
  const n = s.length;
  const factor = word64(FARM_2 + 2n * BigInt(n));
  const [a, b] = [word64(s.word(0) * FARM_1), s.word(8)];
  const [c, d] = [word64(s.word(n - 8) * factor), word64(s.word(n - 16) * FARM_2)];
  const first = word64(rotateRight(word64(a + b), 43n) + rotateRight(c, 30n) + d);
  return farmJoined(first, word64(a + rotateRight(word64(b + FARM_2), 18n) + c), factor);
}

function farm64(s: TextBytes): bigint {
  const n = s.length;
  const factor = word64(FARM_2 + 2n * BigInt(n));
  const [a, b] = [word64(s.word(0) * FARM_2), s.word(8)];
  const [c, d] = [word64(s.word(n - 8) * factor), word64(s.word(n - 16) * FARM_2)];
  const y = word64(rotateRight(word64(a + b), 43n) + rotateRight(c, 30n) + d);
  const z = farmJoined(y, word64(a + rotateRight(word64(b + FARM_2), 18n) + c), factor);
  const [e, f] = [word64(s.word(16) * factor), s.word(24)];
  const g = word64((y + s.word(n - 32)) * factor);
  const h = word64((z + s.word(n - 24)) * factor);
  const first = word64(rotateRight(word64(e + f), 43n) + rotateRight(g, 30n) + h);
  return farmJoined(first, word64(e + rotateRight(word64(f + a), 18n) + g), factor);
}

type WordPair = readonly [bigint, bigint];

/** Mixes 32 bytes at a place with two numbers. */
function farmWeak(s: TextBytes, at: number, first: bigint, second: bigint): WordPair {
  const [w, x, y, z] = [s.word(at), s.word(at + 8), s.word(at + 16), s.word(at + 24)];
  const a = word64(first + w);
  const b = rotateRight(word64(second + a + z), 21n);
  const c = word64(a + x + y);
  return [word64(c + z), word64(b + rotateRight(c, 44n) + a)];
}

function farmLong(s: TextBytes): bigint {
  const n = s.length;
  let x = 81n;
  let y = word64(81n * FARM_1 + 113n);
  let z = word64(farmMixed(word64(y * FARM_2 + 113n)) * FARM_2);
  let v: WordPair = [0n, 0n];
  let w: WordPair = [0n, 0n];
  x = word64(x * FARM_2 + s.word(0));
  const turn = (at: number, factor: bigint, [nine, seven]: WordPair): void => {
    x = word64(rotateRight(word64(x + y + v[0] + s.word(at + 8)), 37n) * factor);
    y = word64(rotateRight(word64(y + v[1] + s.word(at + 48)), 42n) * factor);
    x ^= word64(w[1] * nine);
    y = word64(y + v[0] * seven + s.word(at + 40));
    z = word64(rotateRight(word64(z + w[0]), 33n) * factor);
    v = farmWeak(s, at, word64(v[1] * factor), word64(x + w[0]));
    w = farmWeak(s, at + 32, word64(z + w[1]), word64(y + s.word(at + 16)));
    [x, z] = [z, x];
  };
  const end = Math.floor((n - 1) / 64) * 64;
  for (let at = 0; at < end; at += 64) turn(at, FARM_1, [1n, 1n]);
  const factor = word64(FARM_1 + ((z & 0xffn) << 1n));
  const rest = BigInt((n - 1) & 63);
  w = [word64(w[0] + rest), w[1]];
  v = [word64(v[0] + w[0]), v[1]];
  w = [word64(w[0] + v[0]), w[1]];
  turn(n - 64, factor, [9n, 9n]);
  const first = word64(farmJoined(v[0], w[0], factor) + word64(farmMixed(y) * FARM_0) + z);
  return farmJoined(first, word64(farmJoined(v[1], w[1], factor) + x), factor);
}

/** FarmHash's fingerprint of the UTF-8 bytes of a text, an unsigned number of 64 bits. */
export function fingerprint(text: string): bigint {
  const s = textBytes(text);
  if (s.length <= 16) return farm16(s);
  if (s.length <= 32) return farm32(s);
  return s.length <= 64 ? farm64(s) : farmLong(s);
}

/** SipHash-2-4 of the UTF-8 bytes of a text under a key. */
export function sipHash(text: string, [k0, k1]: WordPair): bigint {
  const s = textBytes(text);
  let [a, b] = [0x736f6d6570736575n ^ k0, 0x646f72616e646f6dn ^ k1];
  let [c, d] = [0x6c7967656e657261n ^ k0, 0x7465646279746573n ^ k1];
  const round = (): void => {
    a = word64(a + b);
    b = rotateLeft(b, 13n) ^ a;
    a = rotateLeft(a, 32n);
    c = word64(c + d);
    d = rotateLeft(d, 16n) ^ c;
    a = word64(a + d);
    d = rotateLeft(d, 21n) ^ a;
    c = word64(c + b);
    b = rotateLeft(b, 17n) ^ c;
    c = rotateLeft(c, 32n);
  };
  const take = (word: bigint): void => {
    d ^= word;
    round();
    round();
    a ^= word;
  };
  const end = s.length - (s.length % 8);
  for (let at = 0; at < end; at += 8) take(s.word(at));
  let last = BigInt(s.length & 0xff) << 56n;
  for (let at = end; at < s.length; at++) last |= s.byte(at) << BigInt(8 * (at - end));
  take(last);
  c ^= 0xffn;
  for (let i = 0; i < 4; i++) round();
  return a ^ b ^ c ^ d;
}
