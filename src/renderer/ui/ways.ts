import type { LaneView, TransferView } from '../../shared/views.ts';

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
