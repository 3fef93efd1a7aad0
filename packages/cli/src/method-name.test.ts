import { parseMethodName } from './method-name.js';

test.each([
  ['Greeter.sayHi', { service: 'Greeter', name: 'sayHi' }],
  ['rpcudp.Reflection.about', { service: 'rpcudp.Reflection', name: 'about' }],
])('the last dot of %s separates service and method', (text, name) => {
  expect(parseMethodName(text, 'native')).toEqual(name);
});

test.each(['', 'sayHi', '.sayHi', 'Greeter.'])('%j names no method', (text) => {
  expect(() => parseMethodName(text, 'native')).toThrow('A method is written Service.method');
});

test('on the rpcudp wire the whole is the name', () => {
  expect(parseMethodName('find.node', 'rpcudp')).toEqual({ service: '', name: 'find.node' });
  expect(() => parseMethodName('', 'rpcudp')).toThrow('The method has no name.');
});
