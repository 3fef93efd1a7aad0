import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readSync, unlinkSync, writeFileSync } from 'node:fs';
import { RpcError } from '../errors.js';
import { SECRET_FILE_BYTES_MAX } from '../limits.js';

/** Nobody but its owner may read or write it. */
const OWNER_ONLY = 0o600;
const OTHERS = 0o077;

/**
 * The text of a file that only its owner may read, without white space around it.
 *
 * @throws RpcError `FAILED_PRECONDITION` if it cannot be read, or others may; `INVALID_ARGUMENT` if it is too large
 */
export function readSecretFile(file: string): string {
  const descriptor = attempt(`${file} cannot be read`, () => openSync(file, 'r'));
  try {
    // Of the open file: its name may lead to another one by now.
    const mode = fstatSync(descriptor).mode & 0o777;
    if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
      throw new RpcError(
        'FAILED_PRECONDITION',
        `${file} has mode 0${mode.toString(8)}, so others than its owner may use the secret in it. ` +
          `Run chmod 600 on it, and replace the secret if others could read it.`,
      );
    const bytes = Buffer.alloc(SECRET_FILE_BYTES_MAX + 1);
    const length = attempt(`${file} cannot be read`, () => readSync(descriptor, bytes));
    if (length > SECRET_FILE_BYTES_MAX)
      throw new RpcError('INVALID_ARGUMENT', `${file} has more than ${SECRET_FILE_BYTES_MAX} bytes, as no secret has.`);
    return bytes.toString('utf8', 0, length).trim();
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes a new file that only its owner may read: all of it or nothing, and never over another one.
 *
 * @throws RpcError `ALREADY_EXISTS`, or `FAILED_PRECONDITION` if it cannot be written
 */
export function writeSecretFile(file: string, text: string): void {
  // Beside it, and given its name when it is whole: a link, unlike a renaming, replaces no file.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  attempt(`${file} cannot be written`, () => {
    writeNew(draft, text);
    try {
      linkSync(draft, file);
    } finally {
      unlinkSync(draft);
    }
  });
}

function writeNew(file: string, text: string): void {
  const descriptor = openSync(file, 'wx', OWNER_ONLY);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function attempt<T>(failure: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new RpcError('ALREADY_EXISTS', `${failure}: there is a file of that name, which is not replaced.`, {
        cause,
      });
    throw new RpcError('FAILED_PRECONDITION', `${failure}: ${message}`, { cause });
  }
}
