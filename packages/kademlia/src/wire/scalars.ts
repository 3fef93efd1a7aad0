import { SCALAR_BYTES_MAX } from '../limits.js';
import { valueBytes, type Scalar } from '../records/record.js';

const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/**
 * Whether a value is one that every node of the Python library can hold and give: an int of 64 bits, a float, a str, bytes or a bool, and
 * not too long for a request. `None` is none: there it means that there is no value. A list makes every `get` of it raise there.
 */
export function isScalar(value: unknown): value is Scalar {
  switch (typeof value) {
    case 'boolean':
    case 'number':
      return true;
    case 'bigint':
      return value >= INT64_MIN && value <= UINT64_MAX;
    case 'string':
      return value.isWellFormed() && valueBytes(value) <= SCALAR_BYTES_MAX;
    default:
      return value instanceof Uint8Array && value.length <= SCALAR_BYTES_MAX;
  }
}
