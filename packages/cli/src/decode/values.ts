/** Values of calls and replies: from payload bytes to shortened text. */
import { types } from 'node:util';
import { messagePack } from '@rpcudp/core';
import type { ExtensionType } from '@rpcudp/core/endpoint';
import { printable } from '../output/printable.js';
import { hex } from './literals.js';
import { Extension, SHORT } from './value-text.js';

/** What payload bytes hold, or why they hold nothing that can be shown. */
export type DecodedValue =
  | { readonly readable: true; readonly bytes: Uint8Array; readonly value: unknown }
  | { readonly readable: false; readonly bytes: Uint8Array; readonly reason: string };

/** Those that are not set aside for rpcudp's own values. */
const EVERY_EXTENSION = Array.from({ length: 96 }, (_, type): ExtensionType => {
  return {
    type,
    is: (value): value is unknown => value instanceof Extension && value.type === type,
    encode: (value) => (value as Extension).bytes,
    decode: (bytes) => new Extension(type, bytes),
  };
});

const codec = messagePack({ extensions: EVERY_EXTENSION, references: true });

/** Decodes payload bytes as MessagePack. Never throws: on the native wire another codec may have written them. */
export function decodeValue(bytes: Uint8Array): DecodedValue {
  try {
    return { readable: true, bytes, value: codec.decode(bytes) };
  } catch (error) {
    const message = types.isNativeError(error) ? error.message : 'the codec does not say why';
    return { readable: false, bytes, reason: message.replace(/^These bytes cannot be decoded: (.*)\.$/s, '$1') };
  }
}

/** Why a value cannot be shown, with the beginning of its bytes. */
export function unreadableText(value: DecodedValue & { readonly readable: false }): string {
  const { bytes, reason } = value;
  const start = bytes.length > SHORT.bytesMax ? `${hex(bytes.subarray(0, SHORT.bytesMax))}…` : hex(bytes);
  return `hex:${start} (undecodable: ${printable(reason)})`;
}
