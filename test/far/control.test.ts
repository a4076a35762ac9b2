import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { AppEvent } from '../../src/main/events.ts';
import type { AppProcess } from '../support/app-process.ts';
import { startBrokerAt } from '../support/cable/broker-at.ts';
import { layCable, whyNoCable } from '../support/cable/cable.ts';
import { createFarStage } from '../support/far-stage.ts';

const stage = createFarStage();
const why = whyNoCable();
beforeEach((context) => context.skip(why !== null, why ?? ''));

type TransferEvent = Extract<AppEvent, { event: 'transfer' }>;

/** Half of the round trip, all of the queue, and what the processes take. */
const withinMs = 500;

test.each([
  ['the direct lane', true],
  ['the link', false],
])('pause, a new offer and cancel are heard soon while bytes fill a narrow path by %s', async (way, direct) => {
  const { ann, bo } = await stage.own(layCable({ roundTripMs: 40, mbit: 20, queueMs: 200 }));
  const args = ['--broker', await startBrokerAt(ann, ann.address), '--ice-server', 'none'];
  const file = await stage.file(400_000_000);
  const { app: sender, page } = await stage.seen(ann, [...args, '--room', 'new', file], { direct });
  const { code } = await sender.event('room');
  const receiver = await stage.app(bo, [...args, '--name', 'Bo', '--accept', 'all', '--room', code], { direct });
  const note = join(sender.home, 'note.txt');
  await writeFile(note, 'a note');
  if (direct) await receiver.event('lane', ({ kind }) => kind === 'direct');

  /** Milliseconds from what one side knows to the other's hearing of it. */
  async function heard(press: () => Promise<unknown>, fits: (event: TransferEvent) => boolean): Promise<number> {
    await fills(receiver);
    const [said, there] = [next(sender, fits), next(receiver, fits)];
    await press();
    const saidMs = await said;
    return (await there) - saidMs;
  }

  const button = (name: RegExp) => page.getByRole('button', { name });
  const large = (state: TransferEvent['state']) => (each: TransferEvent) =>
    each.name === 'file.bin' && each.state === state;
  const pauseMs = await heard(() => button(/^Pause/).click(), large('paused'));
  await button(/^Resume/).click();
  const offerMs = await heard(
    async () => {
      const chooser = page.waitForEvent('filechooser');
      await button(/^Send files to Bo/).click();
      await (await chooser).setFiles(note);
    },
    ({ name }) => name === 'note.txt',
  );
  const cancelMs = await heard(() => button(/^Cancel: .*file\.bin/).click(), large('cancelled'));

  const times = { pauseMs, offerMs, cancelMs };
  console.log(`By ${way}: ${Object.entries(times).map(([name, ms]) => `${name} ${ms.toFixed(0)}`)}`);
  for (const ms of Object.values(times)) expect(ms).toBeLessThan(withinMs);
});

/** Resolves when the next such event is there, with the time. */
async function next(app: AppProcess, fits: (event: TransferEvent) => boolean): Promise<number> {
  const from = app.events.length;
  await app.event('transfer', (each) => app.events.indexOf(each) >= from && fits(each));
  return performance.now();
}

/** Resolves when enough has come since to fill the queue on the way. */
async function fills(receiver: AppProcess): Promise<void> {
  const from = receiver.events.length;
  const comes = (least: number): Promise<TransferEvent> =>
    receiver.event('transfer', (each) => receiver.events.indexOf(each) >= from && each.bytes >= least);
  const { bytes } = await comes(1);
  await comes(bytes + 1_000_000);
}
