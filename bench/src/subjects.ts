import { bareDgram } from './bare-dgram';
import { framework } from './framework';
import type { Subject } from './subject';

/** The baseline first: everything else is a ratio to it. */
export const subjects: readonly Subject[] = [
  bareDgram,
  framework('native'),
  framework('native', true),
  framework('rpcudp'),
];
