import { QLOG_FILE_BYTES_MAX, readQlog } from './read-qlog';

test('a file of more than QLOG_FILE_BYTES_MAX is not read', () => {
  // As large as it says, and as empty as it can be.
  const bytes = { length: QLOG_FILE_BYTES_MAX + 1, 0: 0x1e } as unknown as Uint8Array;
  expect(() => readQlog(bytes)).toThrow(
    'This is no qlog that can be read. The file has 268435457 bytes, and at most 268435456 are read.',
  );
});
