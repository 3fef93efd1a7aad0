import { bindOnCore } from '@rpcudp/udp/cores';

await bindOnCore({ port: 1234 });
