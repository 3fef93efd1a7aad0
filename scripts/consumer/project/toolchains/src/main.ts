import { report } from './all.ts';

void report().then((reported) => console.log(`REPORT ${JSON.stringify(reported)}`));
