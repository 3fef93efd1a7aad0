import { PendingCall } from '@rpcudp/core';
import type { CallProgress } from '@rpcudp/core/endpoint';
import { LARGE_ARGUMENTS_BYTES, barText, showProgressBar } from './progress-bar.js';

const MEBIBYTE = 1024 * 1024;

/** A call that says that so much has arrived as it is told to. */
class Upload extends PendingCall<unknown> {
  acknowledgedBytes = 0;

  constructor(readonly totalBytes: number) {
    super();
  }

  override get progress(): CallProgress {
    const { acknowledgedBytes, totalBytes } = this;
    return Object.assign(Object.create(super.progress) as CallProgress, { acknowledgedBytes, totalBytes });
  }
}

/** What a stream is shown of a call that goes on for so long, step by step. */
function shown(call: Upload, isTTY: boolean, steps: readonly number[]): string[] {
  jest.useFakeTimers();
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const hide = showProgressBar(call, stream);
  for (const acknowledgedBytes of steps) {
    call.acknowledgedBytes = acknowledgedBytes;
    jest.advanceTimersByTime(200);
  }
  hide();
  jest.advanceTimersByTime(1000);
  jest.useRealTimers();
  return written;
}

test('a large argument is shown on a terminal as a bar that grows, and is taken away', () => {
  const lines = shown(new Upload(8 * MEBIBYTE), true, [MEBIBYTE, 8 * MEBIBYTE]);
  expect(lines).toEqual([
    '\r\u001b[K[###---------------------------]  12 %  1.0 of 8.0 MiB  5.0 MiB/s',
    '\r\u001b[K[##############################] 100 %  all 8.0 MiB arrived, waiting for the answer',
    '\r\u001b[K',
  ]);
});

test('nothing is shown of a small argument, nor where nobody looks', () => {
  expect(shown(new Upload(LARGE_ARGUMENTS_BYTES - 1), true, [5])).toEqual([]);
  expect(shown(new Upload(8 * MEBIBYTE), false, [5])).toEqual([]);
});

test('the bar is full when all has arrived, and not before', () => {
  const almost = barText({ acknowledgedBytes: 8 * MEBIBYTE - 1, totalBytes: 8 * MEBIBYTE }, 0);
  expect(almost).toContain('#-]  99 %');
});
