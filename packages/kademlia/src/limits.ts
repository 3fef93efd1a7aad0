/** Every limit of the package: its name, its unit, its default, and why it is what it is. Each has a test that names it. */

/** Contacts of a bucket, holders of a record, and what a lookup ends with: the k of the paper and of the Python library. */
export const BUCKET_CONTACTS = 20;

/** Calls of a lookup that are on their way at once, slow ones not counted: of 4, lookups take a third longer, and make a tenth fewer. */
export const LOOKUP_CALLS = 6;

/** Calls of one lookup altogether: ten times what an honest network of ten thousand nodes takes. */
export const LOOKUP_CALLS_MAX = 300;

/** Contacts that a lookup remembers for each path, unasked ones included: whoever names more pushes out the farthest. */
export const LOOKUP_CONTACTS_MAX = 400;

/** Contacts that are read out of one answer: as many as one may have. What comes after them is not looked at. */
export const ANSWER_CONTACTS_MAX = BUCKET_CONTACTS;

/** Spare contacts of a bucket: as many as it has. The Python library kept thousands once; newer ones are likelier to live. */
export const BUCKET_SPARES = BUCKET_CONTACTS;

/** How often a contact may be silent in a row before a spare takes its entry, whether or not that was asked just now. */
export const SILENCES_MAX = 3;

/** How long a contact may be quiet before a newcomer to its full bucket has it asked whether it is there, in milliseconds. */
export const QUIET_MS = 60_000;

/** How long to wait before a silent contact is asked again, in milliseconds; doubles with each silence. */
export const SUSPECT_RETRY_MS = 30_000;

/** The longest time between two such questions, in milliseconds: after a partition, nodes find each other within it. */
export const SUSPECT_RETRY_MS_MAX = 1_800_000;

/** Patience with a first answer before anything is known of the network, in milliseconds: half of what TCP waits. */
export const PATIENCE_MS_INITIAL = 500;

/** The least patience, in milliseconds: an event loop that is busy answers no sooner. */
export const PATIENCE_MS_MIN = 50;

/** The least that patience goes beyond the usual round trip, in milliseconds: the G of RFC 6298, for timers and busy peers. */
export const PATIENCE_MS_SLACK = 20;

/** The most patience, in milliseconds. */
export const PATIENCE_MS_MAX = 1_500;

/** The least time that a call is given, in milliseconds, however near its peer is: a busy process is not a dead one. */
export const CALL_MS_MIN = 1_000;

/** How long a call of a lookup may take altogether, in milliseconds: that of the Python library. */
export const CALL_MS_MAX = 5_000;

/** Peers whose round trips are remembered. */
export const ROUND_TRIP_PEERS_MAX = 2_048;

/** How long a record lives at most, in milliseconds: the seven days of the Python library. */
export const RECORD_MS_MAX = 604_800_000;

/** How far the clocks of two machines may differ, in milliseconds, before a signed expiry is taken for a lie. */
export const CLOCK_SKEW_MS_MAX = 300_000;

/** Bytes of one value on the native wire: with its record it fits the 1 MiB that an endpoint takes. */
export const VALUE_BYTES_MAX = 1_040_000;

/** Bytes of a scalar: what fits a request of the rpcudp wire beside two ids, as the Python library has it. */
export const SCALAR_BYTES_MAX = 8_137;

/** Bytes of the salt of a signed record: that of BEP 44. */
export const SALT_BYTES_MAX = 64;

/** Bytes of all records that a node holds for others. */
export const STORE_BYTES_MAX = 67_108_864;

/** The share of those that one source may have: an IPv4 address, or 64 bits of an IPv6 one. */
export const STORE_SOURCE_SHARE = 1 / 8;

/** Bytes that a record takes beside its value: keys, signature, and what the store remembers of it. */
export const RECORD_OVERHEAD_BYTES = 512;

/** Sequence numbers of expired records that are remembered, so that an older one cannot take their entry. */
export const SEQUENCE_FLOORS_MAX = 65_536;

/** Providers of one key: the newest of them. An answer names no more. */
export const PROVIDERS_PER_KEY_MAX = 64;

/** Providers of all keys. */
export const PROVIDERS_MAX = 65_536;

/** How long a provider is named without being heard of, in milliseconds: one day, in which it says twice that it is there. */
export const PROVIDER_MS = 86_400_000;

/** How often every bucket is looked into, in milliseconds: that of the paper. */
export const REFRESH_MS = 3_600_000;

/** How often a record is republished by one of its holders, in milliseconds: that of the paper. */
export const REPUBLISH_MS = 3_600_000;

/** How much those times differ from node to node, as a share: the first to do it saves all others the trouble. */
export const JITTER_SHARE = 0.5;

/** Records whose republishing is scheduled. */
export const REPUBLISHED_MAX = 65_536;

/** Requests that one source may make in a second before it is refused: a lookup of ours makes no more than 300 altogether. */
export const REQUESTS_PER_SECOND = 1_000;

/** Records that one source may store in a second: each may cost a signature to be checked. */
export const STORES_PER_SECOND = 100;

/** How many seconds' worth of either may come at once. */
export const BURST_SECONDS = 5;

/** Sources whose requests are counted. */
export const SOURCES_MAX = 4_096;

/** Contacts that are asked back at once whether they are there. Who forges addresses makes a node ask no more than these. */
export const VERIFICATIONS_MAX = 32;

/** Contacts that a join lookup ends with: those then know the newcomer, and others near it hear of it from them. */
export const JOIN_CONTACTS = 4;

/** Calls of a join lookup that are on their way at once: with more of them, it asks more nodes than it needs. */
export const JOIN_CALLS = 2;

/** How long the node nearest to a key is taken for that without being looked up again, in milliseconds. */
export const NEAREST_MS = 60_000;

/** About how long after joining a node looks its own neighbourhood up again, in milliseconds: others have joined near it by then. */
export const SETTLE_MS = 600_000;

/** Contacts that this second lookup ends with: so many know it then, and it knows those around it. */
export const SETTLE_CONTACTS = 8;

/** How many holders have to agree on a scalar before `get` believes it, unless all have been asked. */
export const QUORUM = 3;

/** How long to wait before a node that knows nobody tries to join again, in milliseconds; doubles up to ten minutes. */
export const REJOIN_MS = 5_000;

/** The longest time between two such tries, in milliseconds. */
export const REJOIN_MS_MAX = 600_000;

/** Records that a node which leaves hands over at once: each costs a lookup, and the same few nodes are near to many of them. */
export const HANDOVERS_MAX = 8;

/** How long a node that leaves hands records over, in milliseconds: half of what service managers grant a process that they end. */
export const LEAVE_MS = 5_000;

/** Newcomers of ten seconds that are given records: who brings more than these has to wait for the republish. */
export const NEWCOMERS_MAX = 32;

/** Records that are looked through for them: each takes microseconds, and as many as that a few milliseconds. */
export const NEWCOMER_RECORDS_MAX = 2_048;

/** Records that are handed over to them in ten seconds: however many come, this node sends no more. */
export const NEWCOMER_STORES_MAX = 64;

/** How often the state is saved, in milliseconds. */
export const SAVE_MS = 300_000;

/** Contacts of one wire that are saved: enough to find the network again after a long time. */
export const SAVED_CONTACTS_MAX = 1_000;

/** Bytes of a saved state. More is no state of ours. */
export const STATE_BYTES_MAX = 268_435_456;
