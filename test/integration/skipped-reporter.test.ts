import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

async function run(...args: string[]): Promise<string> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const config = join(root, 'test/support/skipping/vitest.config.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [vitest, 'run', '--config', config, ...args], {
    cwd: root,
  });
  return stripVTControlCharacters(stdout);
}

test('a run names each test that was skipped, once and last, with the reason', async () => {
  const said = await run();
  expect(said.slice(said.indexOf('\n Skipped:')).trim().split('\n')).toEqual([
    'Skipped:',
    '  - sample a group that cannot run > one: its broker is not installed',
    '  - sample a group that cannot run > two: its broker is not installed',
    '  - sample is skipped in its middle: no screen',
  ]);
});

test('what somebody did not want to run is not named', async () => {
  expect(await run('-t', 'runs')).not.toContain('Skipped:');
});

test('no test is skipped without a reason', async () => {
  const folder = join(root, 'test');
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.test.ts'));
  const silent = /\.(?:skipIf|runIf|todo)\b|\b(?:it|test|describe)\.skip\b|\.skip\(\)/;
  const texts = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
  );
  const offenders = texts.filter(([name, text]) => !name.endsWith('skipped-reporter.test.ts') && silent.test(text));
  expect(offenders.map(([name]) => name)).toEqual([]);
});
