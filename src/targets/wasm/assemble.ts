// Assembles WAT text to the bytes of a module with wabt, which it loads on first use.

/** Converts a module's text to bytes. Throws if the text is wrong, which is a compiler bug. */
export type Assemble = (wat: string) => Uint8Array;

/** An assembler for several modules: wabt's own code is slow at first. */
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
