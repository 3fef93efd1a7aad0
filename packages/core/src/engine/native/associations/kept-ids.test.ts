import { ID_BYTES } from '../../../wire/native/packet-types';
import { keptId } from './kept-ids';

test('kept ids are copies that touch no other, however many share a piece of memory', () => {
  const ids = Array.from({ length: 100 }, (_, index) => new Uint8Array(ID_BYTES).fill(index));
  const kept = ids.map((id) => keptId(id));
  expect(kept).toEqual(ids);
  for (const id of ids) id.fill(255);
  expect(kept.map(([first]) => first)).toEqual(ids.map((_, index) => index));
  expect(new Set(kept.map(({ buffer }) => buffer)).size).toBeLessThan(ids.length / 4);
});
