import type { OptionRecord } from "../../ir/graph.ts";
import { type TensorType, tensor } from "../../ir/types.ts";
import { defineInitializer } from "../definition.ts";
import { flag, flagOption, maybeText, textOf } from "../options.ts";
import { windowNames, windowOf } from "../windows.ts";

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
      type: { kind: "choice", values: windowNames },
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
