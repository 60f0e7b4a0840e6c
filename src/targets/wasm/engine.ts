// The engine's WebAssembly, as far as the compiler uses it: TypeScript's own declarations come only with those of a browser.

export interface Memory {
  readonly buffer: ArrayBuffer;
}
export interface Engine {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: Readonly<Record<string, Readonly<Record<string, object>>>>,
  ) => { readonly exports: Readonly<Record<string, unknown>> };
  readonly Memory: new (options: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: boolean;
  }) => Memory;
}

export const engine = (globalThis as unknown as { readonly WebAssembly: Engine }).WebAssembly;
