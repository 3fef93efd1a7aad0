import { CALL } from '../../../wire/native/frames';
import { acquainted, bob, callsIn, carries, expectIdle, from, pair } from '../../../../test/native/private-network';

describe('a best-effort call', () => {
  test('is answered like any other', () => {
    const { world, a } = pair();
    a.call(bob, { delivery: 'best-effort' });
    world.advance(500);
    expect(a.of('response')).toHaveLength(1);
  });

  test('is sent once, however long it is waited for', () => {
    const { world, a, b } = acquainted();
    world.loses = (flight) => carries(flight, CALL);
    const call = a.call(bob, { delivery: 'best-effort' });
    world.advance(6000);
    expect(callsIn(world.sent)).toHaveLength(1);
    expect([a.outputs, b.outputs]).toEqual([[{ kind: 'silence', call }], []]);
  });

  test('whose reply is lost does not get it again, and does not run again', () => {
    const { world, a, b } = acquainted();
    world.loses = (flight) => from(b)(flight) && world.sent.filter(from(b)).length === 1;
    const call = a.call(bob, { delivery: 'best-effort' });
    world.advance(6000);
    expect([a.outputs, b.of('request').length]).toEqual([[{ kind: 'silence', call }], 1]);
    expectIdle({ a, b });
  });

  test('that is lost leaves no hole that holds back others', () => {
    const { world, a, b } = acquainted();
    world.loses = (flight) => callsIn([flight]).some(({ delivery }) => delivery === 'best-effort');
    for (let call = 0; call < 20; call += 1) {
      a.call(bob, { delivery: 'best-effort', timeoutMs: 100 });
      world.advance(1);
      a.call(bob);
      world.advance(200);
    }
    expect([b.of('request').length, a.of('response').length]).toEqual([20, 20]);
  });
});

describe('a one-way call', () => {
  test('ends when it has arrived, and has no answer', () => {
    const { world, a, b } = acquainted();
    const call = a.call(bob, { oneWay: true });
    world.advance(100);
    expect(a.outputs).toEqual([{ kind: 'sent', call, delivered: true }]);
    expect(b.of('request')).toMatchObject([{ request: { oneWay: true } }]);
    expectIdle({ a, b });
  });

  test('that is best effort ends when it has been sent', () => {
    const { world, a, b } = acquainted();
    const call = a.call(bob, { oneWay: true, delivery: 'best-effort' });
    world.advance(0);
    expect(a.outputs).toEqual([{ kind: 'sent', call, delivered: false }]);
    world.advance(100);
    expect(b.of('request')).toHaveLength(1);
    expectIdle({ a, b });
  });

  test('that is lost is sent again, and ends in silence if it never arrives', () => {
    const { world, a } = acquainted();
    world.loses = (flight) => carries(flight, CALL);
    const call = a.call(bob, { oneWay: true });
    world.advance(6000);
    expect(callsIn(world.sent).length).toBeGreaterThan(2);
    expect(a.outputs).toEqual([{ kind: 'silence', call }]);
  });
});
