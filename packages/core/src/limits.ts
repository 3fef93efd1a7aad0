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

/**
 * What the rpcudp wire answers to one source in a second beyond three bytes for each that came from it, in bytes. Its requests
 * can carry a forged address: a victim gets no more than this of one endpoint, which is 2 Mbit/s, while 200 answers of a
 * whole datagram a second reach whoever really asked.
 */
export const RPCUDP_EXCESS_BYTES_PER_SECOND = 256 * 1024;

/** Sources of which the rpcudp wire knows how much they were answered; the oldest is forgotten for another. */
export const RPCUDP_SOURCES_MAX = 4_096;

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

/**
 * How long `drain()` waits for calls and their replies, in milliseconds: with the grace time of `close()` it is less than the 30 s
 * that Kubernetes, and less than the 90 s that systemd, gives a process between SIGTERM and SIGKILL.
 */
export const DRAIN_TIMEOUT_MS_DEFAULT = 20_000;

/** Nesting of arrays and maps in one value. Deeper input is refused before it is decoded. */
export const VALUE_DEPTH_MAX = 64;

/** Faults that a generated guard tells of one value. More are not looked for: the sender has to be told, not taught. */
export const GUARD_ISSUES_MAX = 16;

/**
 * Steps of one validation that may be for nothing: values that were looked at for a member of a union which then turned out
 * not to be meant. Unions whose members have literals that tell them apart need none. Beyond it the value is refused, after
 * about a tenth of a second.
 */
export const GUARD_WASTED_STEPS_MAX = 1_000_000;

/**
 * Steps of one validation after which guards remember what they made of each object: more than a message of the usual limit
 * has values, so what takes more may hold one object many times over.
 */
export const GUARD_REMEMBER_AFTER_STEPS = 1_048_576;

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

/** Characters of a text in the fields of a log line, which repeat it as it came. */
export const FIELD_CHARACTERS_MAX = 512;

/** Characters of a stack in the fields of a log line: more frames than Node gives, and a message that a stranger made long. */
export const STACK_CHARACTERS_MAX = 8_192;

/** Services that a process remembers to have declared, so that a log line can name one that is called but not served. */
export const DECLARED_SERVICES_MAX = 256;

/**
 * Socket buffers asked of the kernel, in bytes, each way. The usual 208 KiB overflow silently in one burst; the kernel
 * may grant less, and `endpoint.socketBuffers` tells what it did.
 */
export const SOCKET_BUFFER_BYTES_DEFAULT = 4 * 1024 * 1024;

/** The largest socket buffer that can be asked for, in bytes: what the system call takes, and Linux doubles. */
export const SOCKET_BUFFER_BYTES_MAX = 2 ** 30;

/** Datagrams that are read from a socket in one turn of the event loop at most: libuv goes on to other work after them. */
export const DATAGRAMS_PER_TURN = 32;

/**
 * Turns of the event loop for which a late timer lets what has arrived be read before it does what is due: enough for a
 * receive buffer full of small datagrams, and few enough that a peer that never stops sending holds up no deadline for long.
 */
export const INPUT_TURNS_MAX = 256;

/** How late a timer can be without the event loop having stood still, in milliseconds: timers are set in whole ones. */
export const TIMER_LATE_MS = 2;

/** Bytes of one datagram on the native wire: RFC 9000 §14. Where sizes are probed, what every path is taken to carry. */
export const NATIVE_DATAGRAM_BYTES_DEFAULT = 1_200;

/**
 * Bytes of the largest datagram that is probed for: what Ethernet carries, 1,500 bytes, less the headers of IPv4 or IPv6, and
 * UDP. Where paths carry more, somebody knows it and says so.
 */
export const PROBED_DATAGRAM_BYTES_MAX = { ipv4: 1_472, ipv6: 1_452 } as const;

/** Probes of one size that are lost before it counts as too large: MAX_PROBES of RFC 8899 §5.1.2. */
export const SIZE_PROBES_MAX = 3;

/** How near the search gets to the largest size that a path carries, in bytes: half a percent. */
export const PATH_SIZE_STEP_BYTES = 8;

/** After how long larger sizes are tried again where the search ended below the largest, in milliseconds: RFC 8899 §5.1.1. */
export const PATH_SIZE_RAISE_MS = 600_000;

/** Packets above the base size that are lost in a row before it is taken for their size. A mistake costs one probe. */
export const FULL_PACKETS_LOST_IN_ROW_MAX = 3;

/** Bytes of one message on the native wire. */
export const MESSAGE_BYTES_MAX_DEFAULT = 1024 * 1024;

/** What `messageBytesMax` may be at most, in bytes. */
export const MESSAGE_BYTES_MAX_LIMIT = 64 * 1024 * 1024;

/**
 * How long after a name could not be resolved it is looked up again, in milliseconds, as long as a call waits for its peer:
 * doubled each time, up to what a peer that gives no sign of life is probed with. A resolver answers from its own cache or
 * over a local network, so the first retries cost it little.
 */
export const NAME_RETRY_MS_FIRST = 100;
export const NAME_RETRY_MS_MAX = 3_000;

/** How much of that pause chance may take off, as a share: clients that were started together spread what they ask. */
export const NAME_RETRY_JITTER = 0.5;

/** Metadata of one call, in encoded bytes. Beyond it the call fails with `PAYLOAD_TOO_LARGE`. */
export const METADATA_BYTES_MAX = 1_024;

/** Message and details of one failure, in encoded bytes; more is cut to the message alone. */
export const FAILURE_BYTES_MAX = 4_096;

/**
 * What reflection answers, in bytes as JSON, which MessagePack never exceeds for it: what a caller accepts as one message
 * by default.
 */
export const REFLECTION_BYTES_MAX = MESSAGE_BYTES_MAX_DEFAULT;

/** Names of services that a message of reflection repeats: as many of the longest ones still fit a failure. */
export const REFLECTION_NAMES_MAX = 10;

/**
 * Who may watch `Health` at once; a further one is refused with `RESOURCE_EXHAUSTED`. Each holds a place of a handler for as long as it
 * likes: a quarter of those that there are by default.
 */
export const HEALTH_WATCHERS_MAX = 1_024;

/**
 * Calls of services that tell of the endpoint itself that are taken although no handler may be started: a server with too much to do
 * is not dead. Most are answered in the turn in which they come; those that are not have these few places.
 */
export const OWN_HANDLERS_BEYOND_MAX = 64;

/** How often a watcher of `Inspection` may be told, in milliseconds: as often as a chart can use. */
export const INSPECTION_INTERVAL_MS_MIN = 100;
export const INSPECTION_INTERVAL_MS_DEFAULT = 500;
export const INSPECTION_INTERVAL_MS_MAX = 60_000;

/** Who may watch at once; a further one is refused with `RESOURCE_EXHAUSTED`. Each takes a moment of the endpoint's time. */
export const INSPECTION_WATCHERS_MAX = 16;

/** Calls that have ended and are remembered for `Inspection`: what those who look late are shown of what was. */
export const INSPECTED_CALLS_MAX = 256;

/** Calls in one update of `Inspection`: as many as can be read. Counters know of all. */
export const INSPECTED_CALLS_PER_UPDATE_MAX = 100;

/** Peers in one update of `Inspection`, those with the most datagrams: with the calls, an update stays below 64 KiB. */
export const INSPECTED_PEERS_MAX = 64;

/** Methods whose times `Inspection` keeps apart, of both sides together; each takes about a kilobyte for each watcher. */
export const INSPECTED_METHODS_MAX = 128;

/** Packets in one update of `Inspection`, and how many of those that were sent are remembered until their fate is known. */
export const INSPECTED_PACKETS_PER_UPDATE_MAX = 200;

/** Frames of one packet that `Inspection` tells: a packet can carry hundreds of small calls. */
export const INSPECTED_FRAMES_PER_PACKET_MAX = 16;

/** Calls whose packets `Inspection` tells apart for one watcher. */
export const INSPECTED_TRACED_CALLS_MAX = 256;

/** Sources whose drops `Inspection` counts, those that were heard last: anybody can make up more. */
export const INSPECTED_SOURCES_MAX = 256;

/**
 * Magnitude of one `bigint`, in bytes: far beyond keys and moduli, and small enough that one operation with it, or printing
 * it, takes a handler of a stranger's number no more than milliseconds.
 */
export const BIGINT_BYTES_MAX = 65_536;

/**
 * Holes of all sparse arrays in one value: a hole costs nothing on the wire, but the memory of an element, and a turn of every
 * loop over its array.
 */
export const ARRAY_HOLES_MAX = 65_536;

/**
 * Sources of all regular expressions in one value, in UTF-8 bytes: their syntax is checked on arrival, which for some takes time
 * with the square of their length, 0.2 s for this much.
 */
export const REGEXP_SOURCE_BYTES_MAX = 16_384;

/** Property escapes, such as `\p{L}`, in all of them: V8 takes up to 2 ms for one. */
export const REGEXP_PROPERTIES_MAX = 64;

/** One URL, in bytes: as much as browsers and servers take. */
export const URL_BYTES_MAX = 65_536;

/** Bytes of a shared secret at least: the 256 bits of chance that the handshake is built for. */
export const SHARED_SECRET_BYTES_MIN = 32;

/** Bytes of a file with a secret. Whatever is larger is another file, given by mistake. */
export const SECRET_FILE_BYTES_MAX = 4_096;

/**
 * What a sink of a qlog may have taken and not passed on, in bytes: a slow disk is given a few seconds of a busy endpoint. Beyond
 * it events are dropped, and counted.
 */
export const QLOG_WAITING_BYTES_MAX = 16 * 1024 * 1024;

/** Characters of a qlog that are handed to its sink together, at most: what comes in one turn of the event loop, or so much. */
export const QLOG_BATCH_CHARACTERS_MAX = 65_536;

/**
 * How often the services that a process declares are looked through for the name of a method that no service has, in
 * milliseconds: whoever calls by random hashes must not make that cost more.
 */
export const QLOG_NAMES_MS = 1_000;
