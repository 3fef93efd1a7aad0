const ignore = (): void => undefined;

/** For handlers that fail on purpose. */
export const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };
