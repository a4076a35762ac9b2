import { limits } from '../shared/protocol/limits.ts';
import type { LockState } from '../shared/room-guard.ts';

/**
 * Whether the room is locked, and who is no newcomer: one state that all members come to agree upon, whoever changes it
 * and in whatever order they hear of it. A change takes the next turn; a higher turn wins, at a tie locked wins.
 */
export interface RoomLock {
  readonly state: LockState;
  /** Locks or unlocks; false when it is so already. */
  turnTo(locked: boolean): boolean;
  /**
   * What another member says of it. `changed`: it is ours now, and others should hear of it. `older`: they have not heard
   * what we know.
   */
  hear(told: LockState): 'same' | 'changed' | 'older';
  /** Somebody is linked. */
  saw(key: string): void;
  /** Somebody with this key may come in now. */
  admits(key: string): boolean;
  /** Those met here, the latest last. */
  readonly seen: readonly string[];
}

export interface RoomLockOptions {
  readonly saved: { readonly lock: LockState; readonly seen: readonly string[] };
  /** Milliseconds since 1970, as the computer's clock has them. */
  wallMs(): number;
  /** Who is linked now: they are never the ones to be left out of a long list. */
  linked(): readonly string[];
}

export function createRoomLock({ saved, wallMs, linked }: RoomLockOptions): RoomLock {
  let state = saved.lock;
  const seen = new Set(saved.seen);

  function known(told: readonly string[] = []): string[] {
    return [...new Set([...linked(), ...told, ...[...seen].reverse()])].slice(0, limits.lockKeys);
  }

  /** Not everybody here has met everybody: together they have. */
  function withOurs(told: LockState): LockState {
    return told.locked ? { ...told, keys: known(told.keys) } : { ...told, keys: [] };
  }

  return {
    get state() {
      return state;
    },
    turnTo(locked) {
      if (state.locked === locked) return false;
      state = { turn: state.turn + 1, locked, keys: locked ? known() : [] };
      return true;
    },
    hear(told) {
      const turn = Math.min(told.turn, lastTurn(wallMs()));
      if (turn < state.turn || (turn === state.turn && state.locked && !told.locked)) return 'older';
      if (turn === state.turn && state.locked === told.locked) {
        const keys = state.locked ? [...new Set([...state.keys, ...told.keys])].slice(0, limits.lockKeys) : [];
        if (keys.length === state.keys.length) return 'same';
        state = { ...state, keys };
        return 'changed';
      }
      state = withOurs({ ...told, turn });
      return 'changed';
    },
    saw(key) {
      seen.delete(key);
      seen.add(key);
      if (seen.size <= limits.lockKeys) return;
      for (const oldest of seen) {
        seen.delete(oldest);
        break;
      }
    },
    admits: (key) => !state.locked || state.keys.includes(key),
    get seen() {
      return [...seen];
    },
  };
}

/**
 * One turn a second since 1970 is more than people take. A bound that grows makes a turn that a member has made up absurdly
 * high an ordinary one a moment later: no turn is the last, and nobody can lock a room, or keep it open, for ever.
 */
function lastTurn(wallMs: number): number {
  return Math.floor(wallMs / 1000);
}
