/**
 * @packageDocumentation
 * The endpoint without its edge: what `@rpcudp/udp` binds to a socket and `@rpcudp/core/testing` to a simulated network.
 * For those who write another edge or another transport; the shape of that may change with any minor version. And the
 * types in the signatures of endpoints, errors, codecs and logs that few programs name.
 */
export { EndpointDriver } from './endpoint-driver.js';
export {
  TransportDriver,
  type TransportChannelOptions,
  type TransportDrainReport,
  type TransportPorts,
  type TransportStats,
} from './transport-driver.js';
export { DeadlineHeap, type Deadlined } from '../engine/tables/deadline-heap.js';
export { Fifo } from '../engine/tables/fifo.js';
export { isServiceDefinition, serviceOf } from '../serving/serve.js';
export type { StartedCall } from '../calling/started-call.js';
export type { DriverOptions } from './engines.js';
export { EarlyDataReader, type EarlyData } from './early-data.js';
export { driverOptions, type EndpointOptions } from './options.js';
export type { ChannelOptions, PeerOptions } from '../calling/endpoint-channel.js';
export type { Destination, NamedPeer } from '../calling/destination.js';
export type {
  Acknowledged,
  CallEngine,
  CallHandle,
  CallOutcome,
  CallOutput,
  CallStream,
  DatagramDescription,
  DropReason,
  Engine,
  EngineOutput,
  EndFailure,
  EngineTraits,
  GivenReply,
  IncomingRequest,
  ItemStreams,
  Millis,
  OutgoingCall,
  OutgoingStreams,
  PeerHandle,
  PeerStats,
  RandomBytes,
  Refusal,
  Replier,
  StreamDirections,
  StreamOutput,
  TraceEvent,
  TransportEngine,
  TransportName,
  WireMethod,
} from '../engine/engine.js';
export type { AssociationEnding } from '../engine/trace-events.js';
export type { TracedFrame, TracedPacket, TracedSide } from '../engine/traced-packet.js';
export type { QlogSink } from '../reporting/qlog/qlog-sink.js';
export type { Observer } from '../reporting/observers.js';
export type { CongestionControl } from '../engine/native/congestion/controller.js';
export { CoreTable, MARKS_PER_LANE } from '../engine/cores/core-table.js';
export { IdMarks } from '../engine/cores/id-marks.js';
export type { PortShare, SharedPort } from '../engine/cores/shared-port.js';
export type { EndpointPorts, Transmit } from '../ports.js';
export { RpcEndpoint, drainMsOf, graceMsOf, type CloseOptions, type DrainOptions } from './rpc-endpoint.js';
export type { DrainReport } from './draining.js';
export type { ServeOptions, ServiceInstance } from '../serving/serve.js';
export type { ReadyOptions } from '../channel.js';
export type { CallProgress } from '../progress.js';
export { RPC_ERROR_CODES, type ErrorOrigin, type Executed, type RpcErrorOptions } from '../errors.js';
export type { ExtensionType } from '../codec/extension.js';
export type { MessagePackOptions } from '../codec/messagepack.js';
export type { TracedCall, TracedDrop, TracedMessage, TracedRequest } from '../reporting/diagnostics.js';
export type { LogLevel } from '../reporting/log.js';
export type { LogEvent, LogFields } from '../reporting/log-fields.js';
export { inspectOption } from '../inspect-option.js';
export { checkSignal } from '../calling/check-options.js';
export { DATAGRAM_BYTES_MAX, SOCKET_BUFFER_BYTES_DEFAULT, SOCKET_BUFFER_BYTES_MAX } from '../limits.js';
