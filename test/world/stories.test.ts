import { expect, test } from 'vitest';
// First: simple-peer keeps the random bytes that it finds.
import './ambient.ts';
import { live } from './life.ts';
import { usualSettings } from './settings.ts';
import type { Act, Happening, Story } from './story.ts';

/*
 * What the world has found, each by the shortest story that told it.
 */

const at = (seconds: number, happening: Happening): Act[number] => ({ atMs: 1000 * seconds, happening });

function story(people: number, brokers: number, ...acts: Act[]): Story {
  const places = Array.from({ length: people }, () => ({ network: 'home', nat: 'cone', relay: false }) as const);
  // Direct lanes cost a life time.
  const settings = Array.from({ length: people }, () => ({ ...usualSettings, direct: false }));
  return { seed: 1, people, brokers, places, caseless: [], settings, acts };
}

const joins = (people: number): Act[number][] =>
  Array.from({ length: people }, (_, who) => at(who / 2, { kind: 'join', who }));

test('two whose pages are loaded anew in a full room meet each other, and then the others too', async () => {
  const reloads = [0, 1].map((who) => at(20 + who, { kind: 'reload', who } as const));
  expect((await live(story(12, 1, [...joins(12), ...reloads]))).broken).toBeNull();
});

test('who goes while all have lost the broker is not shown for ever', async () => {
  const told = [...joins(3), at(20, { kind: 'broker-down', broker: 0 }), at(21, { kind: 'crash', who: 2 })];
  expect((await live(story(3, 1, [...told, at(22, { kind: 'broker-up', broker: 0 })]))).broken).toBeNull();
});

test('who leaves over a link that has just died says so to the brokers', async () => {
  const told = [...joins(2), at(30, { kind: 'cut', who: 0, other: 1 }), at(32, { kind: 'leave', who: 0 })];
  expect((await live(story(2, 1, told))).broken).toBeNull();
});

test('a will that a broker has given too early counts when its time has come', async () => {
  const told = [
    ...joins(2),
    at(20, { kind: 'broker-mood', broker: 0, mood: 'lying' }),
    at(22, { kind: 'broker-mood', broker: 0, mood: 'honest' }),
    at(25, { kind: 'sleep', who: 1 }),
    at(40, { kind: 'wake', who: 1 }),
    at(50, { kind: 'crash', who: 1 }),
  ];
  expect((await live(story(2, 1, told))).broken).toBeNull();
});
