import { configDefaults, defineConfig } from "vitest/config";

// `npm test` is the run before each commit. `npm run test:all` (mode "all") adds the files `*.long.test.ts`, and what files ask
// for by `everything` and `amount` of tests/support/extent.ts.
export default defineConfig(({ mode }) => {
  const everything = mode === "all";
  return {
    test: {
      include: ["tests/**/*.test.ts"],
      exclude: [...configDefaults.exclude, ...(everything ? [] : ["tests/**/*.long.test.ts"])],
      env: { NNC_TESTS: everything ? "all" : "some" },
      // Vitest leaves a core to itself, of two as well. It needs little of it.
      maxWorkers: "100%",
      globalSetup: "tests/support/temporary.ts",
      // Against hanging alone: no test asks how long something took.
      testTimeout: 600_000,
      hookTimeout: 600_000,
      reporters: ["default", "./tests/parity/reporter.ts"],
    },
  };
});
