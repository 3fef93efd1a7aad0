import { hello } from './hello';

void hello('Snake Plissken').then(console.log);
