import { loadKeyPair, type AuthorizedCall, type PublicKey } from '@rpcudp/core/security';
import { UdpEndpoint } from '@rpcudp/udp';
import { Chat } from './chat';

/** Reads `alice=<public key>`, from the last arguments. */
function membersOf(words: readonly string[]): Map<PublicKey, string> {
  return new Map(words.map((word) => [word.slice(word.indexOf('=') + 1), word.slice(0, word.indexOf('='))]));
}

async function main(): Promise<void> {
  const [port = '1234', keyFile = 'server.key', ...words] = process.argv.slice(2);
  const members = membersOf(words);
  const keyPair = loadKeyPair(keyFile);
  const authorize = ({ publicKey }: AuthorizedCall): boolean => publicKey !== undefined && members.has(publicKey);
  const endpoint = await UdpEndpoint.bind({ port: Number(port), security: { keyPair, authorize } });
  endpoint.serve(new Chat(members));
  console.log(`Chat listens on port ${endpoint.address.port}. Its public key is ${keyPair.publicKey}`);
}

void main();
