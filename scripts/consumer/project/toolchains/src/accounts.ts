import { RpcMethod, RpcService } from '@rpcudp/core';
import { Account } from './account.ts';
import { told } from './told.ts';

@RpcService('Accounts')
export class Accounts {
  @RpcMethod()
  open(account: Account): string {
    return told(account);
  }
}
