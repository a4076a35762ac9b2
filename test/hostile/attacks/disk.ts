import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { numberOf } from '../kit/messages.ts';
import { fileOf, offerEntries, sendOneByteFiles } from '../kit/transfers.ts';
import { becomes } from '../kit/waiting.ts';
import { watchMemory } from '../victims/app.ts';
import type { Attack } from './attack.ts';

const enoughFolders = 2000;

export const impliedFolders: Attack = {
  name: 'implied-folders',
  tries: 'an offer of 24 files whose paths have 1,900 segments each',
  quick: true,
  linuxOnly: true,
  async run(scene) {
    const victim = await scene.engine();
    const { talk } = victim.lane();
    const paths = Array.from({ length: 24 }, (_, index) => `${index}/${'d/'.repeat(1898)}f`);
    const memory = await watchMemory(victim.pid, 'main');
    const startMs = performance.now();
    const transfer = offerEntries(
      talk,
      paths.map((path) => fileOf(path)),
    );
    let made = 0;
    const ended = (): boolean => talk.heard.all.some((each) => each.type === 'ended' && each.transfer === transfer);
    await becomes(async () => {
      made = await depthOf(victim.downloads, paths);
      return made > enoughFolders || ended();
    }, 20_000);
    const { figure } = await memory();
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    return { held: ended() && made === 0, figure: `${made} folders in ${seconds} s, ${figure}` };
  },
};

/** Folders on the way to these files, counted along each path: whole trees are too deep to be walked. */
async function depthOf(root: string, paths: readonly string[]): Promise<number> {
  const present = new Set(await readdir(root));
  let made = 0;
  for (const path of paths) {
    const segments = path.split('/').slice(0, -1);
    if (!present.has(segments[0] ?? '')) continue;
    let [low, high] = [1, segments.length];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const there = await readdir(join(root, ...segments.slice(0, middle))).then(
        () => true,
        () => false,
      );
      if (there) low = middle;
      else high = middle - 1;
    }
    made += low;
  }
  return made;
}

const tiny = { files: 1000, roomMiB: 1 };

export const diskFloor: Attack = {
  name: 'disk-floor',
  tries: `${tiny.files} files of one byte while ${tiny.roomMiB} MiB more than the promised 1 GiB are free, 4 KiB to a block`,
  quick: true,
  async run(scene) {
    const roomBytes = tiny.roomMiB * 1024 * 1024;
    const victim = await scene.engine({ freeBytes: 1024 ** 3 + roomBytes });
    const { talk } = victim.lane();
    const entries = Array.from({ length: tiny.files }, (_, index) => fileOf(`tiny/${index}`));
    const transfer = offerEntries(talk, entries);
    const accept = await talk.heard.take((each) => each.type === 'accept' && each.transfer === transfer, 3000);
    if (!accept) return { held: true, figure: 'not accepted by itself' };
    const over = (): boolean => talk.heard.all.some((each) => ['ended', 'hold'].includes(String(each.type)));
    const binding = numberOf(accept, 'binding');
    for (let from = 0; from < entries.length && !over(); from += 500) {
      sendOneByteFiles(talk, transfer, binding, from, from + 500);
      await becomes(() => over() || filesOf(talk.heard.all) >= from + 400, 10_000);
    }
    const names = await readdir(join(victim.downloads, 'tiny'));
    const files = names.filter((name) => !name.endsWith('-part')).length;
    const belowMiB = Math.max(0, files * 4096 - roomBytes) / 1024 / 1024;
    return { held: belowMiB === 0, figure: `${files} files, ${belowMiB.toFixed(1)} MiB below the floor` };
  },
};

function filesOf(heard: readonly { readonly type?: unknown; readonly files?: unknown }[]): number {
  const last = heard.findLast((each) => each.type === 'progress');
  return typeof last?.files === 'number' ? last.files : 0;
}
