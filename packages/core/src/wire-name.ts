/** The wires: `native` is rpcudp's own, `rpcudp` that of the Python library. */
export type WireName = 'native' | 'rpcudp';
