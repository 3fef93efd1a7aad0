import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Buffer } from 'node:buffer';
import process from 'node:process';
import { connect as connectTo } from '@nats-io/transport-node';
import { answerOf, arrived } from './answer.js';

const SUBJECT = 'exchanges.exchange';
const HEADER_BYTES = 4;
/** NATS wants a number; nothing that is measured takes so long. */
const TIMEOUT_MS_MAX = 600_000;
const PORT = /Listening for client connections on [^\s]*:(\d+)/;

/** A broker of its own, and what answers on it. The broker's processor time is in no figure. */
export async function serve(host) {
  const broker = spawn('nats-server', ['-a', host, '-p', '-1'], { stdio: ['ignore', 'ignore', 'pipe'] });
  process.once('exit', () => broker.kill());
  const port = await listening(broker);
  const connection = await connectTo({ servers: `${host}:${port}` });
  connection.subscribe(SUBJECT, {
    callback: (error, message) => {
      if (error === null) message.respond(answerOf(Buffer.from(message.data).readUInt32BE(0)));
    },
  });
  await connection.flush();
  return { port };
}

export async function connect(host, { port }) {
  const connection = await connectTo({ servers: `${host}:${port}` });
  return {
    exchange(argument, answerBytes, timeoutMs) {
      const header = Buffer.alloc(HEADER_BYTES);
      header.writeUInt32BE(answerBytes);
      const timeout = Math.min(timeoutMs, TIMEOUT_MS_MAX);
      const answer = connection.request(SUBJECT, Buffer.concat([header, argument]), { timeout });
      return arrived(
        answer.then(({ data }) => data),
        answerBytes,
        timeoutMs,
      );
    },
    close: () => connection.close(),
  };
}

/** The port that the broker says it has. */
async function listening(broker) {
  let said = '';
  for (;;) {
    const [chunk] = await once(broker.stderr, 'data');
    said += chunk;
    const found = PORT.exec(said);
    if (found !== null) return Number(found[1]);
  }
}
