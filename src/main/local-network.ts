import { isIP } from 'node:net';
import type { ReasonCode } from '../shared/reasons.ts';
import type { NetworkView } from '../shared/views.ts';

/** What a link that nothing gets through to says of itself. */
const unreached: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['link-timeout', 'link-no-candidates']);

/** Tells once, in this run, that the system seems to keep the app out of the local network. */
export function createLocalNetworkWatch(closed: () => void): (network: NetworkView | null) => void {
  let told = false;
  return (network) => {
    if (told || !network || !suspectsLocalNetwork(network)) return;
    told = true;
    closed();
  };
}

/**
 * Whether it looks as if the system kept the app out of the local network: a meeting server in it cannot be reached, or
 * no way leads to somebody although both were told where to look. The page cannot know more: a browser's WebSocket hides
 * the `EHOSTUNREACH` behind it.
 */
export function suspectsLocalNetwork({ brokers, members }: NetworkView): boolean {
  return (
    brokers.some(
      ({ url, state, reason }) => state === 'waiting' && reason?.code === 'broker-unreachable' && isLocal(url),
    ) || members.some(({ reason }) => reason !== null && unreached.has(reason.code))
  );
}

/** An address in the local network, but not on this computer, which is never closed off. */
function isLocal(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
  if (isIP(host) === 4) return /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host);
  if (isIP(host) === 6) return /^f[cde]/i.test(host);
  return host.endsWith('.local');
}
