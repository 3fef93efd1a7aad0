/**
 * @packageDocumentation
 * `Inspection`, the service that shows what an endpoint does, and the types of what it tells: see `docs/guides/inspector.md`.
 */
export { Inspection } from './inspection.js';
export type { InspectionSource } from './inspection-source.js';
export type {
  CallSide,
  InspectedCall,
  InspectedLatency,
  InspectedMethod,
  InspectedPeer,
  InspectionOptions,
  InspectionUpdate,
} from './inspection-update.js';
export type { InspectedFrame, InspectedPacket, PacketFate, PacketsUpdate, CallPackets } from './packets-update.js';
