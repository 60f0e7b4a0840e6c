import { defineInitializer } from "../definition.ts";
import { flagOption, textOf } from "../options.ts";
import { scaledWindow, waves } from "../waves.ts";
import { windowNames } from "../windows.ts";

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
    const { window } = scaledWindow(time, options);
    return window?.every((x) => x === 0) === true ? `the window is 0 at all of its ${time} places` : undefined;
  },
  expand(g, shape, options) {
    const [time = 1, , bands = 2] = shape;
    return g.reshape(waves(g, textOf(options, "side"), time, bands, options), shape);
  },
  source: "https://keras.io/api/layers/initializers/; https://docs.scipy.org/doc/scipy/reference/signal.windows.html",
});
