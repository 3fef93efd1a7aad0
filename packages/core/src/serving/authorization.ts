import type { PeerHandle } from '../engine/engine.js';
import { RpcError } from '../errors.js';
import type { Authorize, Permission } from '../security/security-options.js';
import type { MethodContract } from '../service/contract.js';
import { isThenable } from '../thenable.js';
import type { Handling } from './handling.js';

/** Asks whether calls may run, and remembers what was said for all calls of an association. */
export class Authorization {
  readonly #authorize: Authorize;
  readonly #remembered = new WeakMap<PeerHandle, Map<MethodContract, boolean>>();

  constructor(authorize: Authorize) {
    this.#authorize = authorize;
  }

  /**
   * Gives nothing, now or later, if the call may run.
   *
   * @throws RpcError `PERMISSION_DENIED`, also as a rejection
   */
  check(handling: Handling): void | PromiseLike<void> {
    const { via } = handling.request;
    const remembered = via && this.#remembered.get(via)?.get(handling.method);
    if (remembered !== undefined) return grant(handling, remembered);
    const permission = this.#ask(handling);
    if (!isThenable(permission)) return this.#take(handling, permission);
    return permission.then(
      (settled) => this.#take(handling, settled),
      (error: unknown) => deny(handling, error),
    );
  }

  #ask(handling: Handling): unknown {
    const { sender, encrypted, identity, method } = handling;
    try {
      return this.#authorize({
        publicKey: identity?.publicKey,
        encrypted,
        sender,
        service: method.service,
        method: method.property,
      });
    } catch (error) {
      return deny(handling, error);
    }
  }

  #take(handling: Handling, permission: unknown): void {
    const allowed = permission === true || (permission as Partial<Permission> | null | undefined)?.allowed === true;
    if ((permission as Partial<Permission> | null | undefined)?.remember === true) this.#remember(handling, allowed);
    grant(handling, allowed);
  }

  #remember({ request: { via }, method }: Handling, allowed: boolean): void {
    if (via === undefined) return;
    let methods = this.#remembered.get(via);
    if (methods === undefined) this.#remembered.set(via, (methods = new Map<MethodContract, boolean>()));
    methods.set(method, allowed);
  }
}

function grant(handling: Handling, allowed: boolean): void {
  if (!allowed) deny(handling);
}

/** @param cause What `authorize` threw, which stays on this side. */
function deny({ method: { service, property }, identity }: Handling, cause?: unknown): never {
  const who = identity === undefined ? 'A caller without an identity' : `The caller ${identity.publicKey}`;
  throw new RpcError('PERMISSION_DENIED', `${who} may not call ${service}.${property}.`, { executed: 'no', cause });
}
