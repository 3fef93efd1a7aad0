import type { CallEngine, WireMethod } from './engine/engine.js';
import type { MethodContract } from './service/contract.js';

const utf8 = new TextEncoder();

/** What a wire calls a method. */
export function wireMethodOf(wire: Pick<CallEngine, 'wireMethod'>, method: MethodContract): WireMethod {
  return wire.wireMethod(utf8.encode(method.service), utf8.encode(method.name));
}
