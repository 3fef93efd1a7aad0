/** Writes docs/kademlia-lookup.html anew: npm run picture:lookup */
import { writeFileSync } from 'node:fs';
import { PAGE, SEED, pageOf } from './page';

void pageOf(SEED).then((page) => {
  writeFileSync(PAGE, page);
});
