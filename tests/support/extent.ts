// The extent of the tests: `npm test` runs each thing once, `npm run test:all` runs all its variations.

/** Whether this is `npm run test:all`: every option, odd size, variant and backend, and all cases from elsewhere. */
export const everything = process.env.NNC_TESTS === "all";

/** How many of what is drawn at random, or made at several sizes. */
export const amount = (some: number, all: number): number => (everything ? all : some);
