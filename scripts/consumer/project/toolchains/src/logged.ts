type Method = (...args: never[]) => unknown;

/** Wraps a method, as decorators for logging, caching and retrying do. Of either decorator kind. */
export function Logged(): {
  <M extends Method>(method: M, context: ClassMethodDecoratorContext): M;
  (prototype: object, property: string, descriptor: PropertyDescriptor): void;
} {
  return (target: unknown, _place: unknown, descriptor?: PropertyDescriptor) => {
    if (descriptor === undefined) return wrapped(target as Method);
    descriptor.value = wrapped(descriptor.value as Method);
    return undefined;
  };
}

function wrapped<M extends Method>(method: M): M {
  const call = function (this: unknown, ...args: never[]): unknown {
    return method.apply(this, args);
  };
  return call as M;
}
