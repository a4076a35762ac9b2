import { expect, test } from 'vitest';
import type { IncomingRecord } from '../../../../src/main/transfer/incoming-record.ts';
import { createLanding } from '../../../../src/main/transfer/landing.ts';
import { systemError } from '../../../support/engine-disk.ts';
import {
  atEveryFault,
  createFailingDisk,
  type FailingDisk,
  insist,
  maybeLeftOver,
} from '../../../support/failing-disk.ts';
import { entriesOf, recordOf } from '../../../support/incoming-record.ts';

const names = ['trip', 'trip/a.txt', 'trip/sub', 'trip/sub/b.txt', 'alone.txt', 'trip/deep/er/c.txt'];

function stage(disk: FailingDisk, record = fresh()) {
  const claimed = new Set<string>();
  const landing = createLanding({ surroundings: { disk, platform: 'linux' }, record, claimed });
  return { landing, record, claimed };
}

function fresh(): IncomingRecord {
  const record = recordOf(entriesOf(['folder', 1, 'folder', 1, 1, 1], names));
  record.folder = '/in';
  return record;
}

test('whatever the disk refuses, a second try finds a place for everything, once, and giving up leaves nothing', async () => {
  await atEveryFault(async (disk, fault) => {
    await insist(() => disk.ensureFolder('/in'));
    const { landing, record, claimed } = stage(disk);
    await insist(() => landing.prepare(() => false));
    // A folder that seemed to be there, or was gone for a moment, is there after a look.
    await insist(() => landing.restore());
    expect(record.placed).toBe(true);
    if (fault?.code !== 'EEXIST') expect(record.roots.map(({ taken }) => taken)).toEqual(['trip', 'alone.txt']);
    expect(claimed.size).toBe(2);
    for (const [entry, name] of names.entries()) {
      const path = landing.pathOf(entry);
      expect(path.replace(' (2)', '')).toBe(`/in/${name}`);
      if (record.manifest[entry]?.kind === 'folder') expect(await insist(() => disk.taken(path))).toBe(true);
      else await insist(async () => (await disk.createPart(path)).close().catch(() => undefined));
    }
    for (const path of disk.files) await insist(() => disk.removePart(path));
    await landing.setFolderTimes();
    await landing.release(true).catch(() => undefined);
    expect(claimed.size).toBe(0);
    if (!maybeLeftOver(disk)) expect(await insist(() => disk.taken('/in/trip'))).toBe(false);
  });
});

test('whoever gives up after a refusal has no folder left of it, and its names are free', async () => {
  await atEveryFault(async (disk) => {
    await insist(() => disk.ensureFolder('/in'));
    const { landing, claimed } = stage(disk);
    await landing.prepare(() => false).catch(() => undefined);
    await landing.release(true).catch(() => undefined);
    expect(claimed.size).toBe(0);
    if (!maybeLeftOver(disk)) expect(await insist(() => disk.taken('/in/trip'))).toBe(false);
  });
});

test('from its record it is the same in another process, whatever has come into the folder since', async () => {
  const disk = createFailingDisk([]);
  await disk.ensureFolder('/in');
  await (await disk.createPart('/in/alone.txt')).close();
  const first = stage(disk);
  await first.landing.prepare(() => false);
  first.landing.named('alone.txt', 'alone (3).txt');
  const second = stage(disk, structuredClone(first.record));
  expect(second.claimed).toEqual(first.claimed);
  for (const entry of names.keys()) expect(second.landing.pathOf(entry)).toBe(first.landing.pathOf(entry));
  expect(second.landing.pathOf(4)).toBe('/in/alone (2).txt');
  expect(second.landing.firstRoot()).toBe('/in/trip');
  expect(second.landing.rootFolderOf('trip/a.txt')).toBe('/in/trip');
  for (const path of ['deep/er', 'deep', 'sub']) await disk.removeEmptyFolder(`/in/trip/${path}`);
  await second.landing.restore();
  expect(await disk.taken('/in/trip/deep/er')).toBe(true);
  await second.landing.release(true);
  expect(await disk.taken('/in/trip')).toBe(false);
  expect(second.claimed.size).toBe(0);
});

test('files in a folder whose name this disk refuses have no place, and the others do', async () => {
  const disk = createFailingDisk([]);
  await disk.ensureFolder('/in');
  const { makeFolder } = disk;
  disk.makeFolder = (path) => (path.endsWith('deep') ? Promise.reject(systemError('EINVAL')) : makeFolder(path));
  const { landing } = stage(disk);
  await landing.prepare(() => false);
  expect(landing.refused).toEqual([5]);
  await landing.release(true);
  expect(await disk.taken('/in/trip')).toBe(false);
});

test('a chosen folder that is gone is not made anew', async () => {
  const disk = createFailingDisk([]);
  await disk.ensureFolder('/in');
  const { landing, record } = stage(disk);
  await landing.prepare(() => false);
  record.folder = '/elsewhere';
  await expect(landing.restore()).rejects.toMatchObject({ reason: { code: 'folder-gone' } });
  expect(await disk.taken('/elsewhere')).toBe(false);
});
