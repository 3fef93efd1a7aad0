import { UdpEndpoint } from '@rpcudp/udp';
import { testContract, type Transport } from './contract';
import { silent } from './silent';

describe('the contract of calls over UDP', () => {
  testContract(async (): Promise<Transport> => {
    const caller = await UdpEndpoint.bind({ host: '127.0.0.1', logger: silent });
    const servers: UdpEndpoint[] = [];
    const bind = async (options = {}): Promise<UdpEndpoint> => {
      const endpoint = await UdpEndpoint.bind({ host: '127.0.0.1', logger: silent, ...options });
      servers.push(endpoint);
      return endpoint;
    };
    let channel = caller.peer((await bind()).address);
    return {
      get channel() {
        return channel;
      },
      wire: 'native',
      unknownMethod: 'UNIMPLEMENTED',
      async serve(desk, options) {
        const endpoint = options === undefined ? servers[0]! : await bind(options);
        endpoint.serve(desk);
        channel = caller.peer(endpoint.address);
      },
      async [Symbol.asyncDispose]() {
        await Promise.all([...servers, caller].map((endpoint) => endpoint.close({ graceMs: 1 })));
      },
    };
  });
});
