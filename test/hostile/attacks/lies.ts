import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from '../kit/messages.ts';
import { becomes } from '../kit/waiting.ts';
import type { EngineVictim } from '../victims/engine.ts';
import type { Attack } from './attack.ts';

const fileBytes = 150 * 1024 * 1024;

async function offered(victim: EngineVictim) {
  const file = join(victim.downloads, 'large.bin');
  await writeFile(file, '');
  await truncate(file, fileBytes);
  const lane = victim.lane();
  const transfer = await victim.offer(file, lane.key);
  await lane.talk.hears('offer', transfer);
  const view = async () => (await victim.list()).find(({ id }) => id === transfer);
  return { talk: lane.talk, transfer, view };
}

function acceptOf(transfer: string, place: Message): Message {
  return { type: 'accept', transfer, binding: 1, entry: 0, offset: 0, written: 0, files: 0, hold: null, ...place };
}

export const falseDone: Attack = {
  name: 'false-done',
  tries: 'the receiver says done when 1 of 150 MiB was sent',
  quick: true,
  async run(scene) {
    const { talk, transfer, view } = await offered(await scene.engine());
    talk.say(acceptOf(transfer, {}));
    await becomes(() => talk.blockBytes > 500_000, 10_000);
    talk.say({ type: 'ended', transfer, state: 'done', reason: null, files: 1, failed: 0, failures: [] });
    let state: string | undefined;
    await becomes(async () => {
      state = (await view())?.state;
      return state === 'done' || state === 'failed';
    }, 5000);
    const sent = (talk.blockBytes / 1024 / 1024).toFixed(1);
    return { held: state === 'failed', figure: `sent ${sent} of 150 MiB, shown as ${state}` };
  },
};

const impossible: [string, Message][] = [
  ['entry beyond the last', { entry: 7 }],
  ['offset beyond the file', { offset: fileBytes + 1 }],
  ['offset in the end', { entry: 1, offset: 5 }],
  ['more bytes than there are', { written: fileBytes + 1 }],
  ['more files than there are', { files: 2 }],
];

export const impossibleAccept: Attack = {
  name: 'impossible-accept',
  tries: 'the receiver accepts from beyond the last entry, or the end of the file',
  quick: true,
  async run(scene) {
    const victim = await scene.engine();
    const believed: string[] = [];
    for (const [what, place] of impossible) {
      const { talk, transfer, view } = await offered(victim);
      talk.say(acceptOf(transfer, place));
      const cancel = await talk.heard.take(({ type, transfer: of }) => type === 'cancel' && of === transfer, 1000);
      if (cancel?.reason !== 'protocol-error') believed.push(`${what} (${(await view())?.state})`);
    }
    const figure = `${impossible.length - believed.length} of ${impossible.length} refused`;
    return { held: believed.length === 0, figure: [figure, ...believed].join('; ') };
  },
};
