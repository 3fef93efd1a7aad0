import { sameRecord, type SignedRecord } from '../records/record.js';
import { SaltRules } from './salt-rules.js';

/** Gives the better one of two records. */
type Selector = (a: SignedRecord, b: SignedRecord) => SignedRecord;

const SELECTORS = new SaltRules('Selects');

/** What `@Selects()` returns: a method decorator under both decorator kinds. */
export type SelectsDecorator = (
  target: object,
  place: string | symbol | Pick<ClassMethodDecoratorContext, 'kind' | 'name' | 'private' | 'static' | 'addInitializer'>,
  descriptor?: PropertyDescriptor,
) => void;

/**
 * Makes a method of a node choose between two signed records of the same key and the same `seq`, as two devices of one owner may sign
 * them: of those whose salt begins with a prefix, it gives the better one. All nodes that choose alike end up with the same record;
 * without a selector, each keeps the one that came first. A record with a higher `seq` always wins, whatever a selector says.
 *
 * Both records are genuine, and wanted by the validators. The choice must not depend on which of them comes first: one that does, or that
 * throws, changes nothing. Where several prefixes fit, the longest decides.
 *
 * @throws RpcError `INVALID_SERVICE` at decoration, for anything but a public method
 */
export function Selects(prefix: string): SelectsDecorator {
  return (target, place) => SELECTORS.decorate(prefix, target, place);
}

/** Whether a node finds a record better than another one of the same key and number. */
export function isBetter(node: object, record: SignedRecord, than: SignedRecord): boolean {
  const [first, ...others] = SELECTORS.for(node, record);
  if (first === undefined) return false;
  const { property } = others.reduce((a, b) => (b.prefix.length > a.prefix.length ? b : a), first);
  try {
    const select: Selector = (a, b) => (node as Record<string, Selector>)[property]!(a, b);
    // Both ways round: two nodes whose choices hang on the order would give each other their records for ever.
    return sameRecord(select(than, record), record) && sameRecord(select(record, than), record);
  } catch {
    return false;
  }
}
