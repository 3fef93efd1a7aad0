import { createClient, type Client } from '@rpcudp/client';
import type { Address } from '../../../src/index';
import type { EndpointOptions, PeerOptions } from '../../../src/endpoint';
import type { NetworkConditions, SimulatedEndpoint } from '../../../src/testing';
import { silent } from '../fixtures';
import { partiesOf, type Parties, type Proof } from '../parties';
import { ReroutedNetwork } from '../rerouted-network';
import { tuned, type Tuning } from '../tuned-engines';
import { ArchiveContract, CountedArchive, serveClerk, type Archive } from './archive';

/** A datagram as it was sent. */
export interface Recorded {
  readonly datagram: Uint8Array;
  readonly to: Address;
  readonly from: Address;
  readonly at: number;
}

export interface SealedOptions extends NetworkConditions {
  /** How the sides prove themselves; `'nothing'` for calls in the clear. Default: by key pairs. */
  readonly proof?: Proof | 'nothing';
  readonly earlyData?: boolean;
  readonly server?: EndpointOptions;
  /** Of all engines. */
  readonly tuning?: Tuning;
}

export const SERVER: Address = { host: '10.0.0.1', port: 1 };
export const CALLER: Address = { host: '10.0.0.2', port: 2 };

/** A server of an archive, and callers of it, with a record of all that is sent. Whoever uses it loads cryptography first. */
export class SealedNetwork {
  readonly network: ReroutedNetwork;
  readonly archive = new CountedArchive();
  readonly sent: Recorded[] = [];
  readonly parties: Parties;
  server: SimulatedEndpoint;
  readonly #serverOptions: EndpointOptions;
  readonly #tuning: Tuning;

  constructor(options: SealedOptions = {}) {
    const { proof = 'key pairs', earlyData = false, server = {}, tuning = {}, ...conditions } = options;
    this.#serverOptions = server;
    this.#tuning = tuning;
    this.network = new ReroutedNetwork({ seed: 1, latencyMs: 20, ...conditions });
    this.network.tap = (datagram, to, from) =>
      void this.sent.push({ datagram: datagram.slice(), to, from, at: this.network.clock.now });
    this.parties = partiesOf(7, proof === 'nothing' ? undefined : { proof, earlyData, keyRenewal: undefined });
    this.server = this.startServer();
  }

  /** Binds a server, where there is none; by default as the one before it. */
  startServer(options = this.parties.server): SimulatedEndpoint {
    this.server = this.#bind(SERVER, { ...options, ...this.#serverOptions });
    this.server.serve(ArchiveContract, this.archive);
    return this.server;
  }

  /** Kills the server, and binds another one at once, or later. */
  async restartServer(pauseMs = 0): Promise<void> {
    this.server.crash();
    await this.network.advance(pauseMs);
    this.startServer();
  }

  bindCaller(address: Address = CALLER): SimulatedEndpoint {
    const caller = this.#bind(address, this.parties.client);
    serveClerk(caller);
    return caller;
  }

  clientOf(caller: SimulatedEndpoint, options: PeerOptions = {}): Client<Archive> {
    return createClient(ArchiveContract, caller.peer(SERVER, { ...this.parties.peer, ...options }));
  }

  /** What was sent to an address, or from it. */
  sentTo({ host }: Address): Recorded[] {
    return this.sent.filter(({ to }) => to.host === host);
  }

  sentFrom({ host }: Address): Recorded[] {
    return this.sent.filter(({ from }) => from.host === host);
  }

  #bind(address: Address, options: EndpointOptions): SimulatedEndpoint {
    return tuned(this.#tuning, () => this.network.bind({ ...address, logger: silent, ...options }));
  }
}

export function bytesOf(recorded: readonly Recorded[]): number {
  return recorded.reduce((sum, { datagram }) => sum + datagram.length, 0);
}
