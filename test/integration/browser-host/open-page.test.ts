import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPage } from '../../../src/main/hosts/browser/open-page.ts';
import type { Address } from '../../../src/main/hosts/browser/server.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roomdrop-open-'));
});
afterEach(() => rm(folder, { recursive: true }));

const url = 'http://127.0.0.1:41231/#token';

function opening(): Address & { use(): void; revoked: boolean } {
  let use = (): void => undefined;
  const used = new Promise<void>((done) => {
    use = done;
  });
  const made = {
    url,
    used,
    use,
    revoked: false,
    revoke() {
      made.revoked = true;
    },
  };
  return made;
}

test('the browser is given a file that only this user can read, never the address', async () => {
  const given = opening();
  const shown: string[] = [];
  await openPage(given, folder, new AbortController().signal, async (target) => {
    shown.push(target);
    const file = fileURLToPath(target);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
    expect(await readFile(file, 'utf8')).toContain(`content="0; url=${url}"`);
    given.use();
  });
  expect(shown).toEqual([expect.stringMatching(/^file:.*roomdrop\.html$/)]);
  expect(await readdir(folder)).toEqual([]);
});

test('the file goes, and the address with it, when the app ends before anybody used it', async () => {
  const given = opening();
  const over = new AbortController();
  await openPage(given, folder, over.signal, async () => over.abort());
  expect(await readdir(folder)).toEqual([]);
  expect(given.revoked).toBe(true);
});

test('the file goes when there is no browser', async () => {
  const given = opening();
  const none = openPage(given, folder, new AbortController().signal, () => Promise.reject(new Error('none')));
  await expect(none).rejects.toThrow('none');
  expect(await readdir(folder)).toEqual([]);
  expect(given.revoked).toBe(true);
});
