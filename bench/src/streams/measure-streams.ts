import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Plan } from '../measure';
import { median } from '../statistics';
import { grpcStream, peersAreInstalled } from './peer-stream';
import { streamSubjects } from './stream-subjects';

/** Values as small as most are, and such as need more than 50 datagrams of 1,200 bytes. */
const ITEM_SIZES = [100, 64 * 1024];

/** What a process that reads is asked to do. */
export interface StreamTask {
  readonly subject: string;
  readonly itemBytes: number;
  readonly plan: Plan;
}

/** What it found. */
export interface StreamMeasurement {
  readonly itemsPerSecond: number;
  /** Of both processes together. */
  readonly processorMicrosPerItem: number;
}

/** The figures of one subject at one size, over all rounds. */
export interface StreamRow {
  readonly 'item bytes': number;
  readonly 'subject': string;
  readonly 'items/s': number;
  readonly 'MB/s': number;
  readonly 'µs cpu/item': number;
  /** Items a second against the bare sender's of the same round, and against those of grpc-js. */
  readonly '× bare': number;
  readonly '× grpc-js': number | undefined;
}

/** Streams of each subject in turn, each in two fresh processes, with a stream of each size after the other. */
export async function measureStreams(rounds: number, plan: Plan): Promise<StreamRow[]> {
  const subjects = streamSubjects.filter((subject) => subject !== grpcStream || peersAreInstalled());
  const names = subjects.map(({ name }) => name);
  const rows: StreamRow[] = [];
  for (const itemBytes of ITEM_SIZES) {
    const measured = new Map<string, StreamMeasurement[]>(names.map((name) => [name, []]));
    for (let round = 0; round < rounds; round += 1)
      for (const subject of names) measured.get(subject)!.push(await measure({ subject, itemBytes, plan }));
    rows.push(...names.map((name) => summarise(measured, name, itemBytes)));
  }
  return rows;
}

/** How to have what is left out measured, too. */
export function streamsNotice(): string | undefined {
  if (peersAreInstalled()) return undefined;
  return 'grpc-js is not installed; to have it measured beside these: npm ci --prefix bench/peers --ignore-scripts';
}

async function measure(task: StreamTask): Promise<StreamMeasurement> {
  const reader = fork(join(__dirname, 'reader.js'));
  reader.send(task);
  const [measured] = (await once(reader, 'message')) as [StreamMeasurement];
  return measured;
}

function summarise(
  measured: ReadonlyMap<string, readonly StreamMeasurement[]>,
  name: string,
  bytes: number,
): StreamRow {
  const own = measured.get(name)!;
  const itemsPerSecond = median(own.map((round) => round.itemsPerSecond));
  const against = (other: string): number | undefined => {
    const theirs = measured.get(other);
    const ratios = theirs?.map((round, at) => own[at]!.itemsPerSecond / round.itemsPerSecond);
    return ratios && Number(median(ratios).toFixed(2));
  };
  return {
    'item bytes': bytes,
    'subject': name,
    'items/s': Math.round(itemsPerSecond),
    'MB/s': Number(((itemsPerSecond * bytes) / 1e6).toFixed(1)),
    'µs cpu/item': Number(median(own.map((round) => round.processorMicrosPerItem)).toFixed(1)),
    '× bare': against(streamSubjects[0]!.name)!,
    '× grpc-js': against(grpcStream.name),
  };
}
