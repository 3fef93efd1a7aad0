import type { RpcErrorCode } from '../../../errors.js';
import type { PartRefusal } from './reassembly.js';

/** What a message whose parts are not taken ends with: docs/protocol.md §8. */
export const REFUSED_PARTS: Readonly<Record<PartRefusal, RpcErrorCode>> = {
  'too-large': 'PAYLOAD_TOO_LARGE',
  'no-room': 'RESOURCE_EXHAUSTED',
  'contradiction': 'INVALID_ARGUMENT',
};
