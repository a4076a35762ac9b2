import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Source } from '../../../src/main/files/source.ts';
import { createOutbox, type Outbox } from '../../../src/main/outbox.ts';
import type { PageEntry } from '../../../src/shared/bridge.ts';
import type { Person } from '../../../src/shared/views.ts';
import { portPair } from '../../support/ports.ts';
import { transferView } from '../../support/ui-views.ts';

let root: string;
let outbox: Outbox;
let cancelled: string[];
/** What stood for everyone, at each change. */
let told: string[][];
let offered: { source: Source; key: string; id: string }[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'roomdrop-outbox-'));
  await writeFile(join(root, 'a.txt'), 'a');
  offered = [];
  cancelled = [];
  told = [];
  outbox = createOutbox(
    {
      offer(source, { key }) {
        const id = `transfer ${offered.length}`;
        offered.push({ source, key, id });
        return id;
      },
      resume: () => undefined,
      cancel: (id) => void cancelled.push(id),
      // The first is under way, the others wait for an answer.
      list: () => offered.map(({ id }, index) => transferView({ id, state: index === 0 ? 'running' : 'offered' })),
    },
    () => void told.push(outbox.standing.map(({ title }) => title)),
  );
});

afterEach(() => rm(root, { recursive: true }));

function person(key: string, session = `session of ${key}`): Person {
  return { key, session, name: key };
}

const entries: PageEntry[] = [{ path: 'a.bin', folder: false, bytes: 5, modifiedMs: 1 }];

/** Announces the entries as a page that holds them; says whether main has let them go. */
function held(): { id: string; again: boolean; released(): boolean } {
  const { id, again } = outbox.addPageFiles(entries);
  const [main, page] = portPair();
  let released = false;
  page.listen({
    message: () => undefined,
    close: () => {
      released = true;
    },
  });
  outbox.attachPage(id, main);
  return { id, again, released: () => released };
}

const tick = () => new Promise<void>((done) => setImmediate(done));

test('what is offered to everyone can be taken back, also when somebody has it already', async () => {
  const { id } = await outbox.addPaths([join(root, 'a.txt')]);
  outbox.offerToAll(id, []);
  expect(outbox.standing).toMatchObject([{ id, title: 'a.txt', files: 1, bytes: 1 }]);
  outbox.personArrived(person('ann'));
  outbox.personArrived(person('bo'));
  outbox.withdraw(id);
  outbox.personArrived(person('cem'));
  expect(offered.map(({ key }) => key)).toEqual(['ann', 'bo']);
  // Ann's is under way, and hers to end; Bo has not answered yet.
  expect(cancelled).toEqual(['transfer 1']);
  expect(outbox.standing).toEqual([]);
  outbox.withdraw(id);
  expect(told).toEqual([['a.txt'], []]);
});

test('what nobody was offered yet is let go when it is taken back', async () => {
  const { id, released } = held();
  outbox.offerToAll(id, []);
  outbox.withdraw(id);
  await tick();
  expect(released()).toBe(true);
  expect(() => outbox.offerToAll(id, [])).toThrow();
});

test('what is offered to everyone goes to each person once, whatever session they come with', async () => {
  const { id } = await outbox.addPaths([join(root, 'a.txt')]);
  outbox.offerToAll(id, [person('ann')]);
  outbox.offerToAll(id, [person('ann')]);
  outbox.transferEnded('transfer 0');
  outbox.personArrived(person('ann', 'another session'));
  outbox.personArrived(person('bo'));
  expect(offered.map(({ key }) => key)).toEqual(['ann', 'bo']);
});

test('files of the page are let go with the last transfer of them', async () => {
  const source = held();
  outbox.offer(source.id, [person('ann'), person('bo')]);
  outbox.transferEnded('transfer 0');
  await tick();
  expect(source.released()).toBe(false);
  outbox.transferEnded('transfer 1');
  await tick();
  expect(source.released()).toBe(true);
  // The same files once more are new ones, and can be offered.
  expect(held().again).toBe(false);
});

test('files offered to everyone are kept for those who come, until the room is left', async () => {
  const source = held();
  outbox.offerToAll(source.id, [person('ann')]);
  outbox.transferEnded('transfer 0');
  await tick();
  expect(source.released()).toBe(false);
  outbox.leaveRoom();
  await tick();
  expect(source.released()).toBe(true);
});

test('a transfer under way keeps its files when the room is left, and lets go of them at the end', async () => {
  const source = held();
  outbox.offer(source.id, [person('ann')]);
  outbox.leaveRoom();
  await tick();
  expect(source.released()).toBe(false);
  outbox.close();
  await tick();
  expect(source.released()).toBe(true);
});

test('files of a page that went away before they were offered are new when they come again', async () => {
  const { id } = outbox.addPageFiles(entries);
  expect(outbox.addPageFiles(entries)).toMatchObject({ again: false });
  expect(outbox.addPageFiles(entries).id).not.toBe(id);
});

test('leaving the room ends the listing of what was given in it, and the next room begins anew', async () => {
  const given = outbox.addPaths([root]);
  outbox.leaveRoom();
  await expect(given).rejects.toThrow('request-invalid');
  const { id } = await outbox.addPaths([root]);
  outbox.offer(id, [person('ann')]);
  expect(offered).toHaveLength(1);
});

test('nothing is listed any more once the app closes', async () => {
  const given = outbox.addPaths([root]);
  outbox.close();
  await expect(given).rejects.toThrow('request-invalid');
  await expect(outbox.addPaths([root])).rejects.toThrow('request-invalid');
});

test('what cannot be offered is refused when it is given, not when somebody comes', () => {
  expect(() => outbox.addPageFiles([])).toThrow('nothing-to-send');
  expect(() => outbox.addPageFiles([{ path: '../a', folder: false, bytes: 1, modifiedMs: 0 }])).toThrow(
    'file-name-refused',
  );
});

test('a summary counts what lies beside each other at the top', async () => {
  await writeFile(join(root, 'b.txt'), 'b');
  const paths = [join(root, 'a.txt'), join(root, 'b.txt')];
  expect(await outbox.addPaths(paths)).toMatchObject({ title: 'a.txt', topLevelEntries: 2, files: 2 });
});
