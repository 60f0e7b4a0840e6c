// Lets others have their turn in long work.

/** Gives timers, signals and drawing a turn. */
export const giveTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
