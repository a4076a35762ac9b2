import { isIpAddress } from '../shared/protocol/ip-address.ts';
import { limits } from '../shared/protocol/limits.ts';
import type { LinkPath } from '../shared/views.ts';
import type { RtcStatsReport } from './webrtc.ts';

/** Where a link's bytes go, and how long they take there and back. */
export interface PathFacts {
  readonly path: LinkPath | null;
  readonly roundTripMs: number | null;
  /** The chosen candidate pair, for diagnosis. */
  readonly local: CandidateFacts | null;
  readonly remote: CandidateFacts | null;
}

export interface CandidateFacts {
  readonly type: string;
  readonly address: string;
}

/** Reads the nominated candidate pair of a statistics report (W3C "Identifiers for WebRTC's Statistics API"). */
export function readPath(report: RtcStatsReport): PathFacts {
  const all = entriesOf(report);
  const transport = [...all.values()].find((entry) => entry.type === 'transport');
  const pair =
    all.get(text(transport?.selectedCandidatePairId)) ??
    [...all.values()].find((entry) => entry.type === 'candidate-pair' && entry.nominated === true);
  const local = candidate(all.get(text(pair?.localCandidateId)));
  const remote = candidate(all.get(text(pair?.remoteCandidateId)));
  const seconds = pair?.currentRoundTripTime;
  return {
    path: local && remote ? pathOf(local, remote) : null,
    roundTripMs: typeof seconds === 'number' ? Math.round(seconds * 1000) : null,
    local,
    remote,
  };
}

/**
 * Addresses of the peer that have answered ICE checks (RFC 8445, section 7.2.5.2): of the pairs that have succeeded without
 * a relay at either end. One that the platform hides, or knows by an mDNS name only, is left out.
 */
export function readAnswered(report: RtcStatsReport): string[] {
  const all = entriesOf(report);
  const answered = new Set<string>();
  for (const pair of all.values()) {
    if (pair.type !== 'candidate-pair' || pair.state !== 'succeeded') continue;
    const local = candidate(all.get(text(pair.localCandidateId)));
    const remote = candidate(all.get(text(pair.remoteCandidateId)));
    if (!local || !remote || local.type === 'relay' || remote.type === 'relay') continue;
    if (isIpAddress(remote.address)) answered.add(remote.address);
  }
  return [...answered].slice(0, limits.answeredAddresses);
}

/**
 * `local`: the same network, as far as addresses tell. A host address that the platform hides is one of the same network;
 * a peer-reflexive one is hidden until the peer tells it too, so it says nothing yet.
 */
export function pathOf(local: CandidateFacts, remote: CandidateFacts): LinkPath | null {
  if (local.type === 'relay' || remote.type === 'relay') return 'relay';
  if (isPrivate(remote.address) || (remote.address !== '' && remote.address === local.address)) return 'local';
  if (remote.type === 'host' && (remote.address === '' || remote.address.endsWith('.local'))) return 'local';
  if (remote.address === '') return null;
  return sameSubnet(local.address, remote.address) ? 'local' : 'direct';
}

/**
 * What both sides say of one path: they see different addresses of each other, and a person on either side must read the
 * same. Who knows of a relay or of a common network knows more than who does not.
 */
export function agreedPath(own: LinkPath | null, theirs: LinkPath | null): LinkPath | null {
  if (own === 'relay' || theirs === 'relay') return 'relay';
  if (own === 'local' || theirs === 'local') return 'local';
  return own ?? theirs;
}

function entriesOf(report: RtcStatsReport): Map<string, Record<string, unknown>> {
  const all = new Map<string, Record<string, unknown>>();
  report.forEach((entry, id) => {
    all.set(id, entry);
  });
  return all;
}

function candidate(entry: Record<string, unknown> | undefined): CandidateFacts | null {
  if (!entry) return null;
  return { type: text(entry.candidateType), address: text(entry.address) || text(entry.ip) };
}

/** RFC 1918, loopback, link-local and unique local addresses. */
function isPrivate(address: string): boolean {
  return /^(10\.|127\.|169\.254\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)|^(::1$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i.test(
    address,
  );
}

/** Global IPv6 addresses are the same inside a home and across the internet; the /64 tells. */
function sameSubnet(left: string, right: string): boolean {
  const prefix = (address: string): string | null => {
    if (!address.includes(':')) return null;
    const [head = ''] = address.toLowerCase().split('::');
    const groups = head.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
    while (groups.length < 4) groups.push('0');
    return groups.slice(0, 4).join(':');
  };
  return prefix(left) !== null && prefix(left) === prefix(right);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
