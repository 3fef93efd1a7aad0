import { Argument, Option } from 'commander';

/** The endpoint that a command is about. It is read by the endpoint itself, which knows what an address is. */
export function addressArgument(): Argument {
  return new Argument('<host:port>', 'the endpoint, such as 127.0.0.1:1234 or [::1]:1234');
}

/** The wire to speak with it. */
export function wireOption(): Option {
  const description = 'the wire to speak: native, or rpcudp for Python peers';
  return new Option('--wire <wire>', description).choices(['native', 'rpcudp']).default('native');
}
