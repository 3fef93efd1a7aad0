import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { Controller } from '@nestjs/common';
import { firstValueFrom } from 'rxjs';
import { answerOf, arrived, bytesOf, textOf } from './answer.js';

const PATTERN = 'exchange';

/** Its decorators by hand, for this file is compiled by nobody. */
class Exchanges {
  exchange({ argument, answerBytes }) {
    bytesOf(argument);
    return textOf(answerOf(answerBytes));
  }
}
MessagePattern(PATTERN)(
  Exchanges.prototype,
  'exchange',
  Object.getOwnPropertyDescriptor(Exchanges.prototype, 'exchange'),
);
Controller()(Exchanges);

class Served {}
Module({ controllers: [Exchanges] })(Served);

export async function serve(host) {
  const options = { transport: Transport.TCP, options: { host, port: 0 }, logger: false };
  const microservice = await NestFactory.createMicroservice(Served, options);
  await microservice.listen();
  return { port: microservice.unwrap().address().port };
}

export async function connect(host, { port }) {
  const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host, port } });
  await client.connect();
  return {
    exchange(argument, answerBytes, timeoutMs) {
      const answer = firstValueFrom(client.send(PATTERN, { argument: textOf(argument), answerBytes }));
      return arrived(answer.then(bytesOf), answerBytes, timeoutMs);
    },
    async close() {
      await client.close();
    },
  };
}
