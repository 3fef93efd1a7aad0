// This module and that of the service import each other. What loads this one first gets the other one before it.
import { Accounts } from './accounts.ts';

export class Account {
  owner!: string;

  static keeper(): Accounts {
    return new Accounts();
  }
}
