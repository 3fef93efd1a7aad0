/** What the RFCs and the draft of congestion control set: no limits of ours, and nothing to turn. */

/** How much may go out at once at the pacing rate, in milliseconds of it: timers go off no more often, and late. */
export const PACING_BURST_MS = 2;

/** By how much CUBIC reduces its window, and how steeply that grows, in datagrams per cubed second: RFC 9438 §4.1 and §4.6. */
export const CUBIC_BETA = 0.7;
export const CUBIC_SCALE = 0.4;

/** Samples of a round trip before its least one says something: RFC 9406 §4.2, as all that follow. */
export const ROUND_TRIP_SAMPLES_MIN = 8;
/** From what increase of the round trip on a queue is believed to grow: an eighth of it, but within these bounds. */
export const DELAY_INCREASE_DIVISOR = 8;
export const DELAY_INCREASE_MS_MIN = 4;
export const DELAY_INCREASE_MS_MAX = 16;
/** By how much slower a window grows while that is doubted, and for how many round trips. */
export const CONSERVATIVE_GROWTH_DIVISOR = 4;
export const CONSERVATIVE_ROUNDS = 5;

/** Datagrams that BBR keeps on their way: draft-ietf-ccwg-bbr §2.7, as all that follow. */
export const BBR_LEAST_DATAGRAMS = 4;
/** What a loss leaves of the short-term model, and what of the long-term one is left to others. */
export const BBR_BETA = 0.7;
export const BBR_HEADROOM = 0.15;
/** The share of what is on its way that may be lost before that is too much. */
export const BBR_LOSS_SHARE_MAX = 0.02;
/** The same where round trips show no queue, and by how much they grow if there is one: ours, docs/decisions/0023. */
export const BBR_LOSS_SHARE_MAX_WITHOUT_QUEUE = 0.06;
export const BBR_QUEUE_GROWTH = 1.05;
/** By how much bandwidth has to grow within so many round trips, or it is used up. */
export const BBR_FULL_GROWTH = 1.25;
export const BBR_FULL_ROUNDS = 3;
/** By how much all round trips of one grow where a queue stands, at the start or outside of probes: ours, docs/decisions/0023. */
export const BBR_STANDING_QUEUE = 1.25;
/** What such a queue leaves of the bandwidth outside of probes, at least: ours. */
export const BBR_QUEUE_BETA = 0.85;
/** By how much round trips grow in a probe that builds a queue, and how many parts of one are looked at on their own: ours. */
export const BBR_PROBE_QUEUE = 1.125;
export const BBR_QUEUE_SPANS = 4;
/** Holes in one round trip of the start that end it. */
export const BBR_STARTUP_LOSSES = 6;
/** Round trips after which the queue of the start is believed to be drained. */
export const BBR_DRAIN_ROUNDS = 3;
/** What is paced below the bandwidth, so that no queue stays. */
export const BBR_PACING_MARGIN = 0.99;
/** How often the round trip without a queue is looked for, how long that takes at least, and how long its least one counts. */
export const BBR_PROBE_ROUND_TRIP_EVERY_MS = 5_000;
export const BBR_PROBE_ROUND_TRIP_MS = 200;
export const BBR_MIN_ROUND_TRIP_MS = 10_000;
/** Between probes for bandwidth: from two to three seconds, or as many round trips as Reno would take, but no more than these. */
export const BBR_PROBE_WAIT_MS = 2_000;
export const BBR_PROBE_ROUNDS_MAX = 63;
/** For how many round trips bunched acknowledgements are remembered. */
export const BBR_AGGREGATION_ROUNDS = 10;
/** Bytes of the largest burst that BBR leaves room for in its window. */
export const SEND_QUANTUM_BYTES_MAX = 65_536;

/**
 * Of best effort, which shall wait in no queue: how many packets may always be on their way, so that none waits for an
 * acknowledgement that is put off; by how much more may be with each round trip that has not grown; by how many milliseconds
 * one may be longer than the least anyhow; and how often the queue is let run empty, so that the least shows again. Ours.
 */
export const FRESH_PACKETS = 2;
export const FRESH_GROWTH = 1.25;
export const FRESH_TOLERANCE_MS = 5;
export const FRESH_ROUND_TRIP_EVERY_MS = 5_000;
