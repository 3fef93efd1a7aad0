import fc from 'fast-check';
import { AMPLIFICATION_FACTOR } from '../../../limits';
import { AddressValidation } from './address-validation';

/** One that has moved: what was left out, from where up to where. */
function moved(leftOutFrom: number, provenBy: number): AddressValidation {
  const validation = new AddressValidation();
  validation.validated = true;
  validation.moved(leftOutFrom, provenBy);
  return validation;
}

test('an address that is not proven may be sent three times the bytes that came from it, less what was sent', () => {
  const validation = new AddressValidation();
  expect(validation.allowanceBytes).toBe(0);
  validation.received(100);
  expect(validation.allowanceBytes).toBe(AMPLIFICATION_FACTOR * 100);
  validation.sent(250);
  expect(validation.allowanceBytes).toBe(50);
  validation.received(10);
  expect(validation.allowanceBytes).toBe(80);
});

test('a proven address may be sent anything', () => {
  const validation = new AddressValidation();
  validation.sent(1_000_000);
  validation.validated = true;
  expect(validation.allowanceBytes).toBe(Infinity);
});

test('who has not moved proves its address by no acknowledgement, and guesses nothing', () => {
  const validation = new AddressValidation();
  validation.acknowledged(4_294_967_295);
  expect([validation.validated, validation.isGuess(0), validation.isGuess(1000)]).toEqual([false, false, false]);
});

test('who moves begins anew, whatever came from the old address', () => {
  const validation = new AddressValidation();
  validation.received(1000);
  validation.sent(3000);
  validation.validated = true;
  validation.moved(10, 20);
  expect([validation.validated, validation.allowanceBytes]).toEqual([false, 0]);
  validation.received(10);
  expect(validation.allowanceBytes).toBe(30);
});

test('the new address is proven by the first number that was sent there, or a later one', () => {
  for (const [number, proven] of [
    [9, false],
    [19, false],
    [20, true],
    [21, true],
  ] as const) {
    const validation = moved(10, 20);
    validation.acknowledged(number);
    expect([number, validation.validated]).toEqual([number, proven]);
  }
});

test('who moves twice has to prove the second address', () => {
  const validation = moved(10, 20);
  validation.moved(25, 40);
  validation.acknowledged(22);
  expect(validation.validated).toBe(false);
  validation.acknowledged(40);
  expect(validation.validated).toBe(true);
});

test('a number is a guess if it was left out, and no other', () => {
  expect([9, 10, 19, 20].map((number) => moved(10, 20).isGuess(number))).toEqual([false, true, true, false]);
  fc.assert(
    fc.property(fc.nat(1000), fc.integer({ min: 1, max: 1000 }), fc.nat(3000), (from, count, number) => {
      const isLeftOut = number >= from && number < from + count;
      expect(moved(from, from + count).isGuess(number)).toBe(isLeftOut);
    }),
  );
});
