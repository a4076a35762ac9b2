import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { plants } from './planted.ts';

test.each(plants)('there is one place to plant it: $name', async ({ file, from, to }) => {
  expect((await readFile(file, 'utf8')).split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
});

test('there are twenty', () => {
  expect(new Set(plants.map(({ name }) => name)).size).toBe(20);
});
