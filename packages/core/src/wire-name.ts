/** The wires: `native` is rpcudp's own, `rpcudp` that of the Python library. */
export type WireName = 'native' | 'rpcudp';

/** What carries calls: a wire of an endpoint, or another transport. */
export type TransportName = WireName | 'nats';
