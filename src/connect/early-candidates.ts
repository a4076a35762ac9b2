import type { Candidate } from '../shared/protocol/signal.ts';
import { setBounded } from './bounded.ts';
import { createWaitingCandidates, type WaitingCandidates } from './candidates.ts';
import type { Counters } from './counters.ts';

/** Candidates that came before their offer: the two may go different ways. */
export interface EarlyCandidates {
  add(linkId: string, candidates: readonly (Candidate | null)[], end: boolean): void;
  /** The offer has come. */
  take(linkId: string): WaitingCandidates | undefined;
}

/** They are kept for so many link ids. */
const keptLinks = 4;

export function createEarlyCandidates(counters: Counters): EarlyCandidates {
  const kept = new Map<string, WaitingCandidates>();
  return {
    add(linkId, candidates, end) {
      const waiting = kept.get(linkId) ?? createWaitingCandidates(counters);
      waiting.add(candidates, end);
      setBounded(kept, linkId, waiting, keptLinks);
    },
    take(linkId) {
      const taken = kept.get(linkId);
      kept.delete(linkId);
      return taken;
    },
  };
}
