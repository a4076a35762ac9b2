import { type ControlOf, listItems } from '../../shared/protocol/transfer-messages.ts';
import type { ReasonCode } from '../../shared/reasons.ts';
import type { SourceEntry } from '../files/source-entry.ts';

type Failures = ControlOf<'skip'>['list'];

/** The files of an outgoing transfer that either side gave up, and which of them the receiver has yet to be told. */
export interface GivenUp {
  /** In the order in which they failed. */
  readonly list: Readonly<Failures>;
  has(entry: number): boolean;
  /** False when the entry is no file, or has failed already. */
  note(entry: number, reason: ReasonCode): boolean;
  /** The receiver's own words, which it need not hear again; calls back for each that is new. */
  noteTold(list: Failures, each: (entry: number) => void): void;
  /** The next to be told, which counts as done; null when there are none. */
  untold(): Failures | null;
  /** All are to be told again: the first word may have been lost. */
  tellAll(): void;
  /** Nothing is to be told for now. */
  tellNone(): void;
}

export function createGivenUp(entries: readonly SourceEntry[]): GivenUp {
  const list: Failures = [];
  const failed = new Set<number>();
  let told = 0;

  function note(entry: number, reason: ReasonCode): boolean {
    if (entries[entry]?.kind !== 'file' || failed.has(entry)) return false;
    failed.add(entry);
    list.push([entry, reason]);
    return true;
  }

  return {
    list,
    has: (entry) => failed.has(entry),
    note,
    noteTold(given, each) {
      const allTold = told === list.length;
      for (const [entry, reason] of given) if (note(entry, reason)) each(entry);
      if (allTold) told = list.length;
    },
    untold() {
      if (told === list.length) return null;
      const next = list.slice(told, told + listItems);
      told += next.length;
      return next;
    },
    tellAll() {
      told = 0;
    },
    tellNone() {
      told = list.length;
    },
  };
}
