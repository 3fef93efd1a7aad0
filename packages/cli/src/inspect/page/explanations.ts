import { button, byId, element } from './dom.js';

/** What each figure means. */
const EXPLANATIONS = {
  'round trip':
    'How long a packet to this peer and the acknowledgement of it take: smoothed, as the endpoint measures it, in milliseconds. It has no figure before the first acknowledgement.',
  'window':
    'How many bytes may be on their way to this peer at once. Congestion control lets it grow while packets arrive, and shrinks it when a queue fills or packets are lost.',
  'in flight': 'How many bytes are on their way to this peer now: sent, and neither acknowledged nor lost.',
  'loss':
    'The share of packets to this peer that were taken for lost since the figure before. What was lost goes out again. Some turn out to have been overtaken only.',
  'dropped':
    'What came from this address and was dropped, a second: packets that are malformed, not authentic, late, or too many. The counters of the endpoint say why.',
  'calls a second': 'Calls that began since the figure before, for each second.',
  'p50':
    'Half of the calls that ended since the figure before took no longer. Percentiles are right to about a tenth. Streams do not count.',
  'p99': '99 of 100 calls that ended since the figure before took no longer.',
  'running': 'Calls that have not ended.',
  'executed':
    'Whether the method ran. yes: it did. no: it certainly did not, so that calling again does no harm. unknown: nobody can tell, for the answer did not come.',
  'took':
    'From the moment the command made the call to its answer: the round trip, the work of the handler, and the event loops of both ends.',
  'size': 'Bytes of the encoded arguments and of the encoded result. Headers come on top, and encryption.',
  'missed': 'Values of a stream of best effort that were overtaken by newer ones or lost.',
  'delivery':
    'at-most-once: sent again until answered, never run twice. idempotent: may run again, so it is sent again also after a restart. best-effort: sent once.',
  'side': '← served: a peer called this endpoint. → called: this endpoint called a peer.',
  'answer': 'Bytes of the encoded result, or of all values of a stream together, and how many values there were.',
  'packets':
    'Packets that carried something of this call, as the endpoint saw them: to the right what it sent, to the left what it received.',
} as const;

export type Explained = keyof typeof EXPLANATIONS;

/** A name with a `?` that explains it. */
export function explained(name: Explained): HTMLElement {
  const asks = button('?', () => show(name), { 'class': 'why', 'aria-label': `What is ${name}?` });
  return element('span', { class: 'explained' }, name, asks);
}

function show(name: Explained): void {
  byId('why-name').textContent = name;
  byId('why-text').textContent = EXPLANATIONS[name];
  (byId('why') as HTMLDialogElement).showModal();
}
