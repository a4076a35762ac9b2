import { expect, test } from 'vitest';
import { bytesOf, createSide } from '../../../support/engine-pair.ts';
import { atEveryFault, type DiskFault, type FailingDisk, maybeLeftOver } from '../../../support/failing-disk.ts';
import { createLanePair } from '../../../support/lanes.ts';
import { createWorldSource, type WorldFile } from '../../../world/source.ts';

const files: readonly WorldFile[] = [
  ['trip/a.txt', bytesOf(12, 1)],
  ['trip/sub/big.bin', bytesOf(300_000, 2)],
  ['trip/sub/empty', new Uint8Array()],
  ['alone.txt', bytesOf(7, 3)],
];

const endings: ReadonlySet<string> = new Set(['done', 'failed', 'cancelled']);

/** Somebody receives onto this disk, and does as `decide` says whenever the transfer waits for them. */
async function receive(
  disk: FailingDisk,
  decide: (side: ReturnType<typeof createSide>, id: string) => void,
): Promise<{ state: string }> {
  const alice = createSide('alice', '/alice');
  const bob = createSide('bob', '/in', { world: { disk }, shouldAccept: () => false });
  const lanes = createLanePair({ bytesPerTurn: 64 * 1024 });
  alice.engine.attach(bob.person, lanes.a);
  bob.engine.attach(alice.person, lanes.b);
  const id = alice.engine.offer(createWorldSource('source', files), bob.person);
  await bob.reach(id, 'offered');
  // A folder that cannot be had leaves the offer standing.
  await bob.engine.answer(id, true).catch(() => bob.engine.answer(id, true));
  for (let seen = 0; ; ) {
    const view = await bob.until(id, ({ state, pausedByMe }) => {
      return bob.views.length > seen && (endings.has(state) || pausedByMe);
    });
    if (endings.has(view.state)) break;
    seen = bob.views.length;
    decide(bob, id);
  }
  const { state } = bob.view(id);
  await Promise.all([alice.engine.close(), bob.engine.close()]);
  expect(bob.errors).toEqual([]);
  expect(disk.openHandles).toBe(0);
  return { state };
}

/** The names that files may have got when others were taken by something for a moment. */
function plain(path: string): string {
  return path.replaceAll(' (2)', '');
}

test('whatever the disk refuses, once, a person can go on, and every file is there byte by byte, also after a loss of power', async () => {
  await atEveryFault(async (disk: FailingDisk, fault: DiskFault | null) => {
    const { state } = await receive(disk, (bob, id) => bob.engine.resume(id));
    expect(state).toBe('done');
    const arrived = disk.files.filter((path) => !path.endsWith('.roomdrop-part'));
    if (!maybeLeftOver(disk)) expect(arrived).toEqual(disk.files);
    expect(arrived.map(plain)).toEqual(files.map(([path]) => `/in/${path}`).sort());
    if (fault?.code !== 'EEXIST') expect(arrived).toEqual(arrived.map(plain));
    for (const [path, bytes] of files) {
      const found = arrived.find((each) => plain(each) === `/in/${path}`) ?? '';
      expect(Buffer.compare(disk.read(found) ?? Buffer.from('missing'), bytes), path).toBe(0);
      expect(Buffer.compare(disk.durable(found) ?? Buffer.from('missing'), bytes), `${path}, flushed`).toBe(0);
    }
  });
}, 120_000);

test('whatever the disk refuses, who cancels then has nothing left of it but what had arrived', async () => {
  await atEveryFault(
    async (disk: FailingDisk) => {
      const { state } = await receive(disk, (bob, id) => bob.engine.cancel(id));
      expect(['done', 'cancelled']).toContain(state);
      if (maybeLeftOver(disk)) return;
      expect(disk.files.filter((path) => path.endsWith('.roomdrop-part'))).toEqual([]);
      for (const path of disk.files) {
        const bytes = files.find(([given]) => `/in/${given}` === plain(path))?.[1] ?? Buffer.from('unknown');
        expect(Buffer.compare(disk.durable(path) ?? Buffer.from('missing'), bytes), path).toBe(0);
      }
      if (disk.files.length === 0) expect(await disk.taken('/in/trip')).toBe(false);
    },
    ['EIO', 'ENOENT'],
  );
}, 120_000);
