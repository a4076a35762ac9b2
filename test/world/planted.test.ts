import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { plants } from './planted.ts';
import { lanePlants } from './planted-lanes.ts';

test.each([...plants, ...lanePlants])('there is one place to plant it: $name', async ({ file, from, to }) => {
  expect((await readFile(file, 'utf8')).split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
});

test('there are twenty, and eight of lanes and strands', () => {
  expect(new Set(plants.map(({ name }) => name)).size).toBe(20);
  expect(new Set(lanePlants.map(({ name }) => name)).size).toBe(8);
});
