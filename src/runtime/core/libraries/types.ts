// The types of the libraries that trainers hold: only what nnc calls of them.

/** fflate: DEFLATE. */
export interface InflateLibrary {
  /** Gives the unpacked bytes of each piece to `take`. `push` throws an Error for bytes that are no DEFLATE stream. */
  readonly Inflate: new (
    take: (bytes: Uint8Array) => void,
  ) => { push(bytes: Uint8Array, last: boolean): void };
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

/** fzstd: Zstandard. */
export interface ZstdLibrary {
  /** Gives the unpacked bytes of each block to `take`. `push` throws an Error for bytes that are no Zstandard. */
  readonly Decompress: new (
    take: (bytes: Uint8Array) => void,
  ) => { push(bytes: Uint8Array, last: boolean): void };
}
