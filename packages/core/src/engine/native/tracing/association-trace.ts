import type { Address } from '../../../address.js';
import { HELLO, type CallFrame, type Frame } from '../../../wire/native/frame-types.js';
import { decodeFrames } from '../../../wire/native/decode-frames.js';
import { SEALED_PLAIN_PACKET, SEALED_PLAIN_PACKET_1 } from '../../../wire/native/packet-types.js';
import { Reader } from '../../../wire/native/reader.js';
import type { CallOutcome, Millis, OutgoingCall } from '../../engine.js';
import { shortId } from '../../short-id.js';
import type { AssociationEnding, TraceEvent } from '../../trace-events.js';
import type { TracedPacket } from '../../traced-packet.js';
import type { CallTrace } from '../messages/messages-context.js';
import type { BuiltPacket, PacketTrace } from '../packets/packet-trace.js';
import type { PacketFates } from '../packets/sent-packets.js';
import type { PacketKind, Protection } from '../protection/protection.js';
import { AssociationChanges, type ChangingAssociation } from './association-changes.js';
import { TracedFates, type TracedFlight } from './traced-fates.js';
import { tracedFrames } from './traced-frames.js';
import type { UntoldEvent } from './untold-event.js';

/** What is looked at of an association. */
export interface TracedAssociation extends ChangingAssociation {
  readonly address: Address;
  readonly protection: Pick<Protection, 'sealed' | 'overheadBytes'>;
  readonly introduction: {
    readonly localId: Uint8Array;
    readonly remoteId: Uint8Array | undefined;
    readonly accepted: boolean;
  };
  readonly transmission: ChangingAssociation['transmission'] &
    TracedFlight & { readonly received: { readonly largest: number } };
}

/** A packet that has come, and been opened and decoded. */
export interface ArrivedPacket {
  readonly kind: PacketKind;
  readonly number: number;
  /** The first byte of the datagram. */
  readonly type: number;
  readonly frames: readonly Frame[];
  readonly from: Address;
  readonly bytes: number;
}

/** Where events go, and when they happen. */
export interface TraceSink {
  readonly now: Millis;
  tell(event: TraceEvent): void;
}

/** What happens to one association, told as it happens. */
export class AssociationTrace implements PacketTrace, CallTrace {
  readonly #association: TracedAssociation;
  readonly #sink: TraceSink;
  readonly #name: string;
  readonly #changes: AssociationChanges;
  readonly #told = { local: false, remote: false };
  readonly #phases = { local: 0, remote: 0 };

  constructor(association: TracedAssociation, sink: TraceSink) {
    this.#association = association;
    this.#sink = sink;
    const { accepted, localId, remoteId } = association.introduction;
    this.#name = shortId(accepted ? remoteId! : localId);
    this.#changes = new AssociationChanges(association, (event) => this.#tell(event));
  }

  /** Tells of it for the first time. */
  begin(): void {
    const { introduction, address, protection } = this.#association;
    const { sealed } = protection;
    this.#tell({ kind: 'association-started', peer: address, opened: !introduction.accepted, sealed });
  }

  ended(cause: AssociationEnding): void {
    this.changed();
    this.#tell({ kind: 'association-ended', cause });
  }

  /** Tells of what is another by now: the path, its size, streams, the congestion control and what it knows. */
  changed(): void {
    this.#changes.tell();
  }

  sent({ packet, headerBytes, number, kind, probe }: BuiltPacket): void {
    const { protection, address, transmission } = this.#association;
    const end = packet.length - protection.overheadBytes;
    const frames = decodeFrames(new Reader(packet.subarray(0, end), headerBytes)) ?? [];
    const keyPhase = keyPhaseOf(packet[0]!);
    this.#frames('local', frames, keyPhase);
    const { sealed } = protection;
    const traced: TracedPacket = {
      ...{ type: kind, number, bytes: packet.length, sealed, keyPhase },
      frames: tracedFrames(frames, transmission.received.largest + 1),
    };
    this.#tell({ kind: 'packet-sent', to: address, packet: traced, probe });
  }

  received({ kind, number, type, frames, from, bytes }: ArrivedPacket): void {
    const { protection, transmission } = this.#association;
    const keyPhase = keyPhaseOf(type);
    const { sealed } = protection;
    const traced: TracedPacket = {
      ...{ type: kind, number, bytes, sealed, keyPhase },
      frames: tracedFrames(frames, transmission.sent.nextNumber),
    };
    this.#tell({ kind: 'packet-received', from, packet: traced });
    // One of the last key may come late.
    const isNewest = number === transmission.received.largest;
    this.#frames('remote', frames, isNewest ? keyPhase : undefined);
  }

  watching(fates: PacketFates): PacketFates {
    return new TracedFates(fates, this.#association.transmission, (event) => this.#tell(event));
  }

  callStarted(number: number, { method, delivery, args }: OutgoingCall): void {
    this.#tell({ kind: 'call-started', number, method: method.key as number, delivery, bytes: args.length });
  }

  callEnded(number: number, outcome: CallOutcome): void {
    // One that never left has no number, and nobody has heard of it.
    if (number >= 0) this.#tell({ kind: 'call-ended', number, outcome });
  }

  requestReceived({ number, method, delivery }: CallFrame, bytes: number): void {
    this.#tell({ kind: 'request-received', number, method, delivery, bytes });
  }

  /** What a packet says of who sent it. */
  #frames(of: 'local' | 'remote', frames: readonly Frame[], keyPhase: 0 | 1 | undefined): void {
    if (keyPhase !== undefined && keyPhase !== this.#phases[of]) {
      this.#phases[of] = keyPhase;
      const opener = this.#association.introduction.accepted === (of === 'remote');
      this.#tell({ kind: 'key', of, opener, phase: keyPhase });
    }
    const hello = frames[0];
    if (hello?.type !== HELLO || this.#told[of]) return;
    this.#told[of] = true;
    const { messageBytesMax, callsMax } = hello;
    this.#tell({ kind: 'parameters', of, messageBytesMax, callsMax });
  }

  #tell(event: UntoldEvent): void {
    this.#sink.tell({ ...event, at: this.#sink.now, association: this.#name });
  }
}

function keyPhaseOf(type: number): 0 | 1 | undefined {
  if (type === SEALED_PLAIN_PACKET) return 0;
  return type === SEALED_PLAIN_PACKET_1 ? 1 : undefined;
}
