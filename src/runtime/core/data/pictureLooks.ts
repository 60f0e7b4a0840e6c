// How pictures look, in so few numbers that many can be compared: a difference hash finds candidates, small grey pictures say how alike
// two are. A bit of the hash says for one of 8 × 8 places whether its right neighbour is brighter.

/** The places of a hash in a row; it compares each with the next one. */
const HASH_SIDE = 8;
/** Hashes of pictures that may be alike differ in so many of 64 bits at most. */
const MOST_BITS = 3;
/** A hash is cut into one part more than that, so two such hashes have a part in common. */
export const LOOK_BANDS = 4;
/** The side of the small pictures, and how closely two have to follow each other: 1 is the same but for brightness and contrast. */
const SMALL_SIDE = 16;
const LEAST_ALIKE = 0.99;

/** How pictures look, one after another. */
export interface PictureLooks {
  /** The bits of each, in four numbers of 16: two rows of places in each. */
  readonly hashes: Uint16Array;
  /** The small grey picture of each, of mean 0 and length 1; of one without contrast all is 0. */
  readonly small: Float32Array;
}

/** The mean of each of `high` × `wide` parts of a picture, over its channels. */
function shrunk(pixels: ArrayLike<number>, shape: readonly number[], high: number, wide: number): Float32Array {
  const [height = 1, width = 1, channels = 1] = shape;
  const means = new Float32Array(high * wide);
  for (let y = 0; y < high; y++) {
    const [top, bottom] = [Math.floor((y * height) / high), Math.floor(((y + 1) * height) / high)];
    for (let x = 0; x < wide; x++) {
      const [left, right] = [Math.floor((x * width) / wide), Math.floor(((x + 1) * width) / wide)];
      let sum = 0;
      for (let i = top; i < bottom; i++)
        for (let k = (i * width + left) * channels; k < (i * width + right) * channels; k++) sum += pixels[k] as number;
      means[y * wide + x] = sum / ((bottom - top) * (right - left) * channels);
    }
  }
  return means;
}

/** Whether a column holds pictures that are large enough to be compared. */
export const holdsPictures = (shape: readonly number[]): boolean => {
  const [height = 0, width = 0, channels = 0] = shape;
  return shape.length === 3 && height >= SMALL_SIDE && width >= SMALL_SIDE && (channels === 1 || channels === 3);
};

/** Looks at pictures; `pictureAt` gives the numbers of each. */
export function pictureLooks(
  count: number,
  shape: readonly number[],
  pictureAt: (row: number) => ArrayLike<number>,
): PictureLooks {
  const hashes = new Uint16Array(count * LOOK_BANDS);
  const small = new Float32Array(count * SMALL_SIDE * SMALL_SIDE);
  for (let row = 0; row < count; row++) {
    const pixels = pictureAt(row);
    const grid = shrunk(pixels, shape, HASH_SIDE, HASH_SIDE + 1);
    for (let y = 0; y < HASH_SIDE; y++) {
      let bits = 0;
      for (let x = 0; x < HASH_SIDE; x++) {
        const at = y * (HASH_SIDE + 1) + x;
        if ((grid[at + 1] as number) > (grid[at] as number)) bits |= 1 << x;
      }
      const band = row * LOOK_BANDS + (y >> 1);
      hashes[band] = (hashes[band] as number) | (bits << (HASH_SIDE * (y & 1)));
    }
    const own = shrunk(pixels, shape, SMALL_SIDE, SMALL_SIDE);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    const length = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0));
    // What varies by less than a hundredth has nothing to be compared.
    if (length < 0.01 * SMALL_SIDE * Math.max(1e-6, Math.abs(mean))) continue;
    small.set(
      own.map((value) => (value - mean) / length),
      row * own.length,
    );
  }
  return { hashes, small };
}

function bitsIn(value: number): number {
  let bits = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}

/** Whether two pictures are almost the same. */
export function looksAlike({ hashes, small }: PictureLooks, a: number, b: number): boolean {
  let bits = 0;
  for (let i = 0; i < LOOK_BANDS; i++)
    bits += bitsIn((hashes[a * LOOK_BANDS + i] as number) ^ (hashes[b * LOOK_BANDS + i] as number));
  if (bits > MOST_BITS) return false;
  const size = SMALL_SIDE * SMALL_SIDE;
  let product = 0;
  for (let i = 0; i < size; i++) product += (small[a * size + i] as number) * (small[b * size + i] as number);
  return product >= LEAST_ALIKE;
}
