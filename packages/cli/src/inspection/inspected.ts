import { createClient, type Client } from '@rpcudp/client';
import { RpcError, type RpcStream } from '@rpcudp/core';
import { Inspection, type InspectionUpdate, type PacketsUpdate } from '@rpcudp/core/inspection';
import type { Connection } from '../connection.js';
import { ExitCode } from '../exit-codes.js';
import { CommandFailure } from '../failure.js';
import { failureOf, silence, type Target } from '../rpc-failure.js';

/** How an endpoint is watched. */
export interface WatchOptions {
  readonly intervalMs: number;
  /** How long to wait for the first update, and for each beyond the interval, in milliseconds. */
  readonly timeoutMs: number;
}

/** What an endpoint shows of itself, until whoever reads it leaves. */
export interface Watched<T> extends AsyncIterable<T> {
  /** How many updates were lost or overtaken. */
  readonly missed: number;
  /** Ends it, without an error. */
  cancel(): void;
}

/** Watches an endpoint; nothing is sent before the first update is asked for. */
export function watchEndpoint(connection: Connection, options: WatchOptions): Watched<InspectionUpdate> {
  return watched(connection, options, (inspection) => inspection.watch({ intervalMs: options.intervalMs }));
}

/** The packets of calls that begin from now on. */
export function watchPackets(connection: Connection, options: WatchOptions): Watched<PacketsUpdate> {
  return watched(connection, options, (inspection) => inspection.packets({ intervalMs: options.intervalMs }));
}

function watched<T>(
  { channel, target }: Connection,
  { intervalMs, timeoutMs }: WatchOptions,
  open: (inspection: Client<Inspection>) => RpcStream<T>,
): Watched<T> {
  const updates = open(createClient(Inspection, channel, { timeoutMs, idleMs: intervalMs + timeoutMs }));
  return {
    get missed() {
      return updates.missed;
    },
    cancel: () => updates.cancel(),
    async *[Symbol.asyncIterator]() {
      try {
        yield* updates;
      } catch (error) {
        throw explained(error, target, timeoutMs);
      }
    },
  };
}

/** An error of a call of `Inspection`, with what to do about it. */
function explained(error: unknown, target: Target, timeoutMs: number): unknown {
  if (!RpcError.is(error)) return error;
  if (error.code === 'DEADLINE_EXCEEDED' && error.origin === 'local') return silence(target, timeoutMs);
  if (error.code !== 'UNIMPLEMENTED') return failureOf(error, target);
  return new CommandFailure(
    ExitCode.refused,
    `${target.address} does not show what it does. Bind it with UdpEndpoint.bind({ inspection: true }).`,
    { fields: { code: error.code, executed: error.executed }, cause: error },
  );
}
