import { RpcError } from '@rpcudp/core';
import { contextKey, type ServerInterceptor } from '@rpcudp/core/interceptors';
import { USER } from './users';

/** For which tenant a call is made. */
export const TENANT = contextKey('tenant', '');

/** Users act for their own tenant, admins for any that they name. */
export const forTenant: ServerInterceptor = (call, next) => {
  const { name, tenant, isAdmin } = call.values.get(USER);
  const wanted = call.metadata.tenant ?? tenant;
  if (wanted !== tenant && !isAdmin) throw new RpcError('PERMISSION_DENIED', `${name} is not of ${wanted}.`);
  call.values.set(TENANT, wanted);
  return next(call);
};
