import { EarlyDataReader } from '@rpcudp/core/endpoint';
import { generateKeyPair, loadCrypto, loadKeyPair, type CryptoPort } from '@rpcudp/core/security';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import picocolors from 'picocolors';
import native from '../../../../docs/vectors/native.json';
import { decodeInput } from './decode-input';
import { MethodNames } from './method-names';
import { SHORT } from './value-text';

let crypto: CryptoPort;
beforeAll(async () => {
  crypto = await loadCrypto();
});

const [ik, nk] = native.sealed;
/** The public key of the opener of the vectors. */
const CALLER = 'pOCSkrZRwni5dyxWn1-puxPZBrRqtoyd-dwrRAn4ogk';
const NAMES = new MethodNames(['Math.add']);

/** What opens what was sent to the acceptor of the vectors. */
function acceptorReader(): EarlyDataReader {
  const folder = mkdtempSync(join(tmpdir(), 'rpcudp-decode-'));
  try {
    const file = join(folder, 'acceptor.key');
    const key = Buffer.from(ik!.secrets.acceptor!, 'hex').toString('base64url');
    writeFileSync(file, `rpcudp-secret-key:${key}\n`, { mode: 0o600 });
    return new EarlyDataReader(crypto, { keyPair: loadKeyPair(file) });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Output {
  readonly lines: string[];
  readonly remarks: string[];
}

function decoded({ packets }: { packets: readonly { hex: string }[] }, reader?: EarlyDataReader, json = false): Output {
  const lines: string[] = [];
  const remarks: string[] = [];
  const style = { names: NAMES, limits: SHORT, verbose: false, palette: picocolors.createColors(false), reader };
  const print = (text: string): void => void lines.push(...text.split('\n'));
  const input = Buffer.from(packets.map(({ hex }) => hex).join('\n'));
  decodeInput(input, { json, style, print, remark: (text) => void remarks.push(text) });
  return { lines, remarks };
}

test('without a secret there are ids, numbers, sizes, and what the handshake shows', () => {
  expect(decoded(ik!)).toEqual({
    lines: [
      '#1 line 1 sealed opening packet 0 from 01020304, 177 bytes',
      '   first handshake message of 96 bytes (IK), sealed 56 bytes',
      '#2 line 2 sealed opening packet 0 from a1a2a3a4 to 01020304, 127 bytes',
      '   second handshake message of 48 bytes, sealed 55 bytes',
      '#3 line 3 sealed packet 1 to a1a2a3a4, 50 bytes',
      '   sealed 37 bytes, key phase 0',
      '#4 line 4 sealed packet 2 to a1a2a3a4, 42 bytes',
      '   sealed 29 bytes, key phase 1',
    ],
    remarks: [
      '4 of 4 sealed packets stay closed. What follows the handshake is sealed with keys that nobody keeps. ' +
        'The callee’s secret opens early data alone: --key or --secret-file.',
    ],
  });
});

test('the secret of the callee opens early data, and shows who has sent it', () => {
  const { lines, remarks } = decoded(ik!, acceptorReader());
  expect(lines.slice(0, 6)).toEqual([
    '#1 line 1 sealed opening packet 0 from 01020304, 177 bytes',
    '   first handshake message of 96 bytes (IK), sealed 56 bytes',
    `   early data of ${CALLER}:`,
    '   HELLO age 0 ms, takes messages of 1048576 bytes and 1024 calls at once, feature 4 hex:676f698d1d0998ddbcd655b2f8c8d796',
    '   CALL 0 Math.add(1, 2), idempotent, 5000 ms left',
    '#2 line 2 sealed opening packet 0 from a1a2a3a4 to 01020304, 127 bytes',
  ]);
  expect(remarks[0]).toMatch(/^3 of 4 sealed packets stay closed\. .* early data alone\.$/);
});

test('early data of a caller without an identity says so', () => {
  expect(decoded(nk!, acceptorReader()).lines).toContain('   early data of a caller without an identity:');
});

test('another secret opens nothing', () => {
  const reader = new EarlyDataReader(crypto, { keyPair: generateKeyPair() });
  expect(decoded(ik!, reader).lines).toEqual(decoded(ik!).lines);
});

test('programs get the frames and the caller beside what is sealed', () => {
  const [first, answer] = decoded(ik!, acceptorReader(), true).lines.map((line) => JSON.parse(line) as object);
  expect(first).toMatchObject({ type: 'sealedOpening', caller: CALLER, frames: [{ type: 'HELLO' }, { type: 'CALL' }] });
  expect(answer).not.toHaveProperty('frames');
});
