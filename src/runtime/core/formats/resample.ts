// Brings a recording to another rate: a sinc below both rates' limits under a Hann window, as `torchaudio.functional.resample` has it
// by default. Beyond its ends a recording is silent.

import type { Sound } from "./wav.ts";

/** How many zeros of the sinc its window spans to each side. */
const ZEROS = 6;
/** The share of the lower rate's band that passes. */
const ROLLOFF = 0.99;

/** Returns a function from recordings of rate `from` to those of rate `to`; it holds the filter, so make it once for many. */
export function resampler(from: number, to: number): (sound: Sound) => Sound {
  if (from === to) return (sound) => sound;
  const divisor = greatestDivisor(from, to);
  // Each `into` new samples take the place of `step` old ones, and each place among them has weights of its own.
  const [step, into] = [from / divisor, to / divisor];
  const base = Math.min(step, into) * ROLLOFF;
  const reach = Math.ceil((ZEROS * step) / base);
  const taps = 2 * reach + 1;
  const weights = new Float64Array(into * taps);
  const firsts = new Int32Array(into);
  for (let place = 0; place < into; place++) {
    const middle = (place * step) / into;
    const first = Math.floor(middle) - reach;
    firsts[place] = first;
    for (let k = 0; k < taps; k++)
      weights[place * taps + k] = (windowed(((first + k - middle) / step) * base) * base) / step;
  }
  return ({ channels, length, samples }) => {
    const count = Math.ceil((length * into) / step);
    const made = new Float32Array(count * channels);
    for (let i = 0; i < count; i++) {
      const place = i % into;
      const first = Math.floor(i / into) * step + (firsts[place] as number);
      const [low, high] = [Math.max(0, -first), Math.min(taps, length - first)];
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = low; k < high; k++)
          sum += (weights[place * taps + k] as number) * (samples[(first + k) * channels + c] as number);
        made[i * channels + c] = sum;
      }
    }
    return { rate: to, channels, length: count, samples: made };
  };
}

/** The sinc at `t` zeros from its middle, under its window. */
function windowed(t: number): number {
  if (Math.abs(t) >= ZEROS) return 0;
  const window = Math.cos((t * Math.PI) / ZEROS / 2) ** 2;
  return t === 0 ? 1 : (Math.sin(Math.PI * t) / (Math.PI * t)) * window;
}

function greatestDivisor(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small > 0) [large, small] = [small, large % small];
  return large;
}
