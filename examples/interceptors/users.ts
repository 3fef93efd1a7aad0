import { createHash } from 'node:crypto';
import { RpcError } from '@rpcudp/core';
import { contextKey, type ServerInterceptor } from '@rpcudp/core/interceptors';

export interface User {
  readonly name: string;
  readonly tenant: string;
  readonly isAdmin: boolean;
}

/** Who calls. Nobody is never found there: who has no user is refused. */
export const USER = contextKey<User>('user', { name: 'nobody', tenant: '', isAdmin: false });

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** By the hash of their tokens, so that how long looking for one takes says nothing about the others. */
const USERS = new Map<string, User>([
  [hashOf('alice-token'), { name: 'alice', tenant: 'acme', isAdmin: true }],
  [hashOf('bob-token'), { name: 'bob', tenant: 'acme', isAdmin: false }],
  [hashOf('carol-token'), { name: 'carol', tenant: 'globex', isAdmin: false }],
]);

/** Finds out who calls, and refuses strangers before anything else is looked at. */
export const authenticate: ServerInterceptor = (call, next) => {
  const user = USERS.get(hashOf(call.metadata.authorization ?? ''));
  if (user === undefined) throw new RpcError('UNAUTHENTICATED', 'Who are you? Send a token that is known here.');
  call.values.set(USER, user);
  return next(call);
};

/** For methods that not everybody may call. */
export const onlyAdmins: ServerInterceptor = (call, next) => {
  const { name, isAdmin } = call.values.get(USER);
  if (!isAdmin) throw new RpcError('PERMISSION_DENIED', `${name} may not ${call.method.property}.`);
  return next(call);
};
