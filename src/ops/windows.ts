// Windows under which a signal is looked at, by the names of SciPy. It knows no transform.

/** A window as a sum of cosines: `Σ (-1)^k · a_k · cos(2πkn / m)`. */
const cosines =
  (...factors: readonly number[]) =>
  (n: number, m: number): number =>
    factors.reduce((sum, factor, k) => sum + (k % 2 === 0 ? 1 : -1) * factor * Math.cos((2 * Math.PI * k * n) / m), 0);

/** Places from -1 to 1 along the window. */
const centred = (n: number, m: number): number => (2 * n) / m - 1;

/** The value at place n of a symmetric window of m + 1 places, as SciPy defines it. */
const windows: Readonly<Record<string, (n: number, m: number) => number>> = {
  hann: cosines(0.5, 0.5),
  hamming: cosines(0.54, 0.46),
  blackman: cosines(0.42, 0.5, 0.08),
  blackmanharris: cosines(0.35875, 0.48829, 0.14128, 0.01168),
  nuttall: cosines(0.3635819, 0.4891775, 0.1365995, 0.0106411),
  flattop: cosines(0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368),
  boxcar: () => 1,
  bartlett: (n, m) => 1 - Math.abs(centred(n, m)),
  triang: (n, m) => {
    const places = m + 1;
    const near = Math.min(n, m - n) + 1;
    return places % 2 === 0 ? (2 * near - 1) / places : (2 * near) / (places + 1);
  },
  cosine: (n, m) => Math.sin((Math.PI * (n + 0.5)) / (m + 1)),
  bohman: (n, m) => {
    const x = Math.abs(centred(n, m));
    return n === 0 || n === m ? 0 : (1 - x) * Math.cos(Math.PI * x) + Math.sin(Math.PI * x) / Math.PI;
  },
  barthann: (n, m) => {
    const x = Math.abs(n / m - 0.5);
    return 0.62 - 0.48 * x + 0.38 * Math.cos(2 * Math.PI * x);
  },
  parzen: (n, m) => {
    const x = Math.abs(n - m / 2) / ((m + 1) / 2);
    return Math.abs(n - m / 2) <= m / 4 ? 1 - 6 * x ** 2 * (1 - x) : 2 * (1 - x) ** 3;
  },
  lanczos: (n, m) => {
    const x = Math.PI * centred(n, m);
    return x === 0 ? 1 : Math.sin(x) / x;
  },
};

export const windowNames: readonly string[] = Object.keys(windows);

/** Returns the numbers of a window. */
export function windowOf(name: string, length: number, periodic: boolean): readonly number[] {
  if (length === 1) return [1];
  const at = windows[name] ?? (() => 1);
  // A periodic window is a symmetric one without its last place.
  return Array.from({ length }, (_, n) => at(n, periodic ? length : length - 1));
}
