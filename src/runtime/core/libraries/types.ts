// The types of the libraries that trainers hold: only what nnc calls of them.

/** fflate: DEFLATE. */
export interface InflateLibrary {
  /** Unpacks; never more than `out` holds. Throws an Error for bytes that are no DEFLATE stream. */
  inflateSync(bytes: Uint8Array, options: { readonly out: Uint8Array }): Uint8Array;
}

/** fast-png: PNG pictures. */
export interface PngLibrary {
  decode(
    bytes: Uint8Array,
    options: { readonly checkCrc: boolean },
  ): {
    readonly width: number;
    readonly height: number;
    readonly channels: number;
    readonly depth: number;
    readonly data: Uint8Array | Uint8ClampedArray | Uint16Array;
    readonly palette?: readonly (readonly number[])[];
  };
}

/** jpeg-js: JPEG pictures, baseline and progressive. */
export interface JpegLibrary {
  decode(
    bytes: Uint8Array,
    options: {
      readonly useTArray: true;
      readonly formatAsRGBA: false;
      readonly tolerantDecoding: false;
      readonly maxResolutionInMP: number;
      readonly maxMemoryUsageInMB: number;
    },
  ): { readonly width: number; readonly height: number; readonly data: Uint8Array };
}
