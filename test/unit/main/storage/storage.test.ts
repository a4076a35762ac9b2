import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openIdentity } from '../../../../src/main/identity.ts';
import { openSettings } from '../../../../src/main/storage/settings.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roomdrop-storage-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('settings', () => {
  test('are defaults, then what is stored, then the command line, until the person changes the same thing', async () => {
    const first = await openSettings(folder, '/downloads', {});
    expect(first.current).toMatchObject({ downloads: '/downloads', accept: 'ask' });
    await first.update({ name: 'Ann', accept: 'all' });

    const second = await openSettings(folder, '/downloads', { name: 'Bo' });
    expect(second.current).toMatchObject({ name: 'Bo', accept: 'all' });
    await second.update({ accept: 'ask' });
    expect(second.current.name).toBe('Bo');
    await second.update({ name: 'Cleo' });
    expect(second.current.name).toBe('Cleo');
    expect((await openSettings(folder, '/downloads', {})).current).toMatchObject({ name: 'Cleo', accept: 'ask' });
  });

  test('of before there was a direct lane are read: it may be made, and nothing is hidden', async () => {
    await writeFile(join(folder, 'settings.json'), '{"name":"Ann","accept":"all"}');
    const settings = await openSettings(folder, '/d', {});
    const usual = { direct: true, relayOnly: false, hideLocalAddresses: false };
    expect(settings.current).toMatchObject({ name: 'Ann', accept: 'all', ...usual });
    const changed = { direct: false, relayOnly: true, hideLocalAddresses: true };
    await settings.update(changed);
    expect((await openSettings(folder, '/d', {})).current).toMatchObject({ name: 'Ann', ...changed });
  });

  test('that are changed at once are all kept', async () => {
    const settings = await openSettings(folder, '/d', {});
    await Promise.all([settings.update({ name: 'Ann' }), settings.update({ accept: 'all' })]);
    expect(settings.current).toMatchObject({ name: 'Ann', accept: 'all' });
    expect((await openSettings(folder, '/d', {})).current).toMatchObject({ name: 'Ann', accept: 'all' });
  });

  test('take a name of as many characters as a name may have, however long they are', async () => {
    const name = '\u{1f600}'.repeat(64);
    await (await openSettings(folder, '/d', {})).update({ name });
    expect((await openSettings(folder, '/d', {})).current.name).toBe(name);
  });

  test('that cannot be read are moved aside, not lost', async () => {
    await writeFile(join(folder, 'settings.json'), '{"name": 5');
    expect((await openSettings(folder, '/d', {})).current.accept).toBe('ask');
    expect(await readFile(join(folder, 'settings.json.unreadable'), 'utf8')).toBe('{"name": 5');
  });

  test('leave no half-written file behind', async () => {
    const settings = await openSettings(folder, '/d', {});
    await Promise.all(Array.from({ length: 20 }, (_, index) => settings.update({ name: `Ann ${index}` })));
    expect(await readdir(folder)).toEqual(['settings.json']);
  });
});

describe('identity', () => {
  test('is made once, kept, and readable by its owner only', async () => {
    const first = await openIdentity(folder);
    const second = await openIdentity(folder);
    expect(second.key).toBe(first.key);
    expect(Buffer.from(first.key, 'base64url').byteLength).toBe(32);
    if (process.platform !== 'win32') expect((await stat(join(folder, 'identity.json'))).mode & 0o777).toBe(0o600);
  });
});

describe('an identity that is none', () => {
  test.each([Buffer.from('no key').toString('base64'), ''])('%j is moved aside, and another made', async (key) => {
    const content = JSON.stringify({ version: 1, privateKeyPkcs8: key });
    await writeFile(join(folder, 'identity.json'), content);
    expect((await openIdentity(folder)).key).toHaveLength(43);
    expect(await readFile(join(folder, 'identity.json.unreadable'), 'utf8')).toBe(content);
  });
});
