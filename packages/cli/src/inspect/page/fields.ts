import { fromBase64, tagged, toBase64, toJson, SOURCE_KIND, type Json } from '../shared/json-values.js';
import type { FormProperty, FormType } from '../shared/type-text.js';
import { button, element } from './dom.js';

/** What asks for one value. */
export interface Field {
  readonly element: HTMLElement;
  /** @throws FieldError */
  read(): Json;
}

/** What was filled in is no value. */
export class FieldError extends Error {
  readonly input: HTMLElement;

  constructor(message: string, input: HTMLElement) {
    super(message);
    this.input = input;
  }
}

/** @param label What it is, for those who cannot see where it stands. */
export function fieldFor(type: FormType, label: string): Field {
  switch (type.kind) {
    case 'constant':
      return constant(type.value);
    case 'boolean':
      return checkbox(label);
    case 'list':
    case 'set':
      return list(type.item, label, type.kind === 'set' ? (items) => tagged('Set', items) : (items) => items);
    case 'tuple':
      return group(type.items, label, (values) => values.map(([, value]) => value));
    case 'object':
      return group(type.properties, label, (values) =>
        tagged(
          'object',
          values.filter(([, value]) => !isUndefined(value)),
        ),
      );
    case 'map':
      return list({ kind: 'tuple', items: pair(type) }, label, (pairs) => tagged('Map', pairs));
    case 'record':
      return list({ kind: 'tuple', items: pair(type) }, label, (pairs) => tagged('object', pairs));
    case 'union':
      return union(type, label);
    case 'bytes':
      return bytes(label);
    default:
      return typed(type.kind, label);
  }
}

/** One that may be left out: it is asked for only when it is wanted. */
export function optionalField(type: FormType, label: string): Field {
  const field = fieldFor(type, label);
  const given = element('input', { 'type': 'checkbox', 'aria-label': `give ${label}` });
  const shown = element('div', { hidden: true }, field.element);
  given.addEventListener('change', () => (shown.hidden = !given.checked));
  return {
    element: element('div', { class: 'optional' }, element('label', {}, given, 'given'), shown),
    read: () => (given.checked ? field.read() : tagged('undefined', null)),
  };
}

function pair({ key, value }: { readonly key: FormType; readonly value: FormType }): FormProperty[] {
  return [
    { name: 'key', optional: false, type: key },
    { name: 'value', optional: false, type: value },
  ];
}

function isUndefined(json: Json): boolean {
  return typeof json === 'object' && json !== null && 'kind' in json && json.kind === 'undefined';
}

function constant(value: unknown): Field {
  return {
    element: element('code', {}, typeof value === 'string' ? JSON.stringify(value) : String(value)),
    read: () => toJson(value),
  };
}

function checkbox(label: string): Field {
  const input = element('input', { 'type': 'checkbox', 'aria-label': label });
  const word = element('span', {}, 'false');
  input.addEventListener('change', () => (word.textContent = String(input.checked)));
  return { element: element('label', {}, input, word), read: () => input.checked };
}

type TypedKind = 'text' | 'number' | 'bigint' | 'date' | 'any';

const HINTS: Readonly<Record<TypedKind, string>> = {
  text: 'text',
  number: '1.5',
  bigint: '12345678901234567890',
  date: '2026-01-31T12:00:00Z',
  any: "{ name: 'x', bytes: hex:00ff, when: 2026-01-31T12:00:00Z }",
};

/** @throws Error that says what was expected */
const READERS: Readonly<Record<TypedKind, (text: string) => Json>> = {
  text: (text) => text,
  number: (text) => {
    if (text.trim() !== '' && (!Number.isNaN(Number(text)) || text.trim() === 'NaN')) return toJson(Number(text));
    throw new Error('a number, such as 1.5');
  },
  bigint: (text) => {
    const [, digits] = /^\s*(-?(?:\d+|0x[\da-f]+))n?\s*$/i.exec(text) ?? [];
    if (digits === undefined) throw new Error('a whole number, such as 12345678901234567890');
    return toJson(digits.startsWith('-0x') ? -BigInt(digits.slice(1)) : BigInt(digits));
  },
  date: (text) => {
    const date = new Date(text);
    if (text.trim() === '' || Number.isNaN(date.getTime())) throw new Error('a date, such as 2026-01-31T12:00:00Z');
    return toJson(date);
  },
  any: (text) => {
    if (text.trim() === '') throw new Error("a value as rpcudp call takes it, such as { a: 1 } or 'text'");
    return tagged(SOURCE_KIND, text);
  },
};

function typed(kind: TypedKind, label: string): Field {
  const properties = { 'aria-label': label, 'placeholder': HINTS[kind], 'spellcheck': 'false', 'autocomplete': 'off' };
  const input = kind === 'any' ? element('textarea', { ...properties, rows: '2' }) : element('input', properties);
  return { element: input, read: () => reading(input, label, () => READERS[kind](input.value)) };
}

function reading(input: HTMLElement, label: string, read: () => Json): Json {
  try {
    const json = read();
    input.removeAttribute('aria-invalid');
    return json;
  } catch (error) {
    input.setAttribute('aria-invalid', 'true');
    throw new FieldError(`${label}: expected ${(error as Error).message}.`, input);
  }
}

/** Typed, or the content of a file. */
function bytes(label: string): Field {
  const input = element('input', {
    'aria-label': label,
    'placeholder': 'hex:00ff, base64:AP8= or text:hello',
    'spellcheck': 'false',
  });
  const file = element('input', { 'type': 'file', 'aria-label': `${label} from a file` });
  let content: Uint8Array | undefined;
  file.addEventListener('change', () => {
    content = undefined;
    void file.files?.[0]?.arrayBuffer().then((buffer) => {
      content = new Uint8Array(buffer);
      input.value = '';
      input.placeholder = `${content.length} bytes of a file`;
    });
  });
  const read = (): Json => tagged('Uint8Array', toBase64(content ?? bytesIn(input.value)));
  input.addEventListener('input', () => (content = undefined));
  return { element: element('div', { class: 'bytes' }, input, file), read: () => reading(input, label, read) };
}

/** @throws Error that says what was expected */
export function bytesIn(text: string): Uint8Array {
  const [, encoding = 'hex', rest = ''] = /^\s*(?:(hex|base64|text):)?([^]*?)\s*$/.exec(text) ?? [];
  if (encoding === 'text') return new TextEncoder().encode(rest);
  if (encoding === 'base64' && /^[\w+/]*={0,2}$/.test(rest) && rest.replace(/=+$/, '').length % 4 !== 1)
    return fromBase64(rest);
  if (encoding === 'hex' && /^(?:[\da-f]{2})*$/i.test(rest))
    return Uint8Array.from(rest.match(/../g) ?? [], (digits) => parseInt(digits, 16));
  throw new Error('bytes, such as hex:00ff, base64:AP8= or text:hello');
}

function list(item: FormType, label: string, made: (items: Json[]) => Json): Field {
  const fields: Field[] = [];
  const items = element('ol');
  const add = button(
    'Add',
    () => {
      const field = fieldFor(item, `${label} ${fields.length + 1}`);
      fields.push(field);
      const row = element('li', {}, field.element);
      const remove = button('Remove', () => {
        fields.splice(fields.indexOf(field), 1);
        row.remove();
        add.focus();
      });
      row.append(remove);
      items.append(row);
      row.querySelector<HTMLElement>('input, textarea, select, button')?.focus();
    },
    { 'aria-label': `Add to ${label}` },
  );
  return {
    element: element('div', { class: 'list' }, items, add),
    read: () => made(fields.map((field) => field.read())),
  };
}

function group(properties: readonly FormProperty[], label: string, made: (values: [string, Json][]) => Json): Field {
  const fields = properties.map(({ name, optional, type }) => {
    const own = `${label}.${name}`;
    return [name, optional ? optionalField(type, own) : fieldFor(type, own)] as const;
  });
  const rows = fields.map(([name, field]) =>
    element('div', { class: 'property' }, element('span', {}, name), field.element),
  );
  return {
    element: element('fieldset', { 'aria-label': label }, ...rows),
    read: () => made(fields.map(([name, field]) => [name, field.read()])),
  };
}

function union({ members }: Extract<FormType, { kind: 'union' }>, label: string): Field {
  const fields = members.map(({ type }) => fieldFor(type, label));
  const options = members.map(({ text }, index) => element('option', { value: String(index) }, text));
  const select = element('select', { 'aria-label': `which ${label}` }, ...options);
  const place = element('div');
  const show = (): void => {
    const { type } = members[select.selectedIndex]!;
    // A constant says all with its name.
    if (type.kind === 'constant') place.replaceChildren();
    else place.replaceChildren(fields[select.selectedIndex]!.element);
  };
  select.addEventListener('change', show);
  show();
  return {
    element: element('div', { class: 'union' }, select, place),
    read: () => fields[select.selectedIndex]!.read(),
  };
}
