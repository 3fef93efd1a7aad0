import fc from 'fast-check';
import picocolors from 'picocolors';
import native from '../../../../docs/vectors/native.json';
import rpcudp from '../../../../docs/vectors/rpcudp-wire.json';
import { CommandFailure } from '../failure';
import { decodeInput, type DecodeResult } from './decode-input';
import { FORMATS, type InputFormat } from './input';
import { MethodNames } from './method-names';
import { SHORT, WHOLE } from './value-text';

interface Run extends DecodeResult {
  readonly lines: string[];
  readonly remarks: string[];
}

interface RunOptions {
  readonly format?: InputFormat | undefined;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly methods?: readonly string[];
}

function run(input: string | Uint8Array, { format, json = false, verbose = false, methods }: RunOptions = {}): Run {
  const lines: string[] = [];
  const remarks: string[] = [];
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  const palette = picocolors.createColors(false);
  const style = {
    names: new MethodNames(methods),
    limits: verbose ? WHOLE : SHORT,
    verbose,
    palette,
    reader: undefined,
  };
  const print = (line: string): void => void lines.push(line);
  const remark = (text: string): void => void remarks.push(text);
  return { ...decodeInput(bytes, { format, json, style, print, remark }), lines, remarks };
}

const request = '00e364f4e88b7345ae664cd09a1123b74381088c0e92a5736179686991ae536e616b6520506c6973736b656e';

describe('hexadecimal', () => {
  test('may have comments, blanks, 0x and empty lines', () => {
    const spaced = request.replace(/../g, '0x$& ');
    const { lines, malformed } = run(`# a call\n\n${spaced} # of the wire\r\n\t${request.toUpperCase()}\n`);
    expect(lines).toEqual([
      '#1 line 3 rpcudp request e364f4e8, 44 bytes\n   sayhi("Snake Plissken")',
      '#2 line 4 rpcudp request e364f4e8, 44 bytes\n   sayhi("Snake Plissken")',
    ]);
    expect(malformed).toBe(0);
  });

  test('that is none is told with its line and column, and the next line is read', () => {
    const { lines, malformed, shown } = run(`00\u001bg\n123\n${request}`, { format: 'hex' });
    expect(lines[0]).toBe('#1 line 1 unreadable: column 3: "\\u001b" is no hexadecimal digit');
    expect(lines[1]).toBe('#2 line 2 unreadable: 3 hexadecimal digits, half a byte too many or too few');
    expect(lines[2]).toContain('sayhi');
    expect({ malformed, shown }).toEqual({ malformed: 2, shown: 3 });
  });
});

describe('base64', () => {
  const base64 = Buffer.from(request, 'hex').toString('base64');

  test.each([base64, base64.replace(/=+$/, ''), Buffer.from(request, 'hex').toString('base64url')])(
    'is found out',
    (text) => {
      expect(run(text).lines[0]).toContain('sayhi("Snake Plissken")');
    },
  );

  test.each([
    ['AAAA!', 'column 5: "!" is no digit of base64'],
    ['AA=A', 'an equals sign stands before the end of the base64'],
    ['AAAAA', '5 digits of base64, one too many or too few'],
  ])('that is none is told: %s', (text, reason) => {
    expect(run(text, { format: 'base64' }).lines).toEqual([`#1 line 1 unreadable: ${reason}`]);
  });
});

describe('other inputs', () => {
  test('the bytes of one datagram are read as they are', () => {
    expect(run(Buffer.from(request, 'hex')).lines[0]).toContain('sayhi("Snake Plissken")');
  });

  test.each([
    ['nothing is known of it', Uint8Array.of(0xff, 0xd8, 0xff, 0x00), 'neither text nor a capture'],
    ['it is compressed', Uint8Array.of(0x1f, 0x8b, 8), 'gunzip'],
  ])('%s', (_title, input, message) => {
    expect(() => run(input)).toThrow(message);
  });

  test.each(['pcap', 'pcapng'] as const)('what is forced to be a %s file has to be one', (format) => {
    expect(() => run('00', { format })).toThrow(`This is no ${format} file.`);
  });

  test('an empty input is no failure, but said', () => {
    expect(run('# nothing\n')).toEqual({
      shown: 0,
      malformed: 0,
      lines: [],
      remarks: ['There are no datagrams in the input.'],
    });
  });
});

describe('the vectors', () => {
  test.each(native.packets.map(({ name, hex, packet }) => [name, hex, packet] as const))('%s', (_name, hex, packet) => {
    const { lines } = run(hex, { json: true });
    expect(JSON.parse(lines[0]!)).toMatchObject({ wire: 'native', ...packet });
    expect(run(hex, { methods: ['Math.add'] }).lines[0]).not.toContain('malformed');
  });

  test('of the rpcudp wire are calls with their values', () => {
    for (const { method, request: hex } of rpcudp.calls) {
      const [line] = run(hex, { json: true }).lines;
      expect(JSON.parse(line!)).toMatchObject({ wire: 'rpcudp', type: 'request', method });
    }
    const responses = rpcudp.calls.flatMap(({ response }) => response ?? []);
    for (const response of responses) expect(run(response).lines[0]).toMatch(/ rpcudp response /);
  });

  test('methods have names where they are told', () => {
    const { hex } = native.packets[0]!;
    expect(run(hex).lines[0]).toContain('CALL 0 0xf7f339b6(1, 2), 5000 ms left');
    expect(run(hex, { methods: ['Math.add'] }).lines[0]).toContain('CALL 0 Math.add(1, 2), 5000 ms left');
  });

  test('calls with streams, and what belongs to them, say what they are of', () => {
    const shown = (start: string): string | undefined => {
      const { hex } = native.packets.find(({ name }) => name.startsWith(start))!;
      return run(hex).lines[0]!.split('\n').at(-1)!.trim();
    };
    expect(shown('CALL answered by a stream')).toContain(
      ', answered by a stream of at first 256 items or 262144 bytes',
    );
    expect(shown('CALL with a stream')).toContain(', with a stream');
    expect(shown('ITEM of a reply')).toBe('ITEM 300 of reply 74 = [1, 2]');
    expect(shown('ITEM_PART')).toBe('ITEM_PART 5 of reply 74, bytes 1130-1139 of 20000');
    expect(shown('CREDIT for the items of a call')).toBe('CREDIT of call 76, 0 taken, 16 items or 16384 bytes more');
    expect(shown('END of a reply: what')).toBe('END of reply 74 after 301 items, done');
    expect(shown('END of a reply that failed')).toBe('END of reply 74 after 301 items, NOT_FOUND: ["no such"]');
    expect(shown('STOP')).toBe('STOP 76');
  });

  test('the long form shows every field', () => {
    const { hex } = native.packets.find(({ name }) => name.startsWith('CALL, idempotent'))!;
    expect(run(hex, { verbose: true }).lines[0]!.split('\n').slice(1)).toEqual([
      '   CALL 2 0xf7f339b6(1, 2), idempotent, 5000 ms left, metadata { trace: "01" }',
      '     offset: 13',
      '     number: 2',
      '     delivery: idempotent',
      '     oneWay: false',
      '     method: 4159912374',
      '     deadlineMs: 5000',
      '     metadata: 81a57472616365a23031',
      '     args: 920102',
      '     decoded: { args: [1, 2], metadata: { trace: "01" } }',
    ]);
  });
});

describe('frames in one line', () => {
  test.each([
    ['PATH_CHALLENGE', 'PATH_CHALLENGE 5ec0de5ec0de0001'],
    ['PATH_RESPONSE', 'PATH_RESPONSE 5ec0de5ec0de0001'],
    ['HELLO and PADDING alone', 'PADDING 3 bytes'],
    ['ACK that goes on below 0', 'ACK 4294967291-2'],
    ['FAILURE with a message:', 'FAILURE 66 NOT_FOUND, executed: no: "no such"'],
    ['FAILURE with a message and', 'FAILURE 66 NOT_FOUND, executed: yes: "no such", { name: "licence" }'],
    ['FAILURE without', 'FAILURE 66 RESOURCE_EXHAUSTED, executed: no'],
    ['FAILURE with a code', 'FAILURE 66 UNKNOWN, executed: unknown'],
    [
      'HELLO with features',
      '1024 calls at once, frame types hex:4041, call flags hex:10, feature 77 hex:, feature 5000 hex:010203',
    ],
  ])('%s', (name, line) => {
    const { hex } = native.packets.find((vector) => vector.name.startsWith(name))!;
    expect(`${run(hex).lines[0]!}\n`).toContain(`${line}\n`);
  });

  test('PADDING is counted once for all of it, also for programs', () => {
    const { hex } = native.packets.find(({ name }) => name.startsWith('PADDING between'))!;
    expect(run(hex).lines[0]!.split('\n').slice(1)).toEqual(['   PING', '   CANCEL 4', '   PADDING 5 bytes']);
    expect(JSON.parse(run(hex, { json: true }).lines[0]!)).toMatchObject({ paddingBytes: 5 });
  });
});

describe('what is malformed', () => {
  test.each(
    native.dropped.filter(({ hex }) => hex !== '').map(({ name, hex, reason }) => [name, hex, reason] as const),
  )('%s', (_name, hex, reason) => {
    const [line] = run(hex, { json: true }).lines;
    expect(JSON.parse(line!)).toMatchObject({ type: 'malformed', why: reason, hex });
  });

  test('a frame is shown with its offset, the frames before it, and the bytes around it', () => {
    const { lines, malformed } = run('c2a1a2a3a4a5a6a7a800000006 05404001c3 040644');
    expect(lines[0]!.split('\n')).toEqual([
      '#1 line 1 malformed (malformed-packet, 21 bytes) at byte 20: CALL: flags 0x44 set bits without a meaning',
      '   RESULT 64 = true',
      '   … 06 05 40 40 01 c3 04 06 [44]',
    ]);
    expect(malformed).toBe(1);
  });

  test.each([
    ['c1', 'too-small', 1, 'an opening packet has at least 23 bytes, this one 1'],
    [`c102${'00'.repeat(21)}`, 'unknown-version', 1, 'version 2, where 1 is known'],
    [`c101${'00'.repeat(20)}01`, 'malformed-packet', 2, 'the source id is zero'],
    [`c101${'01'.repeat(20)}01`, 'malformed-packet', 22, 'an opening packet begins with HELLO'],
    [`c2${'01'.repeat(12)}030000000001`, 'malformed-packet', 13, 'HELLO: only opening packets have it'],
    [`c2${'01'.repeat(12)}000000`, 'malformed-packet', 16, 'there is no frame but PADDING'],
    ['c3aa', 'malformed-packet', 2, 'a reset has 9 bytes, or 25 with its token, this one 2'],
    [`c3${'aa'.repeat(20)}`, 'malformed-packet', 9, 'a reset has 9 bytes, or 25 with its token, this one 21'],
    [`c6${'01'.repeat(28)}`, 'too-small', 29, 'a sealed packet has at least 30 bytes, this one 29'],
    [`c501${'01'.repeat(20)}`, 'too-small', 22, 'a sealed opening packet has at least 23 bytes, this one 22'],
    [`c501${'01'.repeat(20)}4000`, 'too-small', 24, 'the bytes end inside the length of the handshake message'],
    [
      `c501${'01'.repeat(20)}21${'00'.repeat(60)}`,
      'malformed-packet',
      22,
      'the token has 33 bytes, where 32 are the most',
    ],
    [
      `c501${'01'.repeat(20)}0001${'00'.repeat(17)}`,
      'too-small',
      41,
      'what is sealed has at least 17 bytes, with its tag',
    ],
    ['7f', 'unknown-type', 0, 'first byte of neither wire'],
    [`00${'aa'.repeat(20)}c0`, 'malformed-request', 21, 'not 0xc0'],
    [`00${'aa'.repeat(20)}93`, 'malformed-request', 21, 'not an array of 3'],
    [`00${'aa'.repeat(20)}9207`, 'malformed-request', 22, 'the method is no string (0x07)'],
    [`00${'aa'.repeat(20)}92a26100`, 'malformed-request', 25, 'the arguments are no array (the bytes end)'],
    [`00${'aa'.repeat(20)}92a561`, 'malformed-request', 22, 'should take 5 bytes, and 1 are left'],
    [`00${'aa'.repeat(20)}92da0100${'61'.repeat(256)}90`, 'malformed-request', 22, 'has 256 bytes, and may have 255'],
  ])('%s is %s at byte %d: %s', (hex, why, offset, reason) => {
    const [line] = run(hex, { json: true }).lines;
    const found = JSON.parse(line!) as { readonly reason: string };
    expect(found).toMatchObject({ type: 'malformed', why, offset, hex });
    expect(found.reason).toContain(reason);
    expect(run(hex).lines[0]).toContain(`at byte ${offset}: `);
  });

  test('a value that cannot be decoded is shown as bytes, and counts', () => {
    const { lines, malformed } = run(`00${'aa'.repeat(20)}92a161 91a6616263`);
    expect(lines[0]).toContain('a(hex:91a6616263 (undecodable: the value is cut off))');
    expect(malformed).toBe(1);
  });
});

describe('a terminal', () => {
  const response = (value: string): string => `01${'aa'.repeat(20)}${value}`;

  test('is never given control characters from the network', () => {
    const text = '\u001b]0;owned\u0007\u009b31m\u202e\u007f';
    const hex = Buffer.from(text).toString('hex');
    const input = response(`d9${(hex.length / 2).toString(16)}${hex}`);
    for (const options of [{}, { json: true }, { verbose: true }]) {
      expect(run(input, options).lines.join('\n')).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    }
    expect(JSON.parse(run(input, { json: true }).lines[0]!)).toMatchObject({ decoded: { value: text } });
  });

  test('is not flooded: long values are shortened, with what they are', () => {
    const string = `da1000${'61'.repeat(4096)}`;
    expect(run(response(string)).lines[0]).toContain(`${'a'.repeat(60)}"… (4096 characters)`);
    expect(run(response(`c5ffff${'00'.repeat(65_535)}`)).lines[0]).toContain('… (65535 bytes)');
    expect(run(response(`dcffff${'01'.repeat(65_535)}`)).lines[0]!.length).toBeLessThan(260);
    expect(run(response(string), { verbose: true }).lines[0]).toContain(`"${'a'.repeat(4096)}"`);
  });

  test('shows every kind of value', () => {
    const values = [
      'c0',
      'cb7ff8000000000000',
      'cf0020000000000000',
      'd6ff00000000',
      '8101c4020102',
      'd40501',
      '81a3612062c3',
    ];
    expect(values.map((value) => run(response(value)).lines[0]!.split('= ')[1])).toEqual([
      'null',
      'NaN',
      '9007199254740992n',
      'Date(1970-01-01T00:00:00.000Z)',
      'Map { 1 => hex:0102 }',
      'Extension(5, hex:01)',
      '{ "a b": true }',
    ]);
  });
});

/** What is thrown, but for what the command says about misuse, which is no crash. */
function thrownBy(input: Uint8Array, options: RunOptions): unknown {
  try {
    run(input, options);
    return undefined;
  } catch (error) {
    return error instanceof CommandFailure && error.exitCode === 2 ? undefined : error;
  }
}

test('no input makes it throw, whatever it is taken for', () => {
  const vectors = native.packets.map(({ hex }) => Buffer.from(hex, 'hex'));
  const pcapLike = fc
    .tuple(fc.constantFrom(0, 1, 12, 101, 113, 228, 276), fc.uint8Array({ maxLength: 96 }))
    .map(([link, rest]) => {
      const header = Buffer.alloc(24 + 16);
      header.writeUInt32LE(0xa1b2c3d4, 0);
      header.writeUInt32LE(link, 20);
      header.writeUInt32LE(rest.length, 32);
      return Buffer.concat([header, rest]);
    });
  const pcapngLike = fc.array(fc.tuple(fc.constantFrom(1, 2, 3, 6), fc.uint8Array({ maxLength: 48 }))).map((blocks) => {
    const section = Buffer.from('0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000', 'hex');
    const parts = blocks.map(([type, body]) => {
      const padded = Math.ceil(body.length / 4) * 4;
      const block = Buffer.alloc(12 + padded);
      block.writeUInt32LE(type, 0);
      block.writeUInt32LE(block.length, 4);
      block.set(body, 8);
      return block;
    });
    return Buffer.concat([section, ...parts]);
  });
  const text = fc.string({ unit: 'binary' }).map((string) => Buffer.from(string));
  const flipped = fc.tuple(fc.constantFrom(...vectors), fc.nat(), fc.nat(7)).map(([vector, at, bit]) => {
    const bytes = Uint8Array.from(vector);
    bytes[at % bytes.length]! ^= 1 << bit;
    return bytes;
  });
  const input = fc.oneof(fc.uint8Array({ maxLength: 200 }), pcapLike, pcapngLike, text, flipped);
  const options = fc.record({
    format: fc.constantFrom<(InputFormat | undefined)[]>(undefined, ...FORMATS),
    json: fc.boolean(),
    verbose: fc.boolean(),
  });
  const property = fc.property(input, options, (bytes, how) => expect(thrownBy(bytes, how)).toBeUndefined());
  expect(() => fc.assert(property, { numRuns: 2000 })).not.toThrow();
});
