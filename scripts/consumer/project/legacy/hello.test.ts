import { contractOf } from '@rpcudp/core/service';
import { Greeter } from './greeter';
import { hello } from './hello';

test('a decorated class is served and called over UDP inside jest', async () => {
  expect(await hello('Snake Plissken')).toMatch(/^Hello Snake Plissken, you live at 127\.0\.0\.1:\d+$/);
});

test('the parameter types that the compiler recorded are in the contract', () => {
  expect(contractOf(Greeter).methods.get('sayHi')?.parameterTypes).toEqual([String]);
});
