import type { Address } from '@rpcudp/core';
import type { NodeId } from '../ids/node-id.js';
import { PROVIDER_MS, REJOIN_MS, REJOIN_MS_MAX, SAVE_MS, SETTLE_MS } from '../limits.js';
import type { Listeners } from './events.js';
import type { Holdings } from './holdings.js';
import type { Overlay } from './overlay.js';
import { chanceOf, type KademliaPorts } from './ports.js';

/** What an {@link Upkeep} is made of. */
export interface UpkeepOptions {
  readonly overlays: readonly Overlay[];
  readonly holdings: Holdings;
  readonly ports: KademliaPorts;
  readonly listeners: Listeners;
  /** Whom to join by, again and again while nobody is known. */
  readonly addresses: (overlay: Overlay) => readonly Address[];
  readonly republish: (name: string) => Promise<void>;
  /** Says again that this node provides something. */
  readonly provide: (key: NodeId) => Promise<unknown>;
  /** Gives newcomers what they should hold. */
  readonly welcome: () => Promise<void>;
  readonly save: () => Promise<void>;
}

/** How often a node looks whether there is anything to do, in milliseconds. */
const TICK_MS = 10_000;

/** When an overlay that knows nobody joins again. */
interface Rejoining {
  at: number;
  waitMs: number;
}

/** What a node does by itself, all at one timer: maintenance, questions to suspects, joining again, saving. */
export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #rejoining = new Map<Overlay, Rejoining>();
  readonly #providing = new Map<string, { readonly key: NodeId; at: number }>();
  #saveAt: number;
  #settleAt: number;
  #preventTick: () => void = () => undefined;
  #busy = false;
  #stopped = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    const { ports } = options;
    this.#saveAt = ports.now() + SAVE_MS;
    this.#settleAt = ports.now() + SETTLE_MS * (0.5 + chanceOf(ports.random));
    this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#preventTick();
  }

  /** From now on it is said again and again that this node provides something. */
  keepProviding(name: string, key: NodeId): void {
    this.#providing.set(name, { key, at: this.#options.ports.now() + PROVIDER_MS / 3 });
  }

  stopProviding(name: string): void {
    this.#providing.delete(name);
  }

  #arm(): void {
    if (!this.#stopped) this.#preventTick = this.#options.ports.setTimer(TICK_MS, () => this.#tick());
  }

  #tick(): void {
    const { overlays, holdings } = this.#options;
    holdings.prune();
    for (const overlay of overlays) {
      overlay.askSuspects();
      this.#rejoin(overlay);
    }
    // What takes long does not overlap itself.
    if (!this.#busy) {
      this.#busy = true;
      void this.#work().finally(() => (this.#busy = false));
    }
    this.#arm();
  }

  async #work(): Promise<void> {
    const { overlays, holdings, ports, republish, provide, save, welcome } = this.#options;
    await welcome();
    if (ports.now() >= this.#settleAt) {
      this.#settleAt = Infinity;
      for (const overlay of overlays) await overlay.settle();
    }
    const { refreshSince, republish: names } = holdings.maintenance.takeDue(ports.now());
    if (refreshSince !== undefined) for (const overlay of overlays) await overlay.refresh(refreshSince);
    for (const name of names) if (!this.#stopped) await republish(name);
    for (const provided of this.#providing.values()) {
      if (this.#stopped || provided.at > ports.now()) continue;
      provided.at = ports.now() + PROVIDER_MS / 3;
      await provide(provided.key);
    }
    if (this.#stopped || ports.now() < this.#saveAt) return;
    this.#saveAt = ports.now() + SAVE_MS;
    await save();
  }

  #rejoin(overlay: Overlay): void {
    const { ports, listeners, addresses } = this.#options;
    if (overlay.table.size > overlay.table.suspects) return void this.#rejoining.delete(overlay);
    const others = addresses(overlay);
    if (others.length === 0) return;
    const before = this.#rejoining.get(overlay);
    if (before !== undefined && ports.now() < before.at) return;
    if (before === undefined) listeners.tell('partitioned', overlay.wire);
    const waitMs = Math.min(REJOIN_MS_MAX, (before?.waitMs ?? REJOIN_MS / 2) * 2);
    this.#rejoining.set(overlay, { at: ports.now() + waitMs, waitMs });
    void overlay.join(others);
  }
}
