/** Shapes of JSON, as CDDL writes them: what the check of a qlog is built from. */

/** Looks at a value; gives what is wrong with it, each with where it is. */
export type Shape = (value: unknown, at: string) => string[];

const fits =
  (what: string, test: (value: unknown) => boolean): Shape =>
  (value, at) =>
    test(value) ? [] : [`${at}: ${JSON.stringify(value)} is no ${what}`];

const isUint = (value: unknown, most: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;

export const text = fits('text', (value) => typeof value === 'string');
export const bool = fits('bool', (value) => typeof value === 'boolean');
export const float = fits('float', (value) => typeof value === 'number' && Number.isFinite(value));
export const uint8 = fits('uint8', (value) => isUint(value, 0xff));
export const uint16 = fits('uint16', (value) => isUint(value, 0xffff));
export const uint32 = fits('uint32', (value) => isUint(value, 0xffff_ffff));
/** As far as JSON of JavaScript has them. */
export const uint64 = fits('uint64', (value) => isUint(value, Number.MAX_SAFE_INTEGER));
export const any: Shape = () => [];

export const matching = (pattern: RegExp): Shape =>
  fits(`match of ${pattern.source}`, (value) => typeof value === 'string' && pattern.test(value));

export const words = (...allowed: readonly string[]): Shape =>
  fits(allowed.join(' / '), (value) => typeof value === 'string' && allowed.includes(value));

export const listOf =
  (element: Shape, least = 0, most = Infinity): Shape =>
  (value, at) => {
    if (!Array.isArray(value)) return [`${at} is no array`];
    const count = value.length >= least && value.length <= most ? [] : [`${at} has ${value.length} elements`];
    return [...count, ...value.flatMap((each, index) => element(each, `${at}[${index}]`))];
  };

export type Fields = Readonly<Record<string, Shape>>;

/** A map with these fields, the optional ones with a `?` behind the name, and no others. */
export const map =
  (fields: Fields): Shape =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no map`];
    const given = new Map<string, unknown>(Object.entries(value));
    const missing = Object.keys(fields).filter((name) => !name.endsWith('?') && !given.has(name));
    return [
      ...missing.map((name) => `${at}.${name} is missing`),
      ...[...given].flatMap(([name, field]) => {
        const shape = fields[name] ?? fields[`${name}?`];
        return shape === undefined ? [`${at}.${name} is not in the schema`] : shape(field, `${at}.${name}`);
      }),
    ];
  };

/** One of several maps, told apart by a field. */
export const byField =
  (field: string, shapes: Readonly<Record<string, Shape>>): Shape =>
  (value, at) => {
    const word = (value as Readonly<Record<string, unknown>> | null)?.[field];
    const shape = typeof word === 'string' && Object.hasOwn(shapes, word) ? shapes[word] : undefined;
    return shape === undefined ? [`${at}.${field}: ${JSON.stringify(word)} is not in the schema`] : shape(value, at);
  };
