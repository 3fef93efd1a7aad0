import { AMPLIFICATION_FACTOR } from '../../../native-limits';
import { AddressValidation } from './address-validation';

const address = { host: '10.0.0.1', port: 1 };
const challenge = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

test('an address that is not proven may be sent three times the bytes that came from it, less what was sent', () => {
  const validation = new AddressValidation(address, false);
  expect(validation.allowanceBytes).toBe(0);
  validation.received(100);
  expect(validation.allowanceBytes).toBe(AMPLIFICATION_FACTOR * 100);
  validation.sent(250);
  expect(validation.allowanceBytes).toBe(50);
  validation.received(10);
  expect(validation.allowanceBytes).toBe(80);
});

test('a proven address may be sent anything', () => {
  const validation = new AddressValidation(address, true);
  validation.sent(1_000_000);
  expect(validation.allowanceBytes).toBe(Infinity);
});

test('an address is proven by all bytes of its challenge', () => {
  const validation = new AddressValidation(address, false, challenge);
  for (let index = 0; index < challenge.length; index += 1) {
    validation.answered(challenge.with(index, 99));
    expect(validation.validated).toBe(false);
  }
  validation.answered(challenge.slice());
  expect([validation.validated, validation.allowanceBytes]).toEqual([true, Infinity]);
});

test('an address without a challenge is proven by no answer to one', () => {
  const validation = new AddressValidation(address, false);
  validation.answered(challenge);
  expect(validation.validated).toBe(false);
});
