// WAT text → the bytes of a module, by wabt. It is loaded when it is needed.

/** Makes bytes of a module's text. Throws where the text is wrong, which is a compiler bug. */
export type Assemble = (wat: string) => Uint8Array;

/** An assembler for several modules: wabt's own code is slow while it is new. */
export async function assembler(): Promise<Assemble> {
  const { default: wabt } = await import("wabt");
  const tools = await wabt();
  return (wat) => {
    const parsed = tools.parseWat("module.wat", wat, {
      simd: true,
      relaxed_simd: true,
      threads: true,
      bulk_memory: true,
    });
    try {
      return parsed.toBinary({}).buffer;
    } finally {
      parsed.destroy();
    }
  };
}

/** Assembles one module. */
export const assemble = async (wat: string): Promise<Uint8Array> => (await assembler())(wat);
