/** Every limit of the package: its name, its unit, its default, and why it is what it is. Each has a test that names it. */

/** Targets of one channel. What discovery names beyond is left out: an answer of a stranger must not make a client hold more. */
export const TARGETS_MAX = 1_024;

/** What a target may weigh at most: what an SRV record can say. */
export const WEIGHT_MAX = 65_535;

/** The least that a target may weigh: against another one of 1, it gets a call of a thousand. */
export const WEIGHT_MIN = 0.001;

/** What a target weighs of which an SRV record says 0, beside others: RFC 2782 asks for "a very small chance". */
export const SRV_ZERO_WEIGHT = 0.1;

/** SRV records that are read of one answer, those of the lowest priority number first: each costs two more lookups. */
export const SRV_RECORDS_MAX = 64;

/** Characters of a name that DNS is asked for: RFC 1035 §3.1. */
export const NAME_CHARACTERS_MAX = 253;

/** How often a name is looked up, in milliseconds: a server that is gone gets calls for no longer. */
export const LOOKUP_EVERY_MS_DEFAULT = 5_000;

/** The most often, in milliseconds: a resolver is not for more. */
export const LOOKUP_EVERY_MS_MIN = 100;

/** How much of that chance may take off or add, as a share: clients that were started together spread what they ask. */
export const LOOKUP_JITTER = 0.1;

/** How long one question to a DNS server waits, in milliseconds, and how often it is asked: a lookup ends before the next is due. */
export const DNS_TIMEOUT_MS = 2_000;
export const DNS_TRIES = 2;

/** How long one look at a name may take, in milliseconds, whatever the resolver says of it. */
export const LOOKUP_MS_MAX = 10_000;

/** How long after discovery has failed it is begun again, in milliseconds; doubled each time up to the second. */
export const DISCOVERY_RETRY_MS_FIRST = 500;
export const DISCOVERY_RETRY_MS_MAX = 5_000;

/** How long a call waits where neither it, nor its method, nor the channel says, and no target is known yet, in milliseconds. */
export const TIMEOUT_MS_DEFAULT = 5_000;

/** Calls of one channel that wait for a target. The next one fails with `RESOURCE_EXHAUSTED`. */
export const WAITING_CALLS_MAX = 1_024;

/** Targets that one call is sent to at most: a call that as many refuse finds no better one within its time. */
export const TARGETS_PER_CALL_MAX = 8;

/** Attempts of a hedged call, the first one included. */
export const HEDGE_ATTEMPTS_DEFAULT = 2;

/** The most that may be asked for: gRFC A6 has the same bound. */
export const HEDGE_ATTEMPTS_MAX = 5;

/** How long round trips are remembered, in milliseconds: the time after which a sample counts for a third of what it did. */
export const ROUND_TRIP_MEMORY_MS = 10_000;

/**
 * By how much the second of two targets has to be cheaper, as a share of the first one's cost. Differences below it are noise; without it
 * all clients would follow that, and weights would mean nothing.
 */
export const CHEAPER_SHARE = 0.75;

/** For how long a target that failed gets no calls, in milliseconds: doubled with each failure in a row up to the second. */
export const AVOIDED_MS_FIRST = 100;
export const AVOIDED_MS_MAX = 10_000;

/** How much chance may add to that, as a share, so that clients do not come back in step. */
export const AVOIDED_JITTER = 0.2;

/** How long a target that was silent is given to say that it is there, in milliseconds: longer than any round trip on earth. */
export const PROBE_MS = 1_000;

/** How long a target may be quiet while calls wait for it before it is asked whether it is there, in milliseconds: long before a deadline. */
export const QUIET_MS = 250;

/** Calls of a target beyond which another one may not leave at once: a fresh window holds about ten. */
export const UNSENT_BEHIND_CALLS = 8;

/** How long a call waits before it tries all targets again, in milliseconds, if it has `waitForReady` and none could take it. */
export const WAIT_FOR_READY_MS = 100;

/** The numbers of gRFC A50, Envoy's: how often outliers are looked for, and how long the first ejection and any takes, in milliseconds. */
export const EJECTION_INTERVAL_MS_DEFAULT = 10_000;
export const EJECTION_MS_DEFAULT = 30_000;
export const EJECTION_MS_MAX_DEFAULT = 300_000;

/** The share of targets that may be ejected at once, in percent; one may be in any case. */
export const EJECTED_PERCENT_MAX_DEFAULT = 10;

/** How many standard deviations below the mean a success rate is an outlier; of how many targets, and calls of each, in an interval. */
export const SUCCESS_RATE_DEVIATIONS_DEFAULT = 1.9;
export const SUCCESS_RATE_TARGETS_MIN_DEFAULT = 5;
export const SUCCESS_RATE_CALLS_MIN_DEFAULT = 100;

/** The share of failed calls, in percent, above which a target is an outlier; of how many targets, and calls of it, in an interval. */
export const FAILURE_PERCENT_DEFAULT = 85;
export const FAILURE_TARGETS_MIN_DEFAULT = 5;
export const FAILURE_CALLS_MIN_DEFAULT = 50;
