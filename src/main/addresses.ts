import type { IceServer } from '../shared/bridge.ts';

/** Three operators, each open to anyone and reachable over TLS WebSockets. */
export const defaultBrokers: readonly string[] = [
  'wss://broker.hivemq.com:8884/mqtt',
  'wss://broker.emqx.io:8084/mqtt',
  'wss://test.mosquitto.org:8081',
];

/** Two operators; each answers with nothing but the address a packet came from. */
export const defaultIceServers: readonly IceServer[] = [
  { urls: 'stun:stun.cloudflare.com:3478' },
  { urls: 'stun:stun.l.google.com:19302' },
];

/** A broker's address as a page can dial it, or null. */
export function parseBrokerUrl(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  if ((url.protocol !== 'ws:' && url.protocol !== 'wss:') || url.hostname === '' || url.port === '0') return null;
  url.hash = '';
  return url.href;
}

/**
 * `stun:host[:port]`, `turns:host[:port]?transport=tcp` (RFC 7064, RFC 7065), with `user:password@` before a TURN host as
 * our own addition. Null when it is none of them.
 */
export function parseIceServer(text: string): IceServer | null {
  const match =
    /^(stuns?|turns?):(?:([^:@\s]+):([^@\s]+)@)?((?:[\w.-]+|\[[\da-fA-F:]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?)$/.exec(
      text,
    );
  const [, scheme, username, credential, address] = match ?? [];
  if (!scheme || !address || !hasUsablePort(address)) return null;
  const urls = `${scheme}:${address}`;
  if (!scheme.startsWith('turn')) return username || address.includes('?') ? null : { urls };
  if (!username || !credential) return null;
  try {
    return { urls, username: decodeURIComponent(username), credential: decodeURIComponent(credential) };
  } catch {
    // A percent sign that begins no escape.
    return null;
  }
}

/** A platform takes 65536 and more for a broken address, and with one of those no connection ever begins. */
function hasUsablePort(address: string): boolean {
  const port = /:(\d+)(?:\?|$)/.exec(address.replace(/^\[.*\]/, ''))?.[1];
  return port === undefined || (Number(port) >= 1 && Number(port) <= 65535);
}

/**
 * A server as a person fills it in: user and password in fields of their own, or before the host as on the command line.
 * Null when a page could not hand it to its RTCPeerConnection, which throws at one that is wrong: no link would ever begin.
 */
export function readIceServer({ urls, username = '', credential = '' }: IceServer): IceServer | null {
  if (username === '' && credential === '') return parseIceServer(urls);
  const complete = username !== '' && credential !== '' && /^turns?:/.test(urls);
  return complete && parseIceServer(urls.replace(':', ':u:c@')) ? { urls, username, credential } : null;
}
