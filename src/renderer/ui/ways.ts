import { text } from '../../shared/text.ts';
import type { LaneView, LinkPath, TransferView } from '../../shared/views.ts';

/** How the bytes to one person go, for their card. */
export interface Way {
  readonly lane: LaneView;
  /** Bytes a second of all that moves between the two, either way. */
  readonly rate: number;
}

export function waysOf(
  lanes: readonly LaneView[],
  transfers: readonly TransferView[],
): (key: string | null) => Way | null {
  const rates = new Map<string, number>();
  for (const { state, peer, rate } of transfers) {
    if (state === 'running') rates.set(peer.key, (rates.get(peer.key) ?? 0) + rate);
  }
  const byKey = new Map(lanes.map((lane) => [lane.key, { lane, rate: rates.get(lane.key) ?? 0 }]));
  return (key) => byKey.get(key ?? '') ?? null;
}

/** What there is to say of the lane, in a whole sentence. */
export function laneSentence({ kind, why }: LaneView, path: LinkPath | null): string {
  const words = text.lane;
  if (kind === 'direct') return words.direct;
  // Main does not see a relay: to it no address has answered yet, or none lets a lane through.
  if (path === 'relay' && (why === null || why === 'no-path')) return words.relayed;
  return why === null ? words.trying : words.none[why];
}
