import type { InspectedCall, InspectionUpdate } from '@rpcudp/core/inspection';
import { figuresOf, type CallFigures, type PeerFigures } from '../../inspection/figures.js';
import { Chart } from './chart.js';
import { cells, element, table } from './dom.js';
import { explained } from './explanations.js';
import { bytes, clockTime, milliseconds, percent, rate } from './figures.js';

/** Calls that are shown: as many as one can look through. */
const CALLS_SHOWN = 200;

/** What an endpoint does: its figures, its peers, its methods, its calls. */
export class EndpointView {
  readonly peersElement: HTMLElement;
  readonly callsElement: HTMLElement;
  readonly #summary = new Summary();
  readonly #peers = new Map<string, PeerRow>();
  readonly #peerRows: HTMLTableSectionElement;
  readonly #peerCount = element('p');
  readonly #methodRows: HTMLTableSectionElement;
  readonly #callRows: HTMLTableSectionElement;
  readonly #calls = new Map<number, InspectedCall>();
  #before: InspectionUpdate | undefined;

  constructor() {
    const peers = table('peers', [
      'address',
      explained('round trip'),
      explained('window'),
      explained('in flight'),
      explained('loss'),
      explained('dropped'),
    ]);
    const methods = table('methods', [
      explained('side'),
      'method',
      explained('calls a second'),
      explained('p50'),
      explained('p99'),
      explained('running'),
      'failed a second',
      'calls',
    ]);
    const calls = table('calls', [
      'at',
      explained('side'),
      'method',
      'peer',
      'outcome',
      explained('executed'),
      'ms',
      'arguments',
      explained('answer'),
    ]);
    [this.#peerRows, this.#methodRows, this.#callRows] = [peers.tBodies[0]!, methods.tBodies[0]!, calls.tBodies[0]!];
    this.peersElement = element('div', {}, element('h2', {}, 'Peers'), this.#summary.element, this.#peerCount, peers);
    this.callsElement = element('div', {}, element('h2', {}, 'Methods'), methods, element('h2', {}, 'Calls'), calls);
  }

  /** The endpoint was started anew, or somebody else is there: nothing before counts. */
  forget(): void {
    this.#before = undefined;
    this.#calls.clear();
  }

  show(update: InspectionUpdate): void {
    if (this.#before !== undefined && update.boundMs < this.#before.boundMs) this.forget();
    const before = this.#before;
    this.#before = update;
    this.#remember(update.calls);
    this.#showCalls();
    if (before === undefined) return;
    const figures = figuresOf(update, before);
    this.#summary.show(figures.served, figures.loss, figures.droppedPerSecond);
    this.#showPeers(figures.peers, update.peerCount);
    this.#methodRows.replaceChildren(
      ...figures.methods.map((method) =>
        cells(
          sideOf(method.side),
          method.name,
          rate(method.callsPerSecond),
          milliseconds(method.p50Ms),
          milliseconds(method.p99Ms),
          String(method.running),
          rate(method.failedPerSecond),
          String(method.total),
        ),
      ),
    );
  }

  #showPeers(peers: readonly PeerFigures[], count: number): void {
    const more = count > peers.length ? `, the busiest ${peers.length} of which are shown` : '';
    this.#peerCount.textContent = `${count} ${count === 1 ? 'peer' : 'peers'}${more}.`;
    for (const [address, row] of this.#peers) {
      if (peers.some((peer) => peer.address === address)) continue;
      row.element.remove();
      this.#peers.delete(address);
    }
    for (const peer of peers) {
      let row = this.#peers.get(peer.address);
      if (row === undefined) {
        row = new PeerRow(peer.address);
        this.#peers.set(peer.address, row);
        this.#peerRows.append(row.element);
      }
      row.show(peer);
    }
  }

  #remember(calls: readonly InspectedCall[]): void {
    for (const call of calls) this.#calls.set(call.id, call);
    const ids = [...this.#calls.keys()].sort((a, b) => a - b);
    for (const id of ids.slice(0, -CALLS_SHOWN)) this.#calls.delete(id);
  }

  #showCalls(): void {
    const calls = [...this.#calls.values()].sort((a, b) => b.id - a.id);
    this.#callRows.replaceChildren(...calls.map(callRow));
  }
}

class Summary {
  readonly element: HTMLElement;
  readonly #calls = new Chart('calls a second', 10);
  readonly #p99 = new Chart('p99', 1);
  readonly #loss = new Chart('loss', 0.05);
  readonly #dropped = new Chart('dropped', 5);

  constructor() {
    const tiles = [
      element('div', {}, explained('calls a second'), this.#calls.element),
      element('div', {}, explained('p99'), this.#p99.element),
      element('div', {}, explained('loss'), this.#loss.element),
      element('div', {}, explained('dropped'), this.#dropped.element),
    ];
    this.element = element('div', { class: 'tiles' }, ...tiles);
  }

  show({ callsPerSecond, p99Ms }: CallFigures, loss: number, dropped: number): void {
    this.#calls.add(callsPerSecond, `${rate(callsPerSecond)}/s`);
    this.#p99.add(p99Ms, `${milliseconds(p99Ms)} ms`);
    this.#loss.add(loss, percent(loss));
    this.#dropped.add(dropped, `${rate(dropped)}/s`);
  }
}

class PeerRow {
  readonly element: HTMLTableRowElement;
  readonly #roundTrip = new Chart('round trip', 1);
  readonly #window = new Chart('window', 1);
  readonly #loss = new Chart('loss', 0.05);
  readonly #dropped = new Chart('dropped', 5);
  readonly #inFlight = element('span');

  constructor(address: string) {
    const charts = [
      this.#roundTrip.element,
      this.#window.element,
      this.#inFlight,
      this.#loss.element,
      this.#dropped.element,
    ];
    this.element = cells(element('code', {}, address), ...charts);
  }

  show({ roundTripMs, windowBytes, inFlightBytes, loss, droppedPerSecond }: PeerFigures): void {
    this.#roundTrip.add(roundTripMs, `${milliseconds(roundTripMs)} ms`);
    this.#window.add(windowBytes, bytes(windowBytes));
    this.#inFlight.textContent = bytes(inFlightBytes);
    this.#loss.add(loss, percent(loss));
    this.#dropped.add(droppedPerSecond, `${rate(droppedPerSecond)}/s`);
  }
}

function callRow(call: InspectedCall): HTMLTableRowElement {
  const {
    startedAt,
    side,
    service,
    method,
    peer,
    outcome = 'runs',
    code,
    executed = '',
    durationMs,
    argsBytes,
    answerBytes,
    answerItems,
  } = call;
  const answer = `${answerBytes === undefined ? '-' : bytes(answerBytes)}${answerItems === undefined ? '' : `, ${answerItems} values`}`;
  const row = cells(
    clockTime(startedAt),
    sideOf(side),
    `${service}.${method}`,
    element('code', {}, peer),
    `${outcome}${code === undefined ? '' : ` ${code}`}`,
    executed,
    milliseconds(durationMs),
    bytes(argsBytes),
    answer,
  );
  row.className = outcome;
  return row;
}

function sideOf(side: 'client' | 'server'): string {
  return side === 'server' ? '← served' : '→ called';
}
