import { withSlashes } from './program/disk-questions.js';
import type { ServiceModel } from './model.js';

/**
 * What the modules of services are called. `UserStore` goes into `user-store.client.ts`; classes that have one name are told
 * apart by the names of their services, or else by where they are. Two that are still alike are for the caller to refuse.
 */
export function moduleNames(services: readonly ServiceModel[]): ReadonlyMap<ServiceModel, string> {
  const names = new Map(services.map((service) => [service, fileNameOf(service.className)]));
  for (const rename of [nameOfService, nameOfPlace]) {
    for (const group of alike(names)) {
      for (const service of group) names.set(service, rename(service, group));
    }
  }
  return names;
}

/** `UserStore` is `user-store`. */
export function fileNameOf(className: string): string {
  return className
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1-$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1-$2')
    .toLowerCase();
}

/** Services of which several have one name. Where names differ only in case, some file systems see one file. */
function alike(names: ReadonlyMap<ServiceModel, string>): ServiceModel[][] {
  const groups = new Map<string, ServiceModel[]>();
  for (const [service, name] of names) {
    const key = name.toLowerCase();
    groups.set(key, [...(groups.get(key) ?? []), service]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** `Orders` of the service `shop.Orders` is `shop-orders`. */
function nameOfService({ name }: ServiceModel): string {
  return wordsOf(name) || 'service';
}

/** `Orders` of `shop/src/orders.ts`, beside that of `stock/src/orders.ts`, is `shop-orders`. */
function nameOfPlace(service: ServiceModel, group: readonly ServiceModel[]): string {
  const places = group.map(({ sourceFile }) =>
    withSlashes(sourceFile)
      .replace(/\.\w+$/, '')
      .split('/'),
  );
  const own = places[group.indexOf(service)]!;
  const differs = own.filter((part, index) => places.some((place) => place[index] !== part));
  const words = wordsOf(differs.join('-'));
  const name = fileNameOf(service.className);
  return words === '' || words === name ? name : `${words}-${name}`;
}

function wordsOf(text: string): string {
  return fileNameOf(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join('-');
}
