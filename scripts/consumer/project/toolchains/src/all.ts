import { CALLS } from './calls.ts';
import { reportOf, type Report } from './report.ts';
import { Shop } from './shop.ts';

/** Of the shop, and of the service whose module is in a cycle. */
export async function report(): Promise<Report> {
  const shop = await reportOf(Shop, Shop.open(), CALLS);
  const accounts = await reportOfAccounts();
  return {
    recorded: { ...shop.recorded, ...accounts.recorded },
    doubted: `${shop.doubted} ${accounts.doubted}`.trim(),
    answers: { ...shop.answers, ...accounts.answers },
  };
}

async function reportOfAccounts(): Promise<Report> {
  try {
    const { Account } = await import('./account.ts');
    const { Accounts } = await import('./accounts.ts');
    return await reportOf(Accounts, Account.keeper(), [['account', 'open', { owner: 'Ann' }]]);
  } catch (error) {
    console.error(error);
    return { recorded: {}, doubted: '', answers: { account: (error as Error).name } };
  }
}
