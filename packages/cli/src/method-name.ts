import type { WireName } from '@rpcudp/core';
import type { MethodContract } from '@rpcudp/core/service';
import { misuse } from './failure.js';

/** What a method is called on its wire. */
export interface MethodName {
  /** Empty on the rpcudp wire, which has no services. */
  readonly service: string;
  readonly name: string;
}

/**
 * Reads `Service.method`. The last dot separates, for the names of services may have dots. On the rpcudp wire the whole
 * is the name.
 */
export function parseMethodName(text: string, wire: WireName): MethodName {
  if (wire === 'rpcudp') {
    if (text !== '') return { service: '', name: text };
    throw misuse('The method has no name. Write it as the peer has it, such as find_node.');
  }
  const dot = text.lastIndexOf('.');
  if (dot > 0 && dot < text.length - 1) return { service: text.slice(0, dot), name: text.slice(dot + 1) };
  throw misuse(
    `A method is written Service.method, such as Greeter.sayHi, not ${JSON.stringify(text)}. ` +
      'Names without a service, as Python peers have them, need --wire rpcudp.',
  );
}

/** A contract for a call without the class: nothing is known of types. */
export function untypedMethod(
  { service, name }: MethodName,
  how: Partial<Pick<MethodContract, 'delivery' | 'shape' | 'stream'>> = {},
): MethodContract {
  return {
    service,
    name,
    property: name,
    timeoutMs: undefined,
    // The one delivery that a server takes for every method.
    delivery: how.delivery ?? 'at-most-once',
    shape: how.stream === undefined ? (how.shape ?? 'unary') : 'stream',
    stream: how.stream,
    args: undefined,
    result: undefined,
    parameterTypes: undefined,
  };
}
