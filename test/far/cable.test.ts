import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { layCable, whyNoCable } from '../support/cable/cable.ts';
import { answerDatagrams, askDatagrams } from '../support/cable/datagrams.ts';
import { createFarStage } from '../support/far-stage.ts';
import { untilSays } from '../support/until-says.ts';

const stage = createFarStage();
const why = whyNoCable();
beforeEach((context) => context.skip(why !== null, why ?? ''));

const namespaces = (): string[] => execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' }).split('\n');
const ofProcess = (pid: number | undefined): string[] =>
  namespaces().filter((name) => name.startsWith(`roomdrop-${pid}-`));

test('a datagram takes as long as the cable says, and with a busy machine a little longer', async () => {
  const { ann, bo } = await stage.own(layCable({ roundTripMs: 60 }));
  await answerDatagrams(bo);
  const roundTripsMs = await askDatagrams(ann, bo, { count: 50, gapMs: 10 });
  expect(roundTripsMs).toHaveLength(50);
  expect(Math.min(...roundTripsMs)).toBeGreaterThanOrEqual(60);
  expect(roundTripsMs.toSorted((a, b) => a - b)[10]).toBeLessThan(80);
});

test('so many are lost as the cable says, each way', async () => {
  const { ann, bo } = await stage.own(layCable({ roundTripMs: 0, lossPercent: 10 }));
  await answerDatagrams(bo);
  const answered = (await askDatagrams(ann, bo, { count: 1000, gapMs: 1 })).length / 1000;
  expect(answered).toBeGreaterThan(0.76);
  expect(answered).toBeLessThan(0.86);
});

test('a cable that is cut carries nothing, and carries again when it is mended', async () => {
  const { ann, bo, cut, mend } = await stage.own(layCable({ roundTripMs: 10 }));
  await answerDatagrams(bo);
  const answers = async (): Promise<number> => (await askDatagrams(ann, bo, { count: 20, gapMs: 5 })).length;
  expect(await answers()).toBe(20);
  cut();
  expect(await answers()).toBe(0);
  mend();
  expect(await answers()).toBe(20);
});

test('a closed cable leaves no namespace, and nothing that ran in one', async () => {
  const before = ofProcess(process.pid);
  const cable = await layCable({ roundTripMs: 0 });
  const sleeper = cable.bo.spawn('sleep', ['1000']);
  // One that does not listen.
  const stubborn = cable.ann.spawn('sh', ['-c', 'trap "" TERM; echo up; while :; do sleep 1; done']);
  await untilSays(stubborn, /up/);
  expect(ofProcess(process.pid).length).toBeGreaterThan(before.length);
  const ended = Promise.all([once(sleeper, 'close'), once(stubborn, 'close')]);
  await cable.close();
  await ended;
  expect(ofProcess(process.pid)).toEqual(before);
});

test('what a killed process has left is taken away by the next', async () => {
  const args = ['--import', 'tsx', join(import.meta.dirname, '../support/cable/cable-child.ts')];
  const killed = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await untilSays(killed, /laid/);
  expect(ofProcess(killed.pid)).not.toEqual([]);
  killed.kill('SIGKILL');
  await once(killed, 'close');
  expect(ofProcess(killed.pid)).not.toEqual([]);
  await stage.own(layCable({ roundTripMs: 0 }));
  expect(ofProcess(killed.pid)).toEqual([]);
});
