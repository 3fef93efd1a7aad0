/** The services protocol of NATS (ADR-32): answers `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS`, so that `nats micro` sees a service. */
import type { Subscription } from '@nats-io/transport-node';
import type { LinkMessage, Outgoing } from './link.js';

/** One method, as tools see it. */
export interface MicroEndpoint {
  readonly name: string;
  readonly subject: string;
  readonly queue_group: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a service says of itself. */
export interface MicroDescription {
  readonly id: string;
  readonly name: string;
  /** As semver.org writes them. */
  readonly version: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly endpoints: readonly MicroEndpoint[];
}

/** What was counted of one method. */
export interface MicroCounters {
  requests: number;
  errors: number;
  lastError: string;
  tookMs: number;
}

/** What a {@link MicroService} hears and answers over. */
export interface MicroLink {
  readonly state: string;
  subscribe(subject: string, heard: (message: LinkMessage) => void): Subscription;
  send(message: Outgoing): void;
}

const VERBS = ['PING', 'INFO', 'STATS'] as const;
const KINDS = { PING: 'ping_response', INFO: 'info_response', STATS: 'stats_response' } as const;

/** A service among those that NATS can list. */
export class MicroService {
  readonly description: MicroDescription;
  readonly #link: MicroLink;
  readonly #counters = new Map<string, MicroCounters>();
  readonly #started = new Date().toISOString();

  constructor(link: MicroLink, description: MicroDescription) {
    this.#link = link;
    this.description = description;
    for (const { name } of description.endpoints)
      this.#counters.set(name, { requests: 0, errors: 0, lastError: '', tookMs: 0 });
    const { name, id } = description;
    for (const verb of VERBS)
      for (const of of ['', `.${name}`, `.${name}.${id}`])
        link.subscribe(`$SRV.${verb}${of}`, ({ reply }) => this.#answer(verb, reply));
  }

  /** A call of a method has ended. */
  count(endpoint: string, tookMs: number, error: string | undefined): void {
    const counters = this.#counters.get(endpoint);
    if (counters === undefined) return;
    counters.requests += 1;
    counters.tookMs += tookMs;
    if (error === undefined) return;
    counters.errors += 1;
    counters.lastError = error;
  }

  #answer(verb: (typeof VERBS)[number], reply: string): void {
    if (reply === '' || this.#link.state !== 'connected') return;
    const { id, name, version, metadata } = this.description;
    const answer = { type: `io.nats.micro.v1.${KINDS[verb]}`, name, id, version, metadata, ...this.#more(verb) };
    this.#link.send({ subject: reply, payload: new TextEncoder().encode(JSON.stringify(answer)) });
  }

  #more(verb: (typeof VERBS)[number]): object {
    const { description, endpoints } = this.description;
    if (verb === 'PING') return {};
    if (verb === 'INFO') return { description, endpoints };
    return { started: this.#started, endpoints: endpoints.map((endpoint) => this.#stats(endpoint)) };
  }

  #stats({ name, subject, queue_group }: MicroEndpoint): object {
    const { requests, errors, lastError, tookMs } = this.#counters.get(name)!;
    const took = Math.round(1e6 * tookMs);
    return {
      name,
      subject,
      queue_group,
      num_requests: requests,
      num_errors: errors,
      last_error: lastError,
      processing_time: took,
      average_processing_time: requests === 0 ? 0 : Math.round(took / requests),
    };
  }
}
