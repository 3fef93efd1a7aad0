import { RPC_ERROR_CODES } from '../../../errors';
import { acquainted, bob } from '../../../../test/native/private-network';

describe('a failure', () => {
  test('arrives with its code, whether the call ran, and its payload', () => {
    const { world, a, b } = acquainted();
    const payload = Uint8Array.of(0x92, 0xa1, 0x61, 0xc0);
    b.serve = (request) => b.engine.refuse(request, { code: 'NOT_FOUND', message: 'a', executed: 'yes', payload });
    const call = a.call(bob);
    world.advance(100);
    expect(a.outputs).toEqual([
      { kind: 'failure', call, code: 'NOT_FOUND', executed: 'yes', origin: 'remote', payload },
    ]);
  });

  test.each(RPC_ERROR_CODES)('says %s', (code) => {
    const { world, a, b } = acquainted();
    b.serve = (request) => b.engine.refuse(request, { code, message: '', executed: 'unknown' });
    a.call(bob);
    world.advance(100);
    expect(a.of('failure')).toMatchObject([{ code, executed: 'unknown', payload: new Uint8Array(0) }]);
  });

  test('with a code and a word that we do not know is unknown', () => {
    const { world, a, b } = acquainted();
    b.serve = (request) =>
      b.engine.refuse(request, { code: 'NOPE' as 'INTERNAL', message: '', executed: 'maybe' as 'no' });
    a.call(bob);
    world.advance(100);
    expect(a.of('failure')).toMatchObject([{ code: 'UNKNOWN', executed: 'unknown' }]);
  });
});
