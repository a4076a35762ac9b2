import type { RoomView } from '../shared/bridge.ts';
import { ReasonError } from '../shared/reasons.ts';
import { makeRoomCode, parseRoomCode } from '../shared/room-code.ts';
import { guardMovedOn, openGuard, type RoomGuard } from '../shared/room-guard.ts';

/** Which room this app is in. The page joins and leaves it as this says. */
export interface RoomKeeper {
  readonly current: RoomView | null;
  create(): Promise<RoomView>;
  /** The code of a room that nobody is in yet. */
  newCode(): string;
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

export interface RoomKeeperOptions {
  randomBytes(count: number): Uint8Array;
  /** What a canonical code becomes. */
  roomKeys(code: string): Promise<Pick<RoomView, 'topic' | 'sealingKey'>>;
  /** `moved` where the same people go to another code. */
  onChange(room: RoomView | null, guard: RoomGuard, moved: boolean): void;
}

export function createRoomKeeper({ randomBytes, roomKeys, onChange }: RoomKeeperOptions): RoomKeeper {
  let current: RoomView | null = null;
  let guard = openGuard;
  let latest = 0;

  async function enter(code: string, moved = false): Promise<RoomView> {
    if (current?.code === code) return current;
    const mine = ++latest;
    const room = { code, ...(await roomKeys(code)) };
    // Somebody left or chose another room while the keys were made.
    if (mine !== latest) throw new ReasonError('request-invalid', { message: 'another room was chosen meanwhile' });
    const moves = moved && current !== null;
    current = room;
    guard = moves ? guardMovedOn(guard) : openGuard;
    onChange(room, guard, moves);
    return room;
  }

  function newCode(): string {
    return makeRoomCode(randomBytes);
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
    create: () => enter(newCode()),
    newCode,
    join: async (text) => enter(read(text)),
    move: async (text) => enter(read(text), true),
    leave() {
      latest++;
      if (!current) return;
      current = null;
      guard = openGuard;
      onChange(null, guard, false);
    },
    get guard() {
      return guard;
    },
    keepGuard(topic, reported) {
      if (current?.topic === topic) guard = reported;
    },
  };
}
