import type { Address } from '../../../address.js';
import type { Millis } from '../../engine.js';
import { Holding } from './holding.js';
import { Source } from './sources.js';

/**
 * `dialled`: this side has opened the association. `stranger`: the other side has, and has not proved its address. `proven`: it
 * has.
 */
export type Trust = 'dialled' | 'stranger' | 'proven';

/** Where those count who count nowhere: written, never read. */
const NOWHERE = new Source('');

/** What one association has of its endpoint, and where that counts. */
export class Standing extends Holding {
  trust: Trust;
  /** The last address that has been proven. */
  address: Address | undefined;
  provenAt: Millis = Infinity;
  host = NOWHERE;
  network = NOWHERE;
  /** Whether it is one too many of its source: no call of it is taken as long as that is so. */
  surplus = false;

  constructor(trust: Trust) {
    super();
    this.trust = trust;
  }
}
