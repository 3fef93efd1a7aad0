import type { Address } from '../address.js';
import type { StartedCall } from '../calling/started-call.js';
import type { Engine, EngineOutput, GivenReply, Millis, PeerStats } from '../engine/engine.js';
import { RpcError } from '../errors.js';
import type { EndpointPorts } from '../ports.js';

/** The engines of one endpoint, one for each wire that it speaks. */
export class EngineSet {
  readonly #engines: readonly Engine<StartedCall>[];

  /** @param engines Of different wires, at least one. The first is that of calls which name no wire. */
  constructor(engines: readonly Engine<StartedCall>[]) {
    this.#engines = engines;
  }

  /** All of them, in their order. */
  get all(): readonly Engine<StartedCall>[] {
    return this.#engines;
  }

  /** The engine of a wire. @throws RpcError `INVALID_ARGUMENT` if the endpoint does not speak it */
  speaking(wire = this.#engines[0]!.wire): Engine<StartedCall> {
    const engine = this.#engines.find((each) => each.wire === wire);
    if (engine !== undefined) return engine;
    const spoken = this.#engines.map((each) => each.wire).join(', ');
    throw new RpcError(
      'INVALID_ARGUMENT',
      `This endpoint does not speak the wire '${wire}', only: ${spoken}. Name it in wires when binding.`,
    );
  }

  /** The engine whose wire a datagram is of, if any is. */
  ownerOf(datagram: Uint8Array): Engine<StartedCall> | undefined {
    for (const engine of this.#engines) if (engine.owns(datagram)) return engine;
    return undefined;
  }

  /** Calls and answers that wait for the next flush. */
  get waitingMessages(): number {
    let messages = 0;
    for (const engine of this.#engines) messages += engine.waitingMessages;
    return messages;
  }

  /** Whether there may be something to flush. */
  get unsettled(): boolean {
    for (const engine of this.#engines) if (engine.unsettled) return true;
    return false;
  }

  /** Builds the datagrams that may go out now; gives whether there were any. */
  flush(now: Millis): boolean {
    let built = false;
    for (const engine of this.#engines) if (engine.flush(now)) built = true;
    return built;
  }

  /** Builds all datagrams that may go out now; what has been built is carried out before more is. */
  flushAll(clock: Pick<EndpointPorts, 'now'>, carryOut: () => void): void {
    do {
      this.flush(clock.now());
      carryOut();
    } while (this.#leftOff());
  }

  #leftOff(): boolean {
    for (const engine of this.#engines) if (engine.leftOff) return true;
    return false;
  }

  /** Gives when `wake` is next due. To be called when all is flushed. */
  settle(): Millis {
    let nextWake = Infinity;
    for (const engine of this.#engines) nextWake = Math.min(nextWake, engine.settle());
    return nextWake;
  }

  /** Whether they tell what happens in them. */
  watch(on: boolean): void {
    for (const engine of this.#engines) engine.traced = on;
  }

  wake(now: Millis): void {
    for (const engine of this.#engines) engine.wake(now);
  }

  startDraining(now: Millis): void {
    for (const engine of this.#engines) engine.drain(now);
  }

  /** Asks for an acknowledgement of the replies that have not arrived yet, and gives them. */
  confirmReplies(): GivenReply[] {
    return this.#engines.flatMap((engine) => engine.confirmReplies());
  }

  close(now: Millis): void {
    for (const engine of this.#engines) engine.close(now);
  }

  /** The system refused a datagram that names no call; gives the calls that have ended with it. */
  sendRefused(to: Address, now: Millis): StartedCall[] {
    return this.#engines.flatMap((engine) => engine.sendRefused(to, now));
  }

  peers(): PeerStats[] {
    return this.#engines.flatMap((engine) => engine.peers());
  }

  /** Hands out what the engines want until none wants anything: what one wants may make another want something. */
  drain(carryOut: (engine: Engine<StartedCall>, output: EngineOutput<StartedCall>) => void): void {
    let wanted: boolean;
    do {
      wanted = false;
      for (const engine of this.#engines) {
        for (let output = engine.takeOutput(); output !== undefined; output = engine.takeOutput()) {
          wanted = true;
          carryOut(engine, output);
        }
      }
    } while (wanted && this.#engines.length > 1);
  }
}
