import { Recovery } from './recovery';

const sent = (sentAt: number) => ({ sentAt });

/** An episode from 10 on, of losses of packets that were sent at 1, 2 and 3. */
function episode(): Recovery<string> {
  const recovery = new Recovery<string>();
  expect(recovery.begins(sent(1), 10)).toBe(true);
  recovery.before = 'before';
  expect([recovery.begins(sent(2), 11), recovery.begins(sent(3), 12)]).toEqual([false, false]);
  return recovery;
}

test('losses of packets that were sent before an episode belong to it', () => {
  const recovery = episode();
  expect([recovery.covers(10), recovery.covers(11)]).toEqual([true, false]);
  expect(recovery.begins(sent(11), 20)).toBe(true);
});

test('the window comes back with the last of the packets that were no losses, and once', () => {
  const recovery = episode();
  expect([recovery.undo(sent(1)), recovery.undo(sent(3)), recovery.undo(sent(2))]).toEqual([
    undefined,
    undefined,
    'before',
  ]);
  expect(recovery.undo(sent(2))).toBeUndefined();
});

test('it does not come back for packets of an episode before', () => {
  const recovery = episode();
  recovery.begins(sent(11), 20);
  recovery.before = 'second';
  expect([recovery.undo(sent(2)), recovery.undo(sent(11))]).toEqual([undefined, 'second']);
});

test('it does not come back from a collapse', () => {
  const recovery = episode();
  recovery.end();
  for (const sentAt of [1, 2, 3]) expect(recovery.undo(sent(sentAt))).toBeUndefined();
});
