/**
 * Every limit of rpcudp: its name, its unit, its default and why it is what it is. Each has a test that reaches it.
 * Those that an option changes are defaults; the others are properties of a wire.
 */

/** Packed `[method, args]` of a request on the rpcudp wire, in bytes: what every Python peer enforces on sending. */
export const RPCUDP_REQUEST_BYTES_MAX = 8192;

/**
 * UDP payload of one datagram, in bytes: 65,535 less the IPv4 and UDP headers. A response on the rpcudp wire has no
 * limit of its own, so this one holds.
 */
export const DATAGRAM_BYTES_MAX = 65_507;

/** How long a call waits for its answer, in milliseconds: the default of the Python library. */
export const TIMEOUT_MS_DEFAULT = 5_000;

/** The longest wait there is, in milliseconds: what a Node timer can hold, about 24.8 days. */
export const TIMEOUT_MS_MAX = 2_147_483_647;

/** Calls of one endpoint that wait for an answer. The next one fails with `RESOURCE_EXHAUSTED` and is not sent. */
export const PENDING_CALLS_MAX_DEFAULT = 4_096;

/**
 * Handlers of one endpoint that run at once. A request beyond it is dropped and counted as `overload`: 4,096 requests
 * of at most 64 KiB keep what strangers can make this process hold below 256 MiB.
 */
export const RUNNING_HANDLERS_MAX_DEFAULT = 4_096;

/**
 * How long a handler may take, in milliseconds, before its `signal` is aborted and its place is given to others: no
 * caller that waits the default five seconds is still there. Without it, handlers that never settle would use up
 * every place.
 */
export const HANDLER_TIMEOUT_MS_DEFAULT = 60_000;

/** How long `close()` waits for running handlers, in milliseconds: as long as a caller waits by default. */
export const GRACE_MS_DEFAULT = 5_000;

/** Nesting of arrays and maps in one value. Deeper input is refused before it is decoded. */
export const VALUE_DEPTH_MAX = 64;

/**
 * A method's wire name, in UTF-8 bytes. Generous for names, and small enough that a name never decides whether a
 * request fits.
 */
export const METHOD_NAME_BYTES_MAX = 255;

/** Warnings of one kind that are logged in one second; the rest are counted and summed up in one line. */
export const WARNINGS_PER_SECOND_MAX = 10;

/** Characters of a name from the network that a log line repeats. */
export const QUOTED_CHARACTERS_MAX = 64;

/** Characters of an error message that a log line repeats: our own words, with what a stranger sent in between. */
export const QUOTED_MESSAGE_CHARACTERS_MAX = 512;

/**
 * Socket buffers asked of the kernel, in bytes, each way. The usual 208 KiB overflow silently in one burst; the kernel
 * may grant less, and `endpoint.socketBuffers` tells what it did.
 */
export const SOCKET_BUFFER_BYTES_DEFAULT = 4 * 1024 * 1024;

/** The largest socket buffer that can be asked for, in bytes: what the system call takes, and Linux doubles. */
export const SOCKET_BUFFER_BYTES_MAX = 2 ** 30;
