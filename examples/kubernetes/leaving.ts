/** How long calls that run, and their answers, may take when the server goes, in milliseconds. */
export const DRAIN_MS = 20_000;

/**
 * How long the server goes on refusing after that, in milliseconds: until callers that had no call meanwhile have heard from their
 * resolver that it goes. Those that call are told at once.
 */
export const FAREWELL_MS = 5_000;
