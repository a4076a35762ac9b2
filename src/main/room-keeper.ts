import { randomBytes } from 'node:crypto';
import type { RoomView } from '../shared/bridge.ts';
import { ReasonError } from '../shared/reasons.ts';
import { makeRoomCode, parseRoomCode } from '../shared/room-code.ts';
import { guardMovedOn, openGuard, type RoomGuard } from '../shared/room-guard.ts';
import { deriveRoomKeys } from './room-keys.ts';

/** Which room this app is in. The page joins and leaves it as this says. */
export interface RoomKeeper {
  readonly current: RoomView | null;
  create(): Promise<RoomView>;
  /** Rejects with `code-length`, `code-word` or `code-checksum`. */
  join(code: string): Promise<RoomView>;
  /** Leaves for a room that the same people go to. Rejects as `join`. */
  move(code: string): Promise<RoomView>;
  leave(): void;
  /** Whom the room lets in, as the page has it; kept until the room is left. */
  readonly guard: RoomGuard;
  /** Of another room than the current one it does nothing: the page was late. */
  keepGuard(topic: string, guard: RoomGuard): void;
}

export function newRoomCode(): string {
  return makeRoomCode((bytes) => randomBytes(bytes));
}

/** @param onChange `moved` where the same people go to another code */
export function createRoomKeeper(onChange: (room: RoomView | null, moved: boolean) => void): RoomKeeper {
  let current: RoomView | null = null;
  let guard = openGuard;
  let latest = 0;

  async function enter(code: string, moved = false): Promise<RoomView> {
    if (current?.code === code) return current;
    const mine = ++latest;
    const room = { code, ...(await deriveRoomKeys(code)) };
    // Somebody left or chose another room while the keys were made.
    if (mine !== latest) throw new ReasonError('request-invalid', { message: 'another room was chosen meanwhile' });
    const moves = moved && current !== null;
    current = room;
    guard = moves ? guardMovedOn(guard) : openGuard;
    onChange(room, moves);
    return room;
  }

  function read(text: string): string {
    const parsed = parseRoomCode(text);
    if ('error' in parsed) throw new ReasonError(parsed.error.code, parsed.error.detail);
    return parsed.code;
  }

  return {
    get current() {
      return current;
    },
    create: () => enter(newRoomCode()),
    join: async (text) => enter(read(text)),
    move: async (text) => enter(read(text), true),
    leave() {
      latest++;
      if (!current) return;
      current = null;
      guard = openGuard;
      onChange(null, false);
    },
    get guard() {
      return guard;
    },
    keepGuard(topic, reported) {
      if (current?.topic === topic) guard = reported;
    },
  };
}
