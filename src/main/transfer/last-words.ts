import type { Control } from '../../shared/protocol/transfer-messages.ts';
import type { Transfer } from './transfer.ts';

/** How transfers ended that have left the list, for a peer who still asks. */
export interface LastWords {
  /** So many are kept, the newest. */
  keep(transfer: Pick<Transfer, 'id' | 'peerKey' | 'lastWord'>): void;
  /** Null when there is none that this peer may hear. */
  of(id: string, peerKey: string): Control | null;
}

export function createLastWords(most: number): LastWords {
  const kept = new Map<string, { peerKey: string; word: Control }>();
  return {
    keep({ id, peerKey, lastWord }) {
      kept.set(id, { peerKey, word: lastWord() });
      for (const oldest of kept.keys()) {
        if (kept.size <= most) break;
        kept.delete(oldest);
      }
    },
    of(id, peerKey) {
      const past = kept.get(id);
      return past?.peerKey === peerKey ? past.word : null;
    },
  };
}
