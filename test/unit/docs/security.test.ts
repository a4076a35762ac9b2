import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const text = readFileSync(join(root, 'docs/SECURITY.md'), 'utf8');
const attackFiles = join(root, 'test/hostile/attacks');
const attacks = readdirSync(attackFiles).flatMap((file) =>
  [...readFileSync(join(attackFiles, file), 'utf8').matchAll(/^ {2}name: '([a-z0-9-]+)'/gm)].map(([, name]) => name),
);
/** What stands in the last column of a table. */
const shown = [...text.matchAll(/^\|.*\|(.*)\|$/gm)].flatMap(([, last = '']) =>
  [...last.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
);

test('the security document names every attack, and no other', () => {
  expect(shown.filter((name) => !name.includes('/')).sort()).toEqual([...attacks].sort());
});

test('the tests it names exist', () => {
  const files = shown.filter((name) => name.includes('/'));
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
