// Lets others have their turn in long work.

/** The time between two turns. */
export const TURN_MILLISECONDS = 100;

/** Gives timers, signals and drawing a turn. */
export const giveTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
