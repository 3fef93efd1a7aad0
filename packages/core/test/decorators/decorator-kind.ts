import 'reflect-metadata';

let place: unknown;

/** Legacy decorators get the name of what they stand at, standard ones a context. */
function noted(_target: object, at: unknown, ..._others: unknown[]): void {
  place = at;
}

class Probe {
  @noted
  method(_name: string): void {}
}

/** Whether the compiler records parameter types, as `emitDecoratorMetadata` asks it to. */
export const recordsTypes = Reflect.hasMetadata('design:paramtypes', Probe.prototype, 'method');

/** Whether the decorators are legacy ones, beside which types can be recorded. */
export const isLegacy = typeof place === 'string';
