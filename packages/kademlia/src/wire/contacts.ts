import { isNodeId } from '../ids/node-id.js';
import { ANSWER_CONTACTS_MAX } from '../limits.js';
import { contactOf, type Contact } from '../table/contact.js';
import { canonicalHost, isIPv6Host, mayName } from './hosts.js';

/** A contact as it travels on both wires. */
export type Triple = [id: Uint8Array, host: string, port: number];

/**
 * The contacts that an answer names. What is no contact is left out, whatever it is; of what comes after the first twenty, nothing is
 * looked at. Never throws.
 *
 * @param namer The host that answers, in its canonical form.
 */
export function readContacts(answer: unknown, namer: string): Contact[] {
  if (!Array.isArray(answer)) return [];
  const contacts: Contact[] = [];
  for (const triple of answer.slice(0, ANSWER_CONTACTS_MAX) as unknown[]) {
    const contact = readContact(triple, namer);
    if (contact !== undefined) contacts.push(contact);
  }
  return contacts;
}

/** The contact that a value is; undefined if it is none that may be called. */
export function readContact(value: unknown, namer: string): Contact | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined;
  const [id, named, port] = value as [unknown, unknown, unknown];
  if (!isNodeId(id) || typeof named !== 'string' || !isPort(port)) return undefined;
  const host = canonicalHost(named);
  // A view into the datagram would keep all of it alive.
  return host === undefined || !mayName(namer, host) ? undefined : contactOf(Uint8Array.from(id), host, port);
}

/**
 * Contacts for an answer. Those of the other family are left out: whoever asks over IPv4 may have no socket for IPv6.
 *
 * A node of the Python library closes its socket for good over a port that is missing, no number or out of range, and over a host
 * that is no string: every triple that is sent is made here, of contacts that were checked.
 */
export function writeContacts(contacts: readonly Contact[], asker: string): Triple[] {
  return contacts
    .filter(({ host, port }) => isIPv6Host(host) === isIPv6Host(asker) && isPort(port))
    .map(({ id, host, port }) => [id, host, port]);
}

/** Whether a value is the port of a peer. */
export function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
}
