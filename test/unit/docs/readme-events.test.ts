import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { usage } from '../../../src/main/command-line.ts';
import { type AppEvent, createLaneEvents, createPeerEvents, createTransferEvents } from '../../../src/main/events.ts';
import { memberView, transferView } from '../../support/ui-views.ts';

const readme = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8');
const shown: AppEvent[] = readme
  .split('\n')
  .filter((line) => line.startsWith('{"event":'))
  .map((line) => JSON.parse(line));

test('the events of the README stand in the order in which they come, each with the fields it has', () => {
  const events: AppEvent[] = [];
  const output = { emit: (event: AppEvent) => void events.push(event) };
  createPeerEvents(output)([memberView()]);
  const connected = memberView({ key: 'k', state: 'connected' });
  createLaneEvents(output)([{ key: 'k', kind: 'direct', roundTripMs: null, why: null }], [connected]);
  createTransferEvents(output, () => 0).transfer(transferView());
  expect(shown.map(({ event }) => event)).toEqual(['ready', 'room', 'peer', 'lane', 'transfer', 'error']);
  expect(shown.slice(2, 5).map(Object.keys)).toEqual(events.map(Object.keys));
});

test('the README names every option', () => {
  const options = usage.match(/--[a-z-]+/g) ?? [];
  const missing = options.filter((option) => !readme.includes(option) && option !== '--help' && option !== '--version');
  expect(missing).toEqual([]);
});
