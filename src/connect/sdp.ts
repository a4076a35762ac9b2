import { limits } from '../shared/protocol/limits.ts';
import type { Candidate } from '../shared/protocol/signal.ts';

/** What Roomdrop reads in a session description; the rest is between the two platforms. */
export interface SdpFacts {
  /** Hash and upper-case hexadecimal, as RFC 8122 writes it: `sha-256 AB:CD:…`. */
  readonly fingerprint: string;
  readonly ufrag: string;
  /** RFC 8841: 64 KiB if it does not say, no limit if it says 0. */
  readonly maxMessageBytes: number;
  /** The SDP without its candidates: one that the platform refuses would cost the whole description. */
  readonly description: string;
  /** Those candidates, to be given to the platform one by one like any other, and whether they are all. */
  readonly candidates: readonly Candidate[];
  readonly endOfCandidates: boolean;
}

const candidateLine = 'a=candidate:';
const endLine = 'a=end-of-candidates';

/** Null unless it describes one data channel association, with one fingerprint and one ufrag. */
export function readSdp(sdp: string): SdpFacts | null {
  const lines = sdp.split(/\r?\n/);
  const values = (prefix: string): string[] =>
    lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length).trim());
  const [media, ...more] = values('m=');
  if (more.length > 0 || !media?.startsWith('application ')) return null;
  const fingerprint = only(values('a=fingerprint:').map(normaliseFingerprint));
  const ufrag = only(values('a=ice-ufrag:'));
  if (!fingerprint || !ufrag) return null;
  const told = Number(values('a=max-message-size:')[0] ?? 65_536);
  const maxMessageBytes = told === 0 ? Number.POSITIVE_INFINITY : told;
  // Less could not carry transfers.
  if (!(maxMessageBytes >= limits.laneMessageBytes)) return null;
  const sdpMid = values('a=mid:')[0] ?? null;
  const isCandidate = (line: string): boolean => line.startsWith(candidateLine);
  return {
    fingerprint,
    ufrag,
    maxMessageBytes,
    description: lines.filter((line) => !isCandidate(line) && line.trim() !== endLine).join('\r\n'),
    candidates: lines
      .filter(isCandidate)
      .map((line) => ({ candidate: line.slice(2), sdpMid, sdpMLineIndex: 0, usernameFragment: ufrag })),
    endOfCandidates: lines.some((line) => line.trim() === endLine),
  };
}

function normaliseFingerprint(value: string): string | null {
  const match = /^(sha-256|sha-384|sha-512) ((?:[0-9a-f]{2}:)+[0-9a-f]{2})$/i.exec(value);
  return match?.[1] && match[2] ? `${match[1].toLowerCase()} ${match[2].toUpperCase()}` : null;
}

/** The value that all of them are, if they are the same. */
function only(values: readonly (string | null)[]): string | null | undefined {
  return values.every((value) => value === values[0]) ? values[0] : null;
}
