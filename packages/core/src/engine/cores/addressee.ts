import { MESSAGE_ID_BYTES, REQUEST, RESPONSE } from '../../wire/rpcudp.js';
import {
  ID_BYTES,
  OPENING_PACKET,
  PLAIN_DESTINATION_AT,
  PLAIN_PACKET,
  RESET,
  RETRY,
  SEALED_OPENING_PACKET,
  SEALED_PLAIN_PACKET,
  SEALED_PLAIN_PACKET_1,
} from '../../wire/native/packet-types.js';

/**
 * Whom a datagram is for, by its first bytes: who drew an id that ends at a position (`'owner'`), whoever takes strangers with
 * such an id (`'stranger'`), everybody, or nobody.
 */
export interface Addressee {
  readonly who: 'owner' | 'stranger' | 'all' | 'nobody';
  /** Where the id ends. */
  readonly idEnd: number;
}

const SOURCE_AT = 2;
const DESTINATION_AT = SOURCE_AT + ID_BYTES;

const ALL: Addressee = { who: 'all', idEnd: 0 };
const NOBODY: Addressee = { who: 'nobody', idEnd: 0 };
const BY_SOURCE: Addressee = { who: 'stranger', idEnd: SOURCE_AT + ID_BYTES };
const BY_DESTINATION: Addressee = { who: 'owner', idEnd: DESTINATION_AT + ID_BYTES };
const BY_PLAIN_DESTINATION: Addressee = { who: 'owner', idEnd: PLAIN_DESTINATION_AT + ID_BYTES };
const BY_REQUEST: Addressee = { who: 'stranger', idEnd: 1 + MESSAGE_ID_BYTES };
const BY_RESPONSE: Addressee = { who: 'owner', idEnd: 1 + MESSAGE_ID_BYTES };

/** Whom a datagram is for, of either wire: docs/protocol.md §2, docs/rpcudp-wire.md. Looks at nothing but ids. */
export function addresseeOf(datagram: Uint8Array): Addressee {
  const addressee = byType(datagram);
  return datagram.length < addressee.idEnd ? NOBODY : addressee;
}

function byType(datagram: Uint8Array): Addressee {
  switch (datagram[0]) {
    case PLAIN_PACKET:
    case SEALED_PLAIN_PACKET:
    case SEALED_PLAIN_PACKET_1:
    case RETRY:
      // That of a retry is the opener's own, and stands in the same place.
      return BY_PLAIN_DESTINATION;
    case OPENING_PACKET:
    case SEALED_OPENING_PACKET:
      return namesNobody(datagram) ? BY_SOURCE : BY_DESTINATION;
    // Its id may be that of the other side, which carries no mark of ours.
    case RESET:
      return ALL;
    case REQUEST:
      return BY_REQUEST;
    case RESPONSE:
      return BY_RESPONSE;
    default:
      return NOBODY;
  }
}

function namesNobody(datagram: Uint8Array): boolean {
  for (let at = DESTINATION_AT; at < DESTINATION_AT + ID_BYTES; at += 1) if (datagram[at] !== 0) return false;
  return true;
}
