// Declares the part of WebAssembly that the compiler uses: TypeScript has it only in its declarations for browsers.

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
