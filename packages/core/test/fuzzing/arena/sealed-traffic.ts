import {
  ID_BYTES,
  PLAIN_PACKET,
  RETRY,
  SEALED_OPENING_PACKET,
  decodeHeader,
  isOpening,
} from '../../../src/wire/native/packet';
import { hexOf } from '../same-data';
import { promise } from '../target';
import { MARK } from './calls';
import type { Party } from './party';

const HALF_OF_NUMBERS = 2 ** 31;

/** What anybody may see of datagrams whose sender has to seal them. */
export class SealedTraffic {
  /** By association: the number of its last packet. */
  readonly #numbers = new Map<string, number>();

  sent({ name, restarts }: Party, datagram: Uint8Array): void {
    const type = datagram[0]!;
    promise(type > PLAIN_PACKET, () => `${name} sends a packet that is not sealed`);
    promise(Buffer.from(datagram).indexOf(MARK) < 0, () => `${name} sends what anybody can read`);
    if (type <= RETRY) return;
    const header = decodeHeader(datagram);
    if (typeof header === 'string' || !('headerBytes' in header)) throw new Error('an engine sends no packet');
    const ids = isOpening(header) ? header.sourceId : header.destinationId;
    promise(ids.length === ID_BYTES, () => `${name} sends an id of ${ids.length} bytes`);
    const key = `${name} ${restarts} ${type === SEALED_OPENING_PACKET} ${hexOf(ids)}`;
    const last = this.#numbers.get(key);
    this.#numbers.set(key, header.number);
    const isHigher = last === undefined || header.number > last || last - header.number > HALF_OF_NUMBERS;
    promise(isHigher, () => `${name} seals a packet with the number ${header.number} after ${last}`);
  }
}
