/**
 * What is signalled by a side that does not tell the addresses it has in its own networks. A peer in the same network may
 * still see where packets come from.
 */

/** A candidate line of ours as it may be told; null for a host candidate (RFC 8839, section 5.1). */
export function withoutLocalAddress(candidate: string): string | null {
  if (/ typ host(?: |$)/.test(candidate)) return null;
  return candidate.replace(/ raddr (\S+) rport \d+/, (_, related: string) =>
    related.includes(':') ? ' raddr :: rport 9' : ' raddr 0.0.0.0 rport 9',
  );
}

/** A description of ours with such candidates only, and no default one (RFC 8839, section 4.2.1.3). */
export function withoutLocalAddresses(sdp: string): string {
  return sdp
    .split('\r\n')
    .flatMap((line) => (line.startsWith('a=candidate:') ? (withoutLocalAddress(line) ?? []) : line))
    .map((line) => line.replace(/^m=application \d+ /, 'm=application 9 '))
    .map((line) => (/^[co]=/.test(line) ? line.replace(/\bIN IP[46] \S+$/, 'IN IP4 0.0.0.0') : line))
    .join('\r\n');
}
