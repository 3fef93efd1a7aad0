/**
 * The limits of the native wire's engine: see `limits.ts`, where all others are. Apart from that file for their number alone.
 */

export * from './association-limits.js';
export * from './reassembly-limits.js';

/**
 * Between which the first wait for an acknowledgement lies while nothing is known of a peer's distance, in milliseconds.
 * RFC 9002 §6.2.2 says 999. docs/decisions/0015 says why less does no harm.
 */
export const FIRST_PROBE_MS_MIN = 50;
export const FIRST_PROBE_MS_MAX = 333;

/**
 * The longest first sample of a round trip that is believed, in milliseconds: RFC 8085 §3.1.1 takes it for a peer of which
 * nothing is known. Later ones are bounded by those before.
 */
export const FIRST_SAMPLE_MS_MAX = 1_000;

/** Hosts whose round trip an endpoint remembers, for the first wait of the next association with them. */
export const ROUND_TRIPS_REMEMBERED_MAX = 1_024;

/** How long an acknowledgement may wait for something to ride on, in milliseconds: RFC 9000 §13.2.1. */
export const ACK_DELAY_MS_MAX = 25;

/** What a timer can be trusted with, in milliseconds: RFC 9002 §6.1.2. */
export const TIMER_GRANULARITY_MS = 1;

/** Later packets that must have arrived before a missing one is lost: RFC 9002 §6.1.1. */
export const LOSS_REORDER_PACKETS = 3;

/**
 * Packets taken for lost that are remembered, for they may arrive after all: as many as are lost in a round trip of 14,000 packets
 * of which 7 % are.
 */
export const LOST_PACKETS_REMEMBERED_MAX = 1_024;

/** Probe time-outs for which they are remembered. */
export const LOST_PACKETS_REMEMBERED_PROBES = 3;

/** Where packets overtake each other, the parts of the least round trip in which it is learned how far: RFC 8985 §6.2. */
export const REORDERING_STEPS_OF_ROUND_TRIP = 4;

/** Episodes of losses after which that is forgotten, if no packet has arrived late meanwhile: RFC 8985 §6.2. */
export const REORDERING_EPISODES_REMEMBERED = 16;

/** Packets without content that an association waits for, so that a call with a deadline of weeks keeps no endless row. */
export const PINGS_REMEMBERED_MAX = 32;

/** Packets that a probe sends: RFC 9002 §6.2.4. */
export const PROBE_PACKETS = 2;

/** Probes without an answer after which the window collapses and probing slows down: RFC 9002 §7.6. */
export const PROBES_UNTIL_PERSISTENT = 3;

/** Least time between datagrams to a peer that gives no sign of life, in milliseconds: RFC 8085 §3.1.3. */
export const NO_FEEDBACK_PROBE_MS = 3_000;

/**
 * Longest time between probes, in milliseconds: as often as RFC 8085 §3.1.3 allows without any feedback. With more, calls
 * would wait for the back-off when an outage is over.
 */
export const PROBE_MS_MAX = 3_000;

/** Jitter of a probe, as a share of its delay: peers that lost the same link do not probe it in step. */
export const PROBE_JITTER = 0.1;

/** Datagrams of the initial congestion window: RFC 9002 §7.2. */
export const INITIAL_WINDOW_DATAGRAMS = 10;

/** Bytes of the initial congestion window: RFC 9002 §7.2. */
export const INITIAL_WINDOW_BYTES_MAX = 14_720;

/** Datagrams of the least congestion window: RFC 9002 §7.2. */
export const LEAST_WINDOW_DATAGRAMS = 2;

/** Bytes of the largest congestion window: a second at 128 Mbit/s, or 50 ms at 2.5 Gbit/s. It bounds memory, not the rate. */
export const WINDOW_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Bytes of packets to one peer that are built before they leave, and those after them are built: what the processor's nearest
 * memory holds beside the kernel's copies, so that the same memory is written again and again.
 */
export const FLUSH_BYTES = 128 * 1024;

/**
 * Items of a stream that may be sent and not taken, of one whose callee answers with many, or whose handler reads, and their
 * bytes; more than a link of 100 Mbit/s has on its way in 20 ms.
 */
export const STREAM_ITEMS = 256;
export const STREAM_BYTES = 256 * 1024;

/**
 * The same where the reader is so fast that it waits for them: what a link of 100 Mbit/s has on its way in 160 ms. Then bytes of
 * all streams of one association together from which on none is allowed more: a sixteenth of what an endpoint queues.
 */
export const STREAM_ITEMS_MAX = 2_048;
export const STREAM_BYTES_MAX = 2 * 1024 * 1024;
export const STREAMS_BYTES_MAX = 16 * 1024 * 1024;

/** The same of a stream that a handler has not begun to read: what a stranger can make an endpoint keep with one call. */
export const UNREAD_STREAM_ITEMS = 16;
export const UNREAD_STREAM_BYTES = 16 * 1024;

/** Items that a sender is ahead of its reader at most, whatever that allows: it remembers the size of each. */
export const STREAM_ITEMS_AHEAD_MAX = 4_096;

/** Bytes of a stream that may wait to be sent for its source to be asked for more: one datagram of the usual size. */
export const STREAM_QUEUED_BYTES = 1_200;

/**
 * The same where as much may go out at once, of all streams to a peer together: a dozen datagrams for each turn of the event loop,
 * and no more than a millisecond in which nobody else has one.
 */
export const STREAM_TURN_BYTES = 16 * 1024;

/** Bytes of details in an END that must fit any packet; more are left out. */
export const STREAM_END_DETAILS_BYTES_MAX = 512;

/** Calls with streams of one association, made by one side, that are not finished. */
export const STREAMS_MAX = 256;

/** How long nothing may be heard of a peer before the streams with it end, in milliseconds: docs/protocol.md §13.7. */
export const STREAM_SILENCE_MS = 45_000;

/** How long of that time it must have been asked, in milliseconds: a process that stood still has not asked. */
export const STREAM_ASKED_MS = 30_000;

/** Calls of one association at once. */
export const CALLS_IN_FLIGHT_MAX = 1_024;

/** Calls that wait for one of those to end; the next one fails with `RESOURCE_EXHAUSTED`. */
export const CALLS_QUEUED_MAX = 4_096;

/** Ranges of call numbers that an association remembers; a peer that makes more holes than this loses its association. */
export const CALL_RANGES_MAX = 4_096;

/**
 * Calls of one association that are being answered, or whose answer has not been acknowledged. A peer that keeps to what it
 * was told makes 1,024 at once; beyond four times that, a call is dropped and counted as `overload`, so that one that never
 * acknowledges anything cannot make this side keep its answers.
 */
export const CALLS_ANSWERED_MAX = 4_096;

/**
 * Calls of an association that are sent once, from the first on, which are remembered so that none of them runs twice when a
 * retry makes its opener repeat what it has sent: more than the first window holds, also of the largest datagrams.
 */
export const ONCE_CALLS_REMEMBERED = 16_384;

/** Ranges of their numbers; where that is not enough, the lowest are taken for had. */
export const ONCE_RANGES_MAX = 1_024;

/**
 * Bytes that the opener of an association pads its opening packets to: a third of the usual datagram, so that an answer of a
 * whole one may be sent to an address that is not proven yet.
 */
export const OPENING_PACKET_BYTES_MIN = 400;

/**
 * Associations of one endpoint, and tombstones as many. At 4 KiB each, which `npm run bench` measures, the associations take
 * 256 MiB; a tombstone takes a twentieth of that.
 */
export const ASSOCIATIONS_MAX = 65_536;

/**
 * Associations of one endpoint whose opener has not proved its address; beyond, the next one has to prove it first. At 4 KiB
 * each they take 16 MiB. Each that makes one call and goes counts for two minutes, so an endpoint with 30 such callers a
 * second still answers them within one round trip.
 */
export const UNPROVEN_ASSOCIATIONS_MAX = 4_096;

/**
 * How many of them are made in one second; in a flood, the rest is asked for proof at once. What a flood gets in that way
 * costs some 4 % of a processor where handshakes are read, and 0.5 MiB a second for two minutes.
 */
export const UNPROVEN_PER_SECOND_MAX = 128;

/** For how long none may have come to make it as many at once, in seconds: a flood that begins holds nobody up. */
export const UNPROVEN_BURST_SECONDS = 0.25;

/** How long an endpoint counts as loaded after it was last found to be, in milliseconds: a flood pauses no longer. */
export const LOAD_LASTS_MS = 1_000;

/**
 * The share of what an endpoint may have (associations, running handlers, bytes that are queued or wait for more parts) from
 * which on it is shared out among hosts and networks. Below, who comes first has it; above, there is a quarter for others.
 */
export const CROWDED_SHARE = 3 / 4;

/**
 * How much of all that one host gets then, an address of IPv4 or 64 bits of IPv6, and how much the network around it, 24 bits
 * or 48. Five networks have to work together to leave nothing to others.
 */
export const HOST_SHARE_MAX = 1 / 32;
export const NETWORK_SHARE_MAX = 1 / 16;

/**
 * How much of a source's part is for those of it that have come just now: as much is left to peers that have proved their
 * address for so long, in milliseconds.
 */
export const NEWCOMERS_SHARE = 1 / 2;
export const ESTABLISHED_AFTER_MS = 10_000;

/** Calls of one host and of one network in a second, under load: an eighth and a quarter of what one core answers. */
export const HOST_CALLS_PER_SECOND_MAX = 16_384;
export const NETWORK_CALLS_PER_SECOND_MAX = 32_768;

/**
 * Associations that proven addresses of one host and of one network open in a second, under load: handshakes that are read
 * take 3 % and 13 % of a core.
 */
export const HOST_HANDSHAKES_PER_SECOND_MAX = 128;
export const NETWORK_HANDSHAKES_PER_SECOND_MAX = 512;

/** Hosts, and networks, that are remembered without an association, so that they cannot begin anew by going and coming. */
export const SOURCES_REMEMBERED_MAX = 4_096;

/**
 * Bytes of arguments of running calls and of answers that are not acknowledged, of one endpoint; if four of the largest
 * messages need more, they get it.
 */
export const QUEUED_BYTES_MAX = 256 * 1024 * 1024;

/** When a call that found no room should be tried again, in milliseconds: handlers and answers take less. */
export const OVERLOAD_RETRY_MS = 1_000;

/** How long the token of a retry is good for, in milliseconds: a few round trips, and the back-off between. */
export const RETRY_TOKEN_MS = 15_000;

/** How long one secret serves for the tokens of retries, in milliseconds; the one before it is still known. */
export const RETRY_SECRET_MS = 60_000;

/**
 * Associations that are looked at to find the one that makes room for another, and how many at most if all of those are in
 * use: 1,024 take some 20 µs.
 */
export const EVICTION_CANDIDATES = 64;
export const EVICTION_CANDIDATES_MAX = 1_024;

/** How long an association must have been quiet to make room for another, in milliseconds: who calls now keeps its own. */
export const EVICTION_QUIET_MS_MIN = 10_000;

/** Bytes sent per byte received before an address is validated: RFC 9000 §8.1. */
export const AMPLIFICATION_FACTOR = 3;

/**
 * Addresses of one peer that are remembered beside the one where it is. A NAT may send from several in turn; one that is
 * forgotten has to be proven again with each packet from there.
 */
export const ADDRESSES_REMEMBERED = 8;

/** Tokens of the retry budget of one endpoint, of which half are spent at most, and what an answer gives back: gRPC A6. */
export const RETRY_TOKENS = 10;
export const RETRY_TOKENS_PER_ANSWER = 0.1;

/** Resets that an endpoint sends in one second; more unknown packets than that go unanswered. */
export const RESETS_PER_SECOND_MAX = 200;

/**
 * How far below the largest packet number duplicates are recognised; what lies lower counts as one. A multiple of 32, and
 * more than the congestion window has packets on their way. At one bit each, a peer that leaves holes costs no more than
 * others.
 */
export const PACKET_NUMBERS_REMEMBERED = 2_048;

/**
 * How long packets are sealed by one key before it is renewed, in milliseconds: the rhythm of WireGuard. Who steals the
 * memory of a process can open two minutes of the past.
 */
export const KEY_LIFETIME_MS = 120_000;

/**
 * Packets that are sealed by one key before it is renewed. Far below what ChaCha20-Poly1305 bears, which is more than any
 * association sends, and reached at 140,000 packets a second before two minutes are over. As many forged packets as break
 * a key, 2^36 (RFC 9001 §6.6), cannot arrive in its time.
 */
export const KEY_PACKETS_MAX = 2 ** 24;

/** How long a key that was renewed still opens what comes late, in milliseconds: three of the longest probes, RFC 9001 §6.5. */
export const OLD_KEY_KEPT_MS = 3 * PROBE_MS_MAX;
