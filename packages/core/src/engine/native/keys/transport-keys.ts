import { TAG_BYTES, type CryptoPort } from '../../../crypto/crypto-port.js';
import type { Millis } from '../../engine.js';
import type { SplitKeys } from '../handshake/handshake-state.js';
import { ReceiveKeys } from './receive-keys.js';
import { KEY_RENEWAL_DEFAULT, SendKeys, type KeyRenewal } from './send-keys.js';

/** The keys of an association after its handshake, in both directions. */
export class TransportKeys {
  /** Bytes by which sealing makes a packet longer. */
  static readonly overheadBytes = TAG_BYTES;
  readonly send: SendKeys;
  readonly receive: ReceiveKeys;

  constructor(crypto: CryptoPort, keys: SplitKeys, now: Millis, renewal: KeyRenewal = KEY_RENEWAL_DEFAULT) {
    this.send = new SendKeys(crypto, keys.send, renewal, now);
    this.receive = new ReceiveKeys(crypto, keys.receive);
  }
}
