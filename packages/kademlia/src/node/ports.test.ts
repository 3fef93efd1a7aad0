import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { SYSTEM_PORTS } from './ports';

test('after the process stood still, what has arrived is read before timers go off', async () => {
  const receiver = createSocket('udp4').bind(0, '127.0.0.1');
  await once(receiver, 'listening');
  const sender = createSocket('udp4');
  // Who is connected sends at once.
  sender.connect(receiver.address().port, '127.0.0.1');
  await once(sender, 'connect');
  const happened: string[] = [];
  const arrived = once(receiver, 'message').then(() => happened.push('answer'));
  sender.send('answer');
  const goneOff = new Promise<void>((resolve) =>
    SYSTEM_PORTS.setTimer(1, () => {
      happened.push('timer');
      resolve();
    }),
  );
  const until = SYSTEM_PORTS.now() + 20;
  while (SYSTEM_PORTS.now() < until);
  await Promise.all([arrived, goneOff]);
  receiver.close();
  sender.close();
  expect(happened).toEqual(['answer', 'timer']);
});

test('a timer that is prevented does not go off, also between its time and the end of the turn', async () => {
  const happened: string[] = [];
  const prevent = SYSTEM_PORTS.setTimer(0, () => happened.push('prevented'));
  const prevented = new Promise<void>((resolve) =>
    setTimeout(() => {
      prevent();
      resolve();
    }, 0),
  );
  // So that both timers are due in one turn.
  const until = SYSTEM_PORTS.now() + 5;
  while (SYSTEM_PORTS.now() < until);
  await prevented;
  await new Promise<void>((resolve) => SYSTEM_PORTS.setTimer(1, resolve));
  expect(happened).toEqual([]);
});
