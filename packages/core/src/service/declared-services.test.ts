import { DECLARED_SERVICES_MAX } from '../limits';
import { RpcMethod, RpcService } from './decorators';
import { declaredServices } from './declared-services';
import { defineService } from './define-service';

const names = (): string[] => declaredServices().map(({ name }) => name);

test('services are remembered, of whatever kind, and what is fit for none is left out', () => {
  @RpcService('Shop')
  class Shop {
    @RpcMethod()
    sell(): void {
      // Nothing.
    }
  }
  @RpcService('Empty')
  class Empty {
    readonly shelf = 0;
  }
  const Door = defineService<{ open(): void }>('Door', { open: {} });
  expect(names()).toEqual(['Shop', 'Door']);
  // They are held weakly, so they have to be used until here.
  expect([Shop, Empty, Door]).toHaveLength(3);
});

test('no more are remembered than are worth it', () => {
  const kept = Array.from({ length: DECLARED_SERVICES_MAX + 10 }, (_, n) =>
    defineService<{ open(): void }>(`Door${n}`, { open: {} }),
  );
  expect(declaredServices().length).toBeLessThanOrEqual(DECLARED_SERVICES_MAX);
  expect(kept.length).toBeGreaterThan(DECLARED_SERVICES_MAX);
});
