/** What one association, and all of them together, hold of messages that travel in parts: docs/protocol.md §8. */

/**
 * Large messages to one peer that share what is sent; more wait for those. The peer holds about as many unfinished, within
 * {@link REASSEMBLY_BYTES_MAX}.
 */
export const LARGE_MESSAGES_AT_ONCE = 4;

/** Unfinished messages of the largest size that one association may hold: two can be on their way. */
export const REASSEMBLY_MESSAGES = 2;

/**
 * Bytes that all associations of an endpoint together hold for unfinished messages; if two of the largest size need more,
 * they get it.
 */
export const REASSEMBLY_BYTES_MAX = 64 * 1024 * 1024;

/**
 * What an unfinished message costs beside its parts, in bytes: its records, tables and first memory, as V8 was measured to
 * lay them out. With the next two, it makes a part of one byte count as what it takes.
 */
export const REASSEMBLY_MESSAGE_OVERHEAD_BYTES = 1_280;

/** What taking in a part costs beside its bytes, in bytes: so many parts are a burden however few bytes they bring. */
export const REASSEMBLY_PART_OVERHEAD_BYTES = 64;

/** What a part costs beyond that if it does not follow the one before, in bytes: the records of a
 * piece and of a range. */
export const REASSEMBLY_PIECE_OVERHEAD_BYTES = 128;

/**
 * What parts may cost beside their bytes, as a share of these. Parts of 160 bytes in any order as much as they are.
 */
export const REASSEMBLY_OVERHEAD_SHARE = 1;

/**
 * Ranges of an unfinished message that have come, with holes between them. A window of 16 MiB of which a
 * quarter is lost has about as many; a sender that leaves more holes than this is refused, for it would make finding a part's place slow.
 */
export const REASSEMBLY_RANGES_MAX = 4_096;

/**
 * From what share of a message on it gets memory for all of it, if there is room: from the fourth part. So what is held is never more
 * than four times what has come, and all of it is counted.
 */
export const REASSEMBLY_WHOLE_FROM_PARTS = 4;

/** Bytes of the largest piece of memory that parts are copied into, and so the most that one message leaves unused. */
export const REASSEMBLY_SLAB_BYTES = 64 * 1024;

/**
 * An unfinished best-effort message of which nothing has come for so long makes room for others where there is none, in
 * milliseconds: what was lost of it does not come again, and its sender, who may have given it up, need not say so.
 */
export const REASSEMBLY_STALE_MS = 10_000;
