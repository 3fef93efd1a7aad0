import { connect } from '@nats-io/transport-node';
import { natsChannel, serveNats, type NatsService } from '../src';
import { testContract, type Transport } from './contract';
import { describeWithNats, withNats } from './describe-with-nats';
import { NatsServer } from './nats-server';
import { silent } from './silent';

describeWithNats(withNats('the contract of calls over NATS'), () => {
  let server: NatsServer;
  beforeAll(async () => (server = await NatsServer.start()));
  afterAll(() => server[Symbol.asyncDispose]());

  let opened = 0;
  testContract(async (): Promise<Transport> => {
    const [serving, calling] = await Promise.all([connect({ servers: server.url }), connect({ servers: server.url })]);
    // Each test has subjects of its own.
    const prefix = `t${(opened += 1)}`;
    const services: NatsService[] = [];
    return {
      channel: natsChannel(calling, { prefix, logger: silent }),
      wire: 'nats',
      unknownMethod: 'UNAVAILABLE',
      async serve(desk, options) {
        services.push(serveNats(serving, desk, { prefix, logger: silent, ...options }));
        await serving.flush();
      },
      async [Symbol.asyncDispose]() {
        await Promise.all(services.map((service) => service.close({ graceMs: 1 })));
        await Promise.all([serving.close(), calling.close()]);
      },
    };
  });
});
