import { RpcError } from '../../../errors.js';
import { METADATA_BYTES_MAX } from '../../../limits.js';
import type { OutgoingCall } from '../../engine.js';

/** @throws RpcError `PAYLOAD_TOO_LARGE` if a call is larger than messages of this endpoint may be */
export function checkCallSize({ args, metadata }: OutgoingCall, messageBytesMax: number): void {
  if (args.length > messageBytesMax) throw tooLarge('arguments', args.length, messageBytesMax);
  const metadataBytes = metadata?.length ?? 0;
  if (metadataBytes > METADATA_BYTES_MAX) throw tooLarge('metadata', metadataBytes, METADATA_BYTES_MAX);
}

/** @throws RpcError `PAYLOAD_TOO_LARGE` if a result is */
export function checkResultSize({ length }: Uint8Array, messageBytesMax: number): void {
  if (length > messageBytesMax) throw tooLarge('result', length, messageBytesMax);
}

function tooLarge(what: 'arguments' | 'metadata' | 'result', bytes: number, bytesMax: number): RpcError {
  const option =
    what === 'metadata' ? '' : ' Send less at a time, or bind both endpoints with a larger messageBytesMax.';
  return new RpcError(
    'PAYLOAD_TOO_LARGE',
    `${bytes} bytes of ${what} are too many: at most ${bytesMax} are allowed.${option}`,
    {
      executed: what === 'result' ? 'yes' : 'no',
      details: { bytes, bytesMax },
    },
  );
}
