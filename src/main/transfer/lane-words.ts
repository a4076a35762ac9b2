import { type Budget, createBudget } from '../../shared/protocol/budget.ts';
import type { LaneWord } from '../../shared/protocol/lane-messages.ts';
import { limits } from '../../shared/protocol/limits.ts';
import type { Person } from '../../shared/views.ts';
import type { LaneTraffic } from './lane-traffic.ts';
import type { PeerLanes } from './peer-lanes.ts';

/** What is said of lanes, which belongs to no transfer: on the data channel's lane, where both ends of the link are known. */
export interface LaneWords {
  hear(from: Pick<LaneTraffic, 'peer' | 'kind' | 'refuse'>, word: LaneWord): void;
  /** False when no such lane leads to this person. */
  say(peerKey: string, word: LaneWord): boolean;
  /** No lane leads to this person any more. */
  down(peerKey: string): void;
}

export interface LaneWordsOptions {
  now(): number;
  lanes: { ofKind(...which: Parameters<PeerLanes['ofKind']>): Pick<LaneTraffic, 'send'> | null };
  heard(peer: Person, word: LaneWord): void;
}

export function createLaneWords({ now, lanes, heard }: LaneWordsOptions): LaneWords {
  const budgets = new Map<string, Budget>();

  function budgetOf(key: string): Budget {
    const bounds = { perSecond: limits.laneWordsPerSecond, atOnce: limits.laneWordsAtOnce, now };
    const budget = budgets.get(key) ?? createBudget(bounds);
    budgets.set(key, budget);
    return budget;
  }

  return {
    hear(from, word) {
      if (from.kind === 'channel' && budgetOf(from.peer.key).take()) heard(from.peer, word);
      else from.refuse();
    },
    say(peerKey, word) {
      const lane = lanes.ofKind(peerKey, 'channel');
      lane?.send(word);
      return lane !== null;
    },
    down: (peerKey) => void budgets.delete(peerKey),
  };
}
