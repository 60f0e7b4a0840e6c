import type { OptionRecord } from "../../ir/graph.ts";
import { type TensorType, tensor } from "../../ir/types.ts";
import { defineInitializer } from "../definition.ts";
import { flag, flagOption, maybeText, textOf } from "../options.ts";

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

function windowOf(name: string, length: number, periodic: boolean): readonly number[] {
  if (length === 1) return [1];
  const at = windows[name] ?? (() => 1);
  // A periodic window is a symmetric one without its last place.
  return Array.from({ length }, (_, n) => at(n, periodic ? length : length - 1));
}

/** Returns the window that the options name, and the number that divides it; undefined for no window. */
function windowFor(length: number, options: OptionRecord) {
  const name = maybeText(options, "window");
  if (name === undefined) return { window: undefined, divisor: 1 };
  const window = windowOf(name, length, flag(options, "periodic"));
  const scaling = maybeText(options, "scaling");
  const total = window.reduce((sum, x) => sum + (scaling === "density" ? x * x : Math.abs(x)), 0);
  return { window, divisor: scaling === undefined ? 1 : scaling === "density" ? Math.sqrt(total) : total };
}

export const stft = defineInitializer({
  name: "stft",
  aliases: ["STFT", "STFTInitializer"],
  summary: "Waves under a window: a convolution with them is one side of a short-time Fourier transform.",
  options: {
    side: { type: { kind: "choice", values: ["real", "imag"] }, default: "real", doc: "Cosines, or sines below 0." },
    window: {
      type: { kind: "choice", values: Object.keys(windows) },
      optional: true,
      default: "hann",
      doc: "The window, under SciPy's name; those that need parameters are not there.",
    },
    scaling: {
      type: { kind: "choice", values: ["density", "spectrum"] },
      optional: true,
      default: "density",
      doc: "Divides by the length of the window, or by the sum of its sizes.",
    },
    periodic: flagOption(false, "Whether the window goes on periodically."),
  },
  positional: ["side", "window", "scaling", "periodic"],
  misfit([time, channels, bands, ...more], options) {
    if (channels !== 1 || typeof time !== "number" || typeof bands !== "number" || bands < 2 || more.length > 0)
      return "stft starts a kernel of the shape [time, 1, bands] with two bands or more";
    const { window } = windowFor(time, options);
    return window?.every((x) => x === 0) === true ? `the window is 0 at all of its ${time} places` : undefined;
  },
  expand(g, shape, options) {
    const [time = 1, , bands = 2] = shape;
    const period = 2 * (bands - 1);
    const type: TensorType = tensor("i32", ...shape);
    const [place, band] = [g.cast(g.iota(type, 0), "f32"), g.cast(g.iota(type, 2), "f32")];
    // Whole turns are taken off while the numbers are whole, so no digits are lost.
    const turn = g.mul(g.map("mod", g.mul(place, band), period), (2 * Math.PI) / period);
    const wave = textOf(options, "side") === "real" ? g.map("cos", turn) : g.map("neg", g.map("sin", turn));
    const { window, divisor } = windowFor(time, options);
    if (window === undefined) return wave;
    const scaled = g.constant(
      window.map((x) => x / divisor),
      tensor("f32", time, 1, 1),
    );
    return g.mul(wave, scaled);
  },
  source: "https://keras.io/api/layers/initializers/; https://docs.scipy.org/doc/scipy/reference/signal.windows.html",
});
