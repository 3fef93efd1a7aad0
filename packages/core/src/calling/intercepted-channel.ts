import type { CallOptions, ChannelTraits, ReadyOptions, RpcChannel, RpcPeer } from '../channel.js';
import type { ClientInterceptor } from '../interceptor.js';
import type { RpcCall } from '../reply.js';
import type { MethodContract } from '../service/contract.js';
import type { RpcStream } from '../stream.js';
import { isTraced, optionsAfterStart, traceCall, tracedCall } from './call-trace.js';
import { startIntercepted } from './intercepted-call.js';
import type { CallToMake } from './intercepted-making.js';
import { InterceptedStream } from './intercepted-stream.js';
import { TracedStream } from './traced-stream.js';

/** What a channel with interceptors is made of. From the global registry, so that copies of this package know each other's. */
const PARTS: unique symbol = Symbol.for('rpcudp.intercepted');

interface Parts {
  readonly channel: RpcChannel;
  readonly interceptors: readonly ClientInterceptor[];
}

/**
 * The same way to the same peer, with interceptors around its calls. Those that it has already stay outside of them: what an
 * endpoint says of all its calls is not for one client to get around.
 *
 * @param interceptors The first is the outermost.
 */
export function interceptChannel(channel: RpcChannel, interceptors: readonly ClientInterceptor[]): RpcChannel {
  return new InterceptedChannel(joined(channel, interceptors));
}

/** The same of a channel that can find out whether its peer is there, which interceptors have no part in. */
export function interceptPeer(peer: RpcPeer, interceptors: readonly ClientInterceptor[]): RpcPeer {
  return new InterceptedPeer(peer, joined(peer, interceptors));
}

function joined(channel: RpcChannel, interceptors: readonly ClientInterceptor[]): Parts {
  const parts = (channel as { readonly [PARTS]?: Parts })[PARTS];
  if (parts === undefined) return { channel, interceptors };
  return { channel: parts.channel, interceptors: [...parts.interceptors, ...interceptors] };
}

class InterceptedChannel implements RpcChannel {
  readonly [PARTS]: Parts;
  readonly stream?: (method: MethodContract, args: readonly unknown[], options?: CallOptions) => RpcStream<unknown>;

  constructor(parts: Parts) {
    this[PARTS] = parts;
    if (parts.channel.stream === undefined) return;
    this.stream = (method, args, options = {}) => this.#stream({ ...parts, method, args, options });
  }

  get remote(): string {
    return this[PARTS].channel.remote;
  }

  get traits(): ChannelTraits {
    return this[PARTS].channel.traits ?? {};
  }

  call(method: MethodContract, args: readonly unknown[], options: CallOptions = {}): RpcCall<unknown> {
    const making = { ...this[PARTS], method, args, options };
    if (!isTraced(options)) return startIntercepted(making);
    // Told of out here, so that a retry is a part of the call.
    const traced = tracedCall(this, method, options);
    return traceCall(traced, method, () =>
      startIntercepted({ ...making, options: optionsAfterStart(traced, options) }),
    );
  }

  #stream(making: CallToMake): RpcStream<unknown> {
    const { method, options } = making;
    if (!isTraced(options)) return new InterceptedStream(making);
    const traced = tracedCall(this, method, options);
    const later = {
      ...making,
      get options() {
        return optionsAfterStart(traced, options);
      },
    };
    return new TracedStream(new InterceptedStream(later), traced);
  }
}

class InterceptedPeer extends InterceptedChannel implements RpcPeer {
  readonly #peer: RpcPeer;

  constructor(peer: RpcPeer, parts: Parts) {
    super(parts);
    this.#peer = peer;
  }

  ready(options?: ReadyOptions): Promise<boolean> {
    return this.#peer.ready(options);
  }
}
