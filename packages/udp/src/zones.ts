import { networkInterfaces } from 'node:os';
import process from 'node:process';

/**
 * The zone of a link-local address as Node reports it in messages: the interface's name, also where its number was given.
 * Windows reports numbers. What names no interface that is up stays as it is.
 */
export function interfaceOfZone(zone: string, platform: NodeJS.Platform = process.platform): string {
  if (platform === 'win32' || !/^\d+$/.test(zone)) return zone;
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    if (addresses.some((each) => each.family === 'IPv6' && each.scopeid === Number(zone))) return name;
  }
  return zone;
}
