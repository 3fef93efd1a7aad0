import { exchanging, EXCHANGED_BYTES } from '../src/peers/exchanging';
import { missingPeers, OURS, peerSubjects } from '../src/peers/peer-subjects';
import type { Connection, Subject } from '../src/network/subjects/subject';

/** Answers every other exchange. */
class EveryOther implements Connection {
  readonly asked: number[] = [];
  open = 0;
  most = 0;
  closed = false;

  async exchange(argument: Uint8Array, answerBytes: number): Promise<boolean> {
    this.asked.push(argument.length, answerBytes);
    this.open += 1;
    this.most = Math.max(this.most, this.open);
    await Promise.resolve();
    this.open -= 1;
    return this.asked.length % 4 === 0;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

test('what carries bytes is measured by small calls, so many in flight, of which those that are answered count', async () => {
  const connection = new EveryOther();
  const exchanger: Subject = {
    serve: () => Promise.resolve({ port: 7 }),
    connect: (host, served) => {
      expect([host, served]).toEqual(['127.0.0.1', { port: 7 }]);
      return Promise.resolve(connection);
    },
  };
  const subject = exchanging('one', () => Promise.resolve(exchanger));
  const connected = await subject.connect(await subject.serve());
  let calls = 0;
  const recorded: number[] = [];
  await connected.run(
    3,
    () => (calls += 1) > 30,
    (ms) => recorded.push(ms),
  );
  await connected.close();
  expect(new Set(connection.asked)).toEqual(new Set([EXCHANGED_BYTES]));
  expect(connection.most).toBe(3);
  expect(recorded).toHaveLength(15);
  expect(connection.closed).toBe(true);
});

test('subjects are known by name, and what a machine lacks for one is said', () => {
  const names = peerSubjects.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toContain(OURS);
  for (const [name, why] of missingPeers()) {
    expect(names).toContain(name);
    expect(why).toMatch(/here: /);
  }
});
