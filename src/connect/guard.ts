import { limits } from '../shared/protocol/limits.ts';
import type { LinkMessage } from '../shared/protocol/link-messages.ts';
import type { GuardView, RemovedPerson, RoomGuard } from '../shared/room-guard.ts';
import type { MemberView } from '../shared/views.ts';
import { createBoundedSet } from './bounded.ts';
import type { Clock } from './clock.ts';
import type { Counters } from './counters.ts';
import { createRemoved } from './removed.ts';
import { createRenewals } from './renewals.ts';
import { createRoomLock } from './room-lock.ts';

/** Said about the room as a whole, beyond the link that carries it. */
export type RoomWord = Extract<LinkMessage, { type: 'lock' | 'renew' }>;

/** What a hello is judged by, once it has verified. */
export interface Gate {
  /** Not everybody is let in: whoever comes is to wait for an answer. */
  readonly closed: boolean;
  refusal(key: string): 'room-locked' | 'removed' | null;
  /** Said right behind one's own hello when the other's has been taken; null where nothing is to be said. */
  readonly welcome: RoomWord | null;
}

/** Who is let in: by the room, which all in it lock and unlock, and by this person alone. */
export interface Guard extends Gate {
  readonly locked: boolean;
  lock(locked: boolean): void;
  hear(from: { key: string; session: string; name: string }, word: RoomWord): void;
  /** Somebody is linked. */
  saw(key: string): void;
  /** Somebody new was refused because the room is locked. */
  keptOut(key: string): void;
  remove(person: RemovedPerson): void;
  /** False when they were not removed. */
  letBack(key: string): boolean;
  hasRemoved(key: string): boolean;
  removedViews(): readonly MemberView[];
  /** The request of this person has been answered. */
  answered(key: string): void;
  readonly view: GuardView;
  /** For the next page. */
  readonly saved: RoomGuard;
}

export interface GuardOptions {
  readonly saved: RoomGuard;
  readonly clock: Clock;
  wallMs(): number;
  readonly counters: Counters;
  /** Keys of those linked now. */
  linked(): readonly string[];
  /** To all who are linked. */
  say(word: RoomWord): void;
  /** Also of who may come in. */
  onChange(): void;
}

/** Two who each know better by a clock of their own tell each other no more often. */
const sayMs = 1000;

export function createGuard(options: GuardOptions): Guard {
  const { clock, counters } = options;
  const lock = createRoomLock({ saved: options.saved, wallMs: options.wallMs, linked: options.linked });
  const removed = createRemoved(options.saved.removed);
  const renewals = createRenewals(clock);
  let out = createKeptOut();
  let saidMs = Number.NEGATIVE_INFINITY;
  let due = false;

  function isClosed(): boolean {
    return lock.state.locked || removed.list().length > 0;
  }

  function welcome(): RoomWord | null {
    return lock.state.turn > 0 || isClosed() ? { type: 'lock', ...lock.state } : null;
  }

  function sayToAll(): void {
    if (due) return;
    due = true;
    clock.after(Math.max(0, saidMs + sayMs - clock.now()), () => {
      due = false;
      saidMs = clock.now();
      const word = welcome();
      if (word) options.say(word);
    });
  }

  function changed(was: boolean): void {
    if (lock.state.locked !== was) out = createKeptOut();
    sayToAll();
    options.onChange();
  }

  return {
    get closed() {
      return isClosed();
    },
    get locked() {
      return lock.state.locked;
    },
    refusal(key) {
      if (removed.has(key)) return 'removed';
      return lock.admits(key) ? null : 'room-locked';
    },
    get welcome() {
      return welcome();
    },
    lock(locked) {
      if (lock.turnTo(locked)) changed(!locked);
    },
    hear(from, word) {
      if (word.type === 'renew') {
        if (renewals.add({ ...from, code: word.code })) options.onChange();
        else counters.count('renewTooFrequent');
        return;
      }
      const was = lock.state.locked;
      const heard = lock.hear(word);
      if (heard === 'changed') changed(was);
      else if (heard === 'older') sayToAll();
    },
    saw(key) {
      lock.saw(key);
      options.onChange();
    },
    keptOut(key) {
      if (out.add(key)) options.onChange();
    },
    remove(person) {
      removed.add(person);
      renewals.delete(person.key);
      options.onChange();
    },
    letBack(key) {
      if (!removed.delete(key)) return false;
      options.onChange();
      return true;
    },
    hasRemoved: (key) => removed.has(key),
    removedViews: () => removed.views(),
    answered(key) {
      if (renewals.delete(key)) options.onChange();
    },
    get view() {
      return { locked: lock.state.locked, keptOut: out.count, renewals: renewals.list() };
    },
    get saved() {
      return { lock: lock.state, seen: [...lock.seen], removed: [...removed.list()] };
    },
  };
}

/** Counts installations, not their tries. */
function createKeptOut(): { add(key: string): boolean; readonly count: number } {
  const keys = createBoundedSet(limits.lockKeys);
  let count = 0;
  return {
    add(key) {
      if (keys.has(key)) return false;
      keys.add(key);
      count++;
      return true;
    },
    get count() {
      return count;
    },
  };
}
