import { configDefaults, defineConfig } from "vitest/config";

/**
 * Folders whose tests call the compiler and nothing else, so that they may share its modules: loading them anew costs a second a
 * file. TensorFlow.js's backend `wasm` fills its memory, so that files that run it stand apart.
 */
const shared =
  "check conformance diagnostics export ide ir lower ops parity passes recognise reference schedule syntax targets"
    .split(" ")
    .map((folder) => `tests/${folder}/**/*.test.ts`);
const apart = [
  "parity/programs",
  "parity/combinations",
  "targets/rows",
  "targets/tfjs",
  "export/tfjs",
  "export/graphs",
].map((file) => `tests/${file}.test.ts`);

// `npm test` is the run before each commit. `npm run test:all` (mode "all") adds the files `*.long.test.ts`, and what files ask
// for by `everything` and `amount` of tests/support/extent.ts. Mode "engine" is for another version of Node: it leaves out what
// compares numbers alone.
export default defineConfig(({ mode }) => {
  const everything = mode === "all";
  const numbers = mode === "engine" ? ["parity", "passes", "conformance"].map((folder) => `tests/${folder}/**`) : [];
  const exclude = [...configDefaults.exclude, ...(everything ? [] : ["tests/**/*.long.test.ts"]), ...numbers];
  // A project has its own environment, whatever the one has that it extends.
  const env = { NNC_TESTS: everything ? "all" : "some" };
  return {
    test: {
      // Vitest leaves a core to itself, of two as well. It needs little of it.
      maxWorkers: "100%",
      globalSetup: "tests/support/temporary.ts",
      // Against hanging alone: no test asks how long something took.
      testTimeout: 600_000,
      hookTimeout: 600_000,
      reporters: ["default", "./tests/parity/reporter.ts"],
      projects: [
        {
          extends: true,
          test: { name: "compiler", include: shared, exclude: [...exclude, ...apart], env, isolate: false },
        },
        { extends: true, test: { name: "backends", include: apart, exclude, env } },
        {
          extends: true,
          test: { name: "whole", include: ["tests/**/*.test.ts"], exclude: [...exclude, ...shared], env },
        },
      ],
    },
  };
});
