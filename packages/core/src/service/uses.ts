/** What `@RpcUse` says of a class: which interceptors stand around which of its methods. */
import { lineage, ownUseRecords, type AnyClass, type AnyMethod, type UseRecord } from './metadata.js';
import { invalidService } from './names.js';

/** The interceptors of a class's methods. */
export class Uses {
  readonly #records: readonly UseRecord[];

  /** Those of base classes are outside of those of their subclasses, which cannot take them away. */
  constructor(service: AnyClass) {
    this.#records = lineage(service).reverse().flatMap(ownUseRecords);
  }

  /** What stands around a method, outermost first; undefined if nothing does. */
  around(property: string): readonly AnyMethod[] | undefined {
    const ofClass = this.#records.filter((record) => record.property === undefined);
    const ofMethod = this.#records.filter((record) => record.property === property);
    const interceptors = [...ofClass, ...ofMethod].flatMap((record) => record.interceptors);
    return interceptors.length === 0 ? undefined : interceptors;
  }

  /** @throws RpcError `INVALID_SERVICE` if one is about a method that is not remote: it would never run. */
  check(label: string, isRemote: (property: string) => boolean): void {
    for (const { property } of this.#records) {
      if (property === undefined || isRemote(property)) continue;
      throw invalidService(
        `${label}.${property} has @RpcUse and is not remote, so nothing would ever pass there. Add @RpcMethod(), or take @RpcUse away.`,
      );
    }
  }
}
