import { isIP, isIPv4 } from 'node:net';

/**
 * The one spelling under which an address is compared (RFC 5952 for IPv6; one that is mapped into IPv6 as IPv4). Null when
 * it is no address of one computer that a datagram can be sent to: a name, one with a zone or of a single link (`fe80::/10`,
 * which needs a zone), unspecified, multicast, broadcast or reserved.
 */
export function canonicalAddress(text: string): string | null {
  if (isIPv4(text)) return isOneIPv4(text) ? text : null;
  if (isIP(text) !== 6 || text.includes('%')) return null;
  const short = new URL(`http://[${text}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]+):([\da-f]+)$/.exec(short) ?? [];
  if (high && low) return canonicalAddress([...bytesOf(high), ...bytesOf(low)].join('.'));
  return short === '::' || /^(fe[89ab].|ff..):/.test(short) ? null : short;
}

/** Whether a canonical address is this computer itself. */
export function isLoopback(address: string): boolean {
  return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}

function isOneIPv4(text: string): boolean {
  const first = Number(text.split('.')[0]);
  return first > 0 && first < 224;
}

function bytesOf(group: string): [number, number] {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 0xff];
}
