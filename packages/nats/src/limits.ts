/** Every limit of this package: its name, unit, default, and why it is what it is. `docs/nats.md` says what others must know. */

/** The first token of all subjects, unless told otherwise: short, and not one of the server's own, which begin with `$`. */
export const SUBJECT_PREFIX = 'rpc';

/** The queue group in which the instances of a service share its calls, unless told otherwise: what NATS services use. */
export const QUEUE_GROUP = 'q';

/**
 * How long a handler may run for a caller that does not say how long it waits, in milliseconds. Whoever calls with another
 * program, such as `nats request`, waits for seconds: a minute is far beyond.
 */
export const HANDLER_TIMEOUT_MS = 60_000;

/** Items of a stream that may be on their way or unread, and their bytes: what the native wire allows, for the same code reads them. */
export const WINDOW_ITEMS = 256;
export const WINDOW_BYTES = 256 * 1024;

/** The most of either that a peer may claim: what is above is a mistake, or meant to fill our memory. */
export const WINDOW_ITEMS_MAX = 65_536;
export const WINDOW_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Items of a best-effort stream that may be ahead of what its reader's side has heard of: the fewer, the newer is what is sampled,
 * and one alone would make the round trip the pace.
 */
export const ITEMS_AHEAD_BEST_EFFORT = 4;

/** The most items, and bytes, that the numbers of a stream can count: what ten digits can say. */
export const ITEMS_MAX = 9_999_999_999;
export const STREAM_BYTES_MAX = 999_999_999_999_999;

/** After how long without a message of its own each end of a stream says that it is there, in milliseconds. */
export const HEARTBEAT_MS = 5_000;

/** After how many such times without a message of the other end a stream is given up: two may be lost or late. */
export const HEARTBEATS_MISSED = 3;

/**
 * How long a call that waits for its peer pauses before it asks again whether anybody serves it, in milliseconds: at first,
 * and at most, doubling in between. A server that starts is found within a second, and ten thousand waiting calls are a
 * few thousand messages a second.
 */
export const READY_PAUSE_MS_FIRST = 50;
export const READY_PAUSE_MS_MAX = 1_000;

/**
 * How many answers are held while the connection is down, to be sent when it is back. Beyond it the oldest are given up: their
 * callers hear nothing, which is a silence.
 */
export const HELD_ANSWERS_MAX = 4_096;

/** How many milliseconds a caller that found no room is told to wait: by then a handler of usual length has ended. */
export const RETRY_AFTER_MS = 50;

/** Milliseconds that a header may name: more than 24 days do not fit a timer of Node's. */
export const TIMEOUT_MS_MAX = 2 ** 31 - 1;

/** Bytes that NATS adds to headers beside the names and values that are written: its version line and line ends. */
export const HEADER_OVERHEAD_BYTES = 64;

/** How often `natsDiscovery()` asks, in milliseconds: a server that has come gets calls within seconds, as with DNS. */
export const DISCOVERY_INTERVAL_MS = 5_000;

/** How long it takes answers at most, in milliseconds: nobody knows how many there are. It stops when none comes for 300 ms. */
export const DISCOVERY_WAIT_MS = 2_000;

/** How many answers it takes: more servers behind one client are a mistake, or meant to fill our memory. */
export const DISCOVERY_TARGETS_MAX = 1_024;
