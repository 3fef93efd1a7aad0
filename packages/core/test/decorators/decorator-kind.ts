import 'reflect-metadata';

function noted(_target: object, ..._place: unknown[]): void {}

class Probe {
  @noted
  method(_name: string): void {}
}

/** Whether the compiler records parameter types, as `emitDecoratorMetadata` asks it to. */
export const recordsTypes = Reflect.hasMetadata('design:paramtypes', Probe.prototype, 'method');
