import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sameKeystrokeMs } from '../../src/main/end-signals.ts';
import { runToEnd, spawnNpmStart, startApp } from '../support/app-process.ts';
import { openSilentPage } from '../support/silent-page.ts';
import { createStage } from '../support/stage.ts';

const stage = createStage();

test.each([
  ['an unknown flag', ['--frobnicate'], ''],
  ['a bad broker', ['--broker', 'http://x'], ''],
  ['downloads into a file', ['--host', 'browser', '--downloads', 'package.json'], ''],
  ['a missing path', ['no such file'], ''],
  ['a wrong code', ['--room', 'apple-apple-apple-apple-apple'], ''],
  ['a wrong code on standard input', ['--host', 'browser', '--room', '-', '--json'], 'nonsense\n'],
  ['no code on standard input', ['--host', 'browser', '--room', '-', '--json'], ''],
])('%s: one sentence on standard error, exit 2', async (_, args, input) => {
  const { code, stdout, stderr } = await runToEnd(args, input);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.trim()).toMatch(/^[^\n]+[.?]$/);
});

test('standard output has JSON lines only, the address opens, and SIGTERM ends it with 0', async () => {
  const app = await stage.app('--broker', 'embedded');
  const { url, broker } = await app.event('ready');
  expect(broker).toMatch(/^ws:\/\/127\.0\.0\.1:\d+$/);
  expect((await fetch(url ?? '')).status).toBe(200);
  expect(await app.stop()).toBe(0);
});

test('an address opens one page, once; a line on standard input gets another', async () => {
  const app = await startApp(
    ['--broker', 'embedded', '--ice-server', 'none', '--room', '-'],
    'science-youth-lyrics-cactus-stairs\n',
  );
  stage.after(() => app.stop());
  const session = async (url: string): Promise<number> => {
    const { origin, hash } = new URL(url);
    return (await fetch(`${origin}/session`, { method: 'POST', body: hash.slice(1) })).status;
  };
  const first = await app.address();
  expect([await session(first), await session(first)]).toEqual([200, 401]);
  const second = await app.address();
  expect(second).not.toBe(first);
  expect(await session(second)).toBe(200);
  expect(await app.stop()).toBe(0);
});

test('a data folder that another app holds is refused by name', async () => {
  const app = await stage.app('--broker', 'embedded');
  await app.event('ready');
  const { code, stderr } = await runToEnd(['--host', 'browser', '--data-dir', `${app.home}/data`]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('in use')]);
});

test('a port that is taken is refused by number', async () => {
  const app = await stage.app('--broker', 'embedded');
  const { url } = await app.event('ready');
  const { port } = new URL(url ?? '');
  const { code, stderr } = await runToEnd(['--host', 'browser', '--data-dir', `${app.home}/other`, '--port', port]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(port)]);
});

test('a signal to npm start reaches the app, which ends with 0', async (context) => {
  context.skip(process.platform === 'win32', 'Windows has no such signals');
  const app = await startApp(['--broker', 'embedded', '--room', '-'], 'no room code\n', spawnNpmStart);
  await expect(app.event('ready')).rejects.toThrow('ended with 2');
  await app.stop();
  const again = await startApp(['--broker', 'embedded'], '', spawnNpmStart);
  await again.event('ready');
  expect(await again.stop()).toBe(0);
});

test('a page that does not answer holds up the end for a moment, and a later second signal not even that', async (context) => {
  context.skip(process.platform === 'win32', 'Windows has no such signals');
  const [patient, hasty] = await Promise.all([0, 1].map(() => stage.app('--broker', 'embedded')));
  if (!patient || !hasty) throw new Error('two apps');
  for (const app of [patient, hasty]) await openSilentPage(await app.address());
  process.kill(patient.pid, 'SIGTERM');
  process.kill(patient.pid, 'SIGTERM');
  process.kill(hasty.pid, 'SIGINT');
  await delay(sameKeystrokeMs + 200);
  process.kill(hasty.pid, 'SIGTERM');
  // A shell makes 130 of an end by SIGINT.
  expect(await hasty.exited).toBeNull();
  expect(await patient.exited).toBe(0);
});
