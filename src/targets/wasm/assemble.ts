// WAT text → the bytes of a module, by wabt. It is loaded when it is needed.

/** Assembles a module. Throws where the text is wrong, which is a compiler bug. */
export async function assemble(wat: string): Promise<Uint8Array> {
  const { default: wabt } = await import("wabt");
  const tools = await wabt();
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
}
