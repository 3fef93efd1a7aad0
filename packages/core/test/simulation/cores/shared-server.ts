import { formatAddress, type Address } from '../../../src/index';
import { CoreTable, IdMarks, MARKS_PER_LANE, type EndpointOptions } from '../../../src/endpoint';
import { SimulatedNetwork, type NetworkConditions, type SimulatedEndpoint } from '../../../src/testing';
import { silent } from '../fixtures';
import { StationContract, StationLog, station } from '../station';

/** Where several endpoints receive. */
export const SHARED: Address = { host: '10.0.0.1', port: 1 };

const SEED = 0xc0ffee;

/** A network on which one address is served by several endpoints, as `serveOnCores` has it. */
class SharedNetwork extends SimulatedNetwork {
  /** Where each of them really is, by the text of it. */
  readonly inside = new Set<string>();
  /** Takes what arrives at the shared address. */
  arrived: (datagram: Uint8Array, from: Address) => void = () => undefined;

  override inject(datagram: Uint8Array, from: Address, to: Address): void {
    const seenFrom = this.inside.has(formatAddress(from)) ? SHARED : from;
    if (formatAddress(to) === formatAddress(SHARED)) this.arrived(datagram, seenFrom);
    else super.inject(datagram, seenFrom, to);
  }

  /** Delivers to one of those that share the address. */
  deliver(datagram: Uint8Array, from: Address, to: Address): void {
    super.inject(datagram, from, to);
  }
}

/** An endpoint of those that share the address. */
interface Worker {
  readonly mark: number;
  readonly lane: number;
  readonly endpoint: SimulatedEndpoint;
  /** Takes no more strangers. */
  retire(): void;
}

/** What {@link SharedServer} is told. */
export interface SharedServerOptions extends NetworkConditions {
  readonly lanes?: number;
  readonly endpoint?: EndpointOptions;
}

/** Several endpoints behind one address, each with a {@link station} of its own, and one log of what all have run. */
export class SharedServer {
  readonly network: SharedNetwork;
  readonly log = new StationLog();
  readonly table: CoreTable;
  /** Datagrams of strangers that a retired worker has handed on. */
  handedOn = 0;
  readonly #marks: IdMarks;
  readonly #options: EndpointOptions;
  readonly #workers = new Map<number, Worker>();
  #started = 0;

  constructor({ lanes = 2, endpoint = {}, ...conditions }: SharedServerOptions = {}) {
    this.#options = endpoint;
    this.#marks = new IdMarks(lanes * MARKS_PER_LANE, SEED);
    this.table = new CoreTable(this.#marks);
    this.network = new SharedNetwork(conditions);
    this.network.arrived = (datagram, from) => this.#hand(this.table.route(datagram) ?? [], datagram, from);
    for (let lane = 0; lane < lanes; lane += 1) this.start(lane);
  }

  /** The worker that takes the strangers of a lane. */
  current(lane: number): Worker {
    return [...this.#workers.values()].find((worker) => worker.lane === lane && !this.#retired.has(worker.mark))!;
  }

  /** How many calls each worker has answered, by its lane. */
  peersOf(lane: number): number {
    return this.current(lane).endpoint.stats().peers.length;
  }

  start(lane: number): Worker {
    const mark = this.table.seat(lane);
    const address = { host: '10.9.0.1', port: (this.#started += 1) };
    const shared = {
      retired: false,
      markId: (id: Uint8Array) => this.#marks.write(id, mark),
      handOn: (datagram: Uint8Array, from: Address) => {
        this.handedOn += 1;
        this.#hand(this.table.afterHandingOn(mark), datagram, from);
      },
    };
    this.network.inside.add(formatAddress(address));
    const edge = { shared, place: formatAddress(SHARED) };
    const endpoint = this.network.bind({ logger: silent, ...this.#options, ...address }, edge);
    endpoint.serve(StationContract, station(this.log, this.network.clock));
    const retire = (): void => {
      shared.retired = true;
    };
    const worker = { mark, lane, endpoint, retire };
    this.#workers.set(mark, worker);
    this.table.opened(mark);
    return worker;
  }

  /** The worker of a lane dies, with all that it knows. */
  kill(lane: number): void {
    const worker = this.current(lane);
    worker.endpoint.crash();
    this.#gone(worker);
  }

  readonly #retired = new Set<number>();

  /** The worker of a lane gives way to another one, which is bound at once. It goes on until `leave`. */
  replace(lane: number): { leave: () => Promise<void> } {
    const old = this.current(lane);
    old.retire();
    this.table.retired(old.mark);
    this.#retired.add(old.mark);
    this.start(lane);
    const leave = async (): Promise<void> => {
      await this.network.until(old.endpoint.close());
      this.#gone(old);
    };
    return { leave };
  }

  #gone({ mark }: Worker): void {
    this.table.left(mark);
    this.#workers.delete(mark);
    this.#retired.delete(mark);
  }

  #hand(marks: readonly number[], datagram: Uint8Array, from: Address): void {
    for (const mark of marks) {
      const worker = this.#workers.get(mark);
      if (worker !== undefined) this.network.deliver(datagram, from, worker.endpoint.address);
    }
  }
}
