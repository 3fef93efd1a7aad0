import vectors from '../../../../docs/vectors/rpcudp-wire.json';
test('x', () => {
  expect(vectors.calls).toHaveLength(64);
});
