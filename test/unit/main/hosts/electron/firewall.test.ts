import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { tellOfFirewall } from '../../../../../src/main/hosts/electron/firewall.ts';

const { platform } = process;
let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'roomdrop-firewall-'));
});

afterEach(async () => {
  Object.defineProperty(process, 'platform', { value: platform });
  await rm(dataDir, { recursive: true });
});

/** A run of the app that enters a room. */
function run(): { notice: ReturnType<typeof vi.fn>; enterRoom(): void } {
  const notice = vi.fn();
  const rooms: (() => void)[] = [];
  tellOfFirewall({ notice, onRoom: (listener) => void rooms.push(listener) }, dataDir);
  return { notice, enterRoom: () => rooms.forEach((entered) => void entered()) };
}

it('Windows’ question is announced with the first room, and in no later run', () => {
  Object.defineProperty(process, 'platform', { value: 'win32' });
  const first = run();
  expect(first.notice).not.toHaveBeenCalled();
  first.enterRoom();
  expect(first.notice.mock.calls).toEqual([[{ code: 'firewall-will-ask' }]]);
  const second = run();
  second.enterRoom();
  expect(second.notice).not.toHaveBeenCalled();
});

it('where no firewall asks, nothing is announced', () => {
  Object.defineProperty(process, 'platform', { value: 'linux' });
  const { notice, enterRoom } = run();
  enterRoom();
  expect(notice).not.toHaveBeenCalled();
});
