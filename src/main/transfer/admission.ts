import { limits } from '../../shared/protocol/limits.ts';
import type { Reason } from '../../shared/reasons.ts';
import type { DiskSpace } from '../files/disk-space.ts';
import type { IncomingTransfer } from './incoming.ts';
import { isEnded } from './state.ts';

/** How much may be offered, by one peer and by all together, and how much is accepted without asking. */

/** What is counted of an incoming transfer. */
export type Counted = Pick<IncomingTransfer, 'peerKey' | 'status' | 'entryCount' | 'undecided' | 'owed'>;

/** With one more of so many entries this peer would take more of the person's patience, or of the memory, than it may. */
export function hasTooMany(incoming: readonly Counted[], peerKey: string, entryCount: number): boolean {
  const open = incoming.filter((each) => each.peerKey === peerKey && !isEnded(each.status));
  const pending = open.filter((each) => each.status.phase === 'offered');
  return (
    pending.length >= limits.pendingOffersPerPeer ||
    open.length >= limits.transfersPerPeer ||
    (open.length > 0 && entriesOf(open) + entryCount > limits.manifestEntries)
  );
}

/** The same for all peers together. */
export function roomHasTooMany(incoming: readonly Counted[], entryCount: number): boolean {
  const open = incoming.filter((each) => !isEnded(each.status));
  return (
    incoming.filter((each) => each.undecided).length >= limits.pendingOffersPerRoom ||
    open.length >= limits.transfersPerRoom ||
    (open.length > 0 && entriesOf(open) + entryCount > limits.entriesPerRoom)
  );
}

/**
 * The offer that makes room for another: where too many wait for an answer, the oldest of somebody who is not here;
 * undefined where not too many wait, or all of them are here.
 */
export function makesRoom<T extends Counted>(incoming: readonly T[], isHere: (key: string) => boolean): T | undefined {
  const undecided = incoming.filter((each) => each.undecided);
  if (undecided.length < limits.pendingOffersPerRoom) return undefined;
  return undecided.find((each) => !isHere(each.peerKey));
}

function entriesOf(transfers: readonly Counted[]): number {
  return transfers.reduce((sum, each) => sum + each.entryCount, 0);
}

/** Why this is too much to be accepted by itself, beside what transfers under way will still write; null when it is not. */
export function lackOf(
  incoming: readonly Counted[],
  space: DiskSpace,
  wanted: { bytes: number; entries: number },
): Reason | null {
  let { bytes, entries } = wanted;
  for (const { owed } of incoming) {
    bytes += owed.bytes;
    entries += owed.entries;
  }
  const needed = bytes + entries * space.blockBytes + limits.automaticFreeBytes;
  if (space.freeBytes < needed) return { code: 'not-enough-space', detail: { needed, free: space.freeBytes } };
  return space.freeEntries !== null && space.freeEntries < entries ? { code: 'not-enough-space' } : null;
}
