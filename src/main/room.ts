import { randomBytes } from 'node:crypto';
import type { RoomView } from '../shared/bridge.ts';
import { ReasonError } from '../shared/reasons.ts';
import { makeRoomCode, parseRoomCode } from '../shared/room-code.ts';
import { deriveRoomKeys } from './room-keys.ts';

/** Which room this app is in. The page joins and leaves it as this says. */
export interface RoomKeeper {
  readonly current: RoomView | null;
  create(): Promise<RoomView>;
  /** Rejects with `code-length`, `code-word` or `code-checksum`. */
  join(code: string): Promise<RoomView>;
  leave(): void;
}

export function createRoomKeeper(onChange: (room: RoomView | null) => void): RoomKeeper {
  let current: RoomView | null = null;
  let latest = 0;

  async function enter(code: string): Promise<RoomView> {
    if (current?.code === code) return current;
    const mine = ++latest;
    const room = { code, ...(await deriveRoomKeys(code)) };
    // Somebody left or chose another room while the keys were made.
    if (mine !== latest) throw new ReasonError('request-invalid', { message: 'another room was chosen meanwhile' });
    current = room;
    onChange(room);
    return room;
  }

  return {
    get current() {
      return current;
    },
    create: () => enter(makeRoomCode((bytes) => randomBytes(bytes))),
    async join(text) {
      const parsed = parseRoomCode(text);
      if ('error' in parsed) throw new ReasonError(parsed.error.code, parsed.error.detail);
      return enter(parsed.code);
    },
    leave() {
      latest++;
      if (!current) return;
      current = null;
      onChange(null);
    },
  };
}
