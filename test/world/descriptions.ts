import { readCandidateLine } from './candidate-lines.ts';

/** What a connection of the world says of itself in its description. */
export interface Described {
  readonly ufrag: string;
  readonly password: string;
  readonly fingerprint: string;
}

/** RFC 8841: what Chromium says in its descriptions, and the largest message that it sends. */
export const maxMessageBytes = 262_144;

export function writeDescription(setup: 'actpass' | 'active', { ufrag, password, fingerprint }: Described): string {
  return [
    'v=0',
    'o=- 1 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${fingerprint}`,
    `a=setup:${setup}`,
    'a=mid:0',
    'a=sctp-port:5000',
    `a=max-message-size:${maxMessageBytes}`,
    '',
  ].join('\r\n');
}

/**
 * Reads the other side's description. Throws what Chromium's connection rejects it with: `OperationError` for what it cannot
 * read, `InvalidAccessError` for what lacks something.
 */
export function readDescription(sdp: string): { readonly ufrag: string; readonly mid: string } {
  const lines = sdp.split(/\r?\n/);
  // What is not ended is no line.
  if (lines.pop() !== '') throw unreadable();
  const isBegun = ['v=', 'o=', 's=', 't='].every((start, index) => lines[index]?.startsWith(start));
  if (!isBegun || !lines.every(isReadable)) throw unreadable();
  const attribute = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`a=${name}:`))?.slice(name.length + 3);
  const [ufrag, password] = [attribute('ice-ufrag'), attribute('ice-pwd')];
  const isTold = ufrag !== undefined && ufrag.length >= 4 && password !== undefined && password.length >= 22;
  if (!isTold || attribute('fingerprint') === undefined || !lines.some((line) => line.startsWith('m='))) {
    throw new DOMException('a description without what it needs', 'InvalidAccessError');
  }
  return { ufrag, mid: attribute('mid') ?? '0' };
}

function isReadable(line: string): boolean {
  if (!/^[a-z]=/.test(line)) return false;
  if (line.startsWith('a=fingerprint:'))
    return /^a=fingerprint:sha-(1|224|256|384|512) ([0-9a-f]{2}:)*[0-9a-f]{2}$/i.test(line);
  if (line.startsWith('a=setup:')) return /:(actpass|active|passive|holdconn)$/.test(line);
  return !line.startsWith('a=candidate:') || readCandidateLine(line) !== null;
}

function unreadable(): DOMException {
  return new DOMException('a description that nobody can read', 'OperationError');
}
