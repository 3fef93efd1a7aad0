import { CALLS } from './calls.ts';
import { reportOf } from './report.ts';
import { Shop, shop } from './shop.ts';

console.log(`REPORT ${JSON.stringify(await reportOf(Shop, shop, CALLS))}`);
