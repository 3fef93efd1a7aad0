import type { Interceptor } from './interceptor.js';

/** Whether a value is a function that can be called, which a class is not. */
export function isInterceptor(value: unknown): value is Interceptor<unknown> {
  return typeof value === 'function' && !isClass(value);
}

function isClass(value: object): boolean {
  return Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false;
}
