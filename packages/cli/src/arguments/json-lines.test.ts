import { Readable } from 'node:stream';
import { CommandFailure } from '../failure.js';
import { argumentsAndStream, isLineSource, jsonLines } from './json-lines.js';

async function read(word: string, text: string): Promise<unknown[]> {
  const input = Readable.from([text]);
  const values: unknown[] = [];
  for await (const value of jsonLines(word, { open: () => input, standardInput: input })) values.push(value);
  return values;
}

test('each line of a file or of standard input is one value, and empty lines are none', async () => {
  expect(await read('-', '1\n\n{ a: hex:00 }\n"text"')).toEqual([1, { a: Uint8Array.of(0) }, 'text']);
  expect(await read('@values', '[1, 2]\r\n  \r\n5n\r\n')).toEqual([[1, 2], 5n]);
});

test('a value is given as soon as its line is there', async () => {
  const input = new Readable({ read: () => undefined });
  const values = jsonLines('-', { open: () => input, standardInput: input });
  input.push('1\n2');

  expect((await values.next()).value).toBe(1);
  input.push('3\n');
  expect((await values.next()).value).toBe(23);
  await values.return(undefined);
});

test('a line that is no value is named', async () => {
  await expect(read('@values', '1\n{')).rejects.toThrow(
    /^values, line 2 is not JSON5: .*A streamed argument takes one value a line\.$/,
  );
  await expect(read('@values', '1\n{')).rejects.toBeInstanceOf(CommandFailure);
});

test('a file that is not there is misuse', async () => {
  const values = jsonLines('@/no/such/file');

  await expect(values.next()).rejects.toThrow('/no/such/file cannot be read: ENOENT.');
});

test('the last argument is what is streamed: lines, or an array', async () => {
  const [first, second, streamed] = await argumentsAndStream(['str:a', '5', '-']);
  expect([first, second]).toEqual(['a', 5]);
  expect(streamed).toHaveProperty('next');
  expect(await argumentsAndStream(['1', '[2, 3]'])).toEqual([1, [2, 3]]);
  await expect(argumentsAndStream(['1'])).rejects.toThrow('its last argument has to be an array, or @file or -');
  await expect(argumentsAndStream([])).rejects.toThrow('its last argument has to be an array');
});

test('text that looks like a file is none', () => {
  expect(['-', '@file', 'str:@file', '5', undefined].map(isLineSource)).toEqual([true, true, false, false, false]);
});
