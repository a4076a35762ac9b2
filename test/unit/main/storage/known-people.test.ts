import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKnownPeople } from '../../../../src/main/storage/known-people.ts';
import { limits } from '../../../../src/shared/protocol/limits.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roomdrop-known-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const keyOf = (index: number): string => `${String(index).padStart(42, '0')}A`;
const ann = { key: keyOf(1), name: 'Ann' };
const bo = { key: keyOf(2), name: 'Bo' };

test('who was compared is known after a restart, until the mark is taken away', async () => {
  const known = await openKnownPeople(folder);
  expect(known.list).toEqual([]);
  await Promise.all([known.add(ann), known.add(bo)]);
  expect(known.list).toEqual([ann, bo]);

  const restarted = await openKnownPeople(folder);
  expect(restarted.list).toEqual([ann, bo]);
  await restarted.remove(ann.key);
  expect(restarted.list).toEqual([bo]);
  expect((await openKnownPeople(folder)).list).toEqual([bo]);
});

test('one key is one person: compared again, they are known by their new name', async () => {
  const known = await openKnownPeople(folder);
  await known.add(ann);
  await known.add({ ...ann, name: 'Annette' });
  expect((await openKnownPeople(folder)).list).toEqual([{ ...ann, name: 'Annette' }]);
});

test('only the owner can read who is known', async (context) => {
  context.skip(process.platform === 'win32', 'Windows keeps no such modes');
  await (await openKnownPeople(folder)).add(ann);
  expect(await readdir(folder)).toEqual(['known-people.json']);
  expect((await stat(join(folder, 'known-people.json'))).mode & 0o777).toBe(0o600);
});

const person = JSON.stringify({ version: 1, people: [{ key: 'short', name: 'Ann' }] });
test.each(['{"version": 1, "people": [', '{"version":2,"people":[]}', person])(
  'what is no list of people is moved aside, not lost: %s',
  async (content) => {
    await writeFile(join(folder, 'known-people.json'), content);
    const known = await openKnownPeople(folder);
    expect(known.list).toEqual([]);
    expect(await readFile(join(folder, 'known-people.json.unreadable'), 'utf8')).toBe(content);
    await known.add(bo);
    expect((await openKnownPeople(folder)).list).toEqual([bo]);
  },
);

test('nobody is forgotten for one too many', async () => {
  const people = Array.from({ length: limits.knownPeople }, (_, index) => ({ key: keyOf(index), name: `P ${index}` }));
  await writeFile(join(folder, 'known-people.json'), JSON.stringify({ version: 1, people }));
  const known = await openKnownPeople(folder);
  const more = { key: keyOf(limits.knownPeople), name: 'One more' };
  await expect(known.add(more)).rejects.toMatchObject({ reason: { code: 'too-many-known' } });
  expect(known.list).toEqual(people);
  await known.add({ key: keyOf(5), name: 'Somebody known' });
  await known.remove(keyOf(0));
  await known.add(more);
  expect(known.list).toHaveLength(limits.knownPeople);
});

test('what could not be written does not count', async () => {
  const known = await openKnownPeople(folder);
  await known.add(ann);
  await rm(folder, { recursive: true });
  await expect(known.add(bo)).rejects.toThrow();
  expect(known.list).toEqual([ann]);
});
