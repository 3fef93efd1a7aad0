import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createClient } from '@rpcudp/client';
import { UdpEndpoint } from '@rpcudp/udp';
import { Store } from './store';

async function main(port: string, path: string): Promise<void> {
  await using endpoint = await UdpEndpoint.bind();
  const store = createClient(Store, endpoint.peer(`127.0.0.1:${port}`));
  const { size } = await stat(path);
  const parts: AsyncIterable<Uint8Array> = createReadStream(path, { highWaterMark: 16_384 });
  let shown = 0;
  for await (const bytes of store.upload(basename(path), parts)) {
    const percent = Math.floor((100 * bytes) / size);
    if (percent < shown + 25) continue;
    shown = percent - (percent % 25);
    console.log(`${shown} %`);
  }
  console.log(`${size} bytes are there.`);
}

void main(process.argv[2] ?? '1234', process.argv[3] ?? __filename);
