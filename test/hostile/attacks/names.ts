import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { present } from '../kit/member.ts';
import { numberOf, textOf } from '../kit/messages.ts';
import { newId } from '../kit/room.ts';
import { fileOf, offerEntries, sendOneByteFiles } from '../kit/transfers.ts';
import type { Scene } from '../scene.ts';
import type { Attack } from './attack.ts';

/** Blank or invisible wherever they stand. Joiners and variation selectors are what scripts and emoji need. */
const unseen = /\u2800|(?!\u200c|\u200d|[\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}/u;
const manyBlanks = /\s{3}/u;
const manyMarks = /\p{M}{7}/u;

/** Offers one-byte files of these names and lets them come; the names on the victim's disk. */
async function arrived(scene: Scene, names: readonly string[], before: Readonly<Record<string, string>> = {}) {
  const victim = await scene.engine();
  for (const [name, content] of Object.entries(before)) {
    await mkdir(join(victim.downloads, name, '..'), { recursive: true });
    await writeFile(join(victim.downloads, name), content);
  }
  const { talk } = victim.lane();
  const transfer = offerEntries(
    talk,
    names.map((name) => fileOf(name)),
  );
  const first = await talk.heard.need(
    'an answer',
    ({ type, transfer: of }) => of === transfer && (type === 'accept' || type === 'ended'),
  );
  if (first.type === 'ended') throw new Error(`the names were not taken: ${first.reason}`);
  sendOneByteFiles(talk, transfer, numberOf(first, 'binding'), 0, names.length);
  const end = await talk.hears('ended', transfer);
  if (end.state !== 'done') throw new Error(`it ended as ${end.state}: ${end.reason}`);
  const found = await readdir(victim.downloads, { recursive: true });
  return { victim, found };
}

const alike = [
  'a\u00adb.txt',
  'a\u180eb.txt',
  'a\u3164b.txt',
  'a\u034fb.txt',
  'a\u2800b.txt',
  'a\u{e0041}b.txt',
  'a\uffa0b.txt',
  'photo.jpg\u2003\u2003\u2003\u2003.exe',
  'photo2.jpg\u00a0\u00a0\u00a0\u00a0.exe',
  '\u3164',
  '\u2800\u2800',
  `e${'\u0301'.repeat(60)}.txt`,
];

export const fileNamesAlike: Attack = {
  name: 'file-names-alike',
  tries: `${alike.length} names of files that look empty, like another, or hide their ending`,
  quick: true,
  async run(scene) {
    const { found } = await arrived(scene, alike);
    const bad = found.filter((name) => unseen.test(name) || manyBlanks.test(name) || manyMarks.test(name));
    return { held: bad.length === 0, figure: `${bad.length} of ${found.length} names on the disk deceive` };
  },
};

const empty = ['\u3164', '\u2800', '\u034f', '\u{e0041}\u{e0042}', '\u115f\u1160', '\u0301\u0301'];
const looksLikeAnn = ['A\u034fnn', 'Ann\u2800', 'Ann\u3164', 'An\u{e006e}n', `A${'\u0301'.repeat(60)}nn`];

export const peopleAlike: Attack = {
  name: 'people-alike',
  tries: `${empty.length} names of people that look empty, ${looksLikeAnn.length} that look like another`,
  quick: true,
  async run(scene) {
    const broker = await scene.broker();
    const { app, room } = await scene.victim(broker);
    // Now the victim is at the broker, and counts one of the twelve.
    const first = await scene.member(room, broker);
    await present(first);
    first.say({ type: 'bye' });
    const shown = await Promise.all(
      [...empty, ...looksLikeAnn].map(async (name) => {
        const member = await scene.member(room, broker);
        const nonce = newId();
        member.say({ type: 'announce', nonce, name });
        // A name that is none makes the announcement none, and nobody answers it.
        const challenge = await member.heard.take(({ message }) => message.echo === nonce, 3000);
        if (!challenge) return [];
        member.say({ type: 'response', to: challenge.from, echo: textOf(challenge.message, 'nonce'), name });
        const peer = await app.event('peer', ({ id }) => id === member.session);
        return [peer.name];
      }),
    );
    const bad = shown
      .flat()
      .filter((name) => unseen.test(name) || !/[\p{L}\p{N}\p{S}\p{P}]/u.test(name) || manyMarks.test(name));
    const written = bad.map((name) => JSON.stringify(name.slice(0, 6)).replace(/[^ -~]/gu, escaped));
    return { held: bad.length === 0, figure: [`${bad.length} deceive`, ...written].join(' ') };
  },
};

const escaped = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`;

const forbidden = ['a<b.txt', 'a>b.txt', 'a:b.txt', 'a"b.txt', 'a|b.txt', 'a?b.txt', 'a*b.txt'];
const unfit = ['con', 'nul.txt', 'COM1.tar.gz', 'lpt9', 'dot.', 'blank '];

export const windowsNames: Attack = {
  name: 'windows-names',
  tries: `${unfit.length} names that Windows reserves or cuts, ${forbidden.length} that it forbids and other systems may keep`,
  quick: true,
  async run(scene) {
    const { found } = await arrived(scene, [...forbidden, ...unfit]);
    const bad = found.filter((name) => /[. ]$|^(con|nul|com1|lpt9)(\.|$)/i.test(name));
    const kept = found.filter((name) => /[<>:"|?*]/.test(name));
    return {
      held: bad.length === 0 && (kept.length === 0 || process.platform !== 'win32'),
      figure: `${bad.length} of ${unfit.length} reserved or cut, ${kept.length} of ${forbidden.length} forbidden kept`,
    };
  },
};

const reserved = ['con', 'prn', 'aux', 'nul', 'com1', 'lpt9', 'CON.txt', 'nul .txt', 'conin$', 'clock$'];
const escapes = [
  '..\\..\\up',
  'C:evil',
  'C:\\evil',
  '\\\\server\\share',
  '~',
  '~/.profile',
  '-rf',
  '$(id)',
  '`id`',
  '%00',
];
const invisible = [
  '\u202etxt.exe',
  'a\u200eb',
  'a\u2066b\u2069',
  '\ufeffbom',
  'a\u0007bell',
  'a\nb',
  'a\u001b[2Jb',
  'a\u2028b',
];
const edges = [
  ' . ',
  '...',
  '. .',
  ' ',
  'a ',
  ' a',
  'a.',
  '.hidden',
  'a.roomdrop-part',
  'desktop.ini',
  'Thumbs.db',
  'autorun.inf',
];
const long = ['x'.repeat(300), '€'.repeat(200), `${'y'.repeat(300)}.txt`, `${'👩‍👩‍👧'.repeat(40)}.jpg`];
const same = [
  'Same.txt',
  'same.txt',
  'SAME.TXT',
  'ﬁ.txt',
  'fi.txt',
  'é.txt',
  'e\u0301.txt',
  'ß',
  'ss',
  'SS',
  'K',
  '\u212a',
  'ſ',
  's',
  'i',
  'İ',
];
const hostile = [...reserved, ...escapes, ...invisible, ...edges, ...long, ...same].map((name) =>
  name === '~/.profile' ? 'home/~/.profile' : name,
);

export const hostileNames: Attack = {
  name: 'hostile-names',
  tries: `${hostile.length} hostile file names`,
  quick: true,
  async run(scene) {
    const { victim, found } = await arrived(scene, hostile);
    const around = await readdir(join(victim.downloads, '..'));
    const files = found.length - found.filter((name) => name === 'home' || /[\\/]~$/.test(name)).length;
    const bad = found.filter(
      (name) =>
        /[\\\p{Cc}\u200e\u202e\u2028\u2066\u2069\ufeff]/u.test(name) ||
        /[. ]$/.test(name) ||
        Buffer.byteLength(name) > 300,
    );
    const outside = around.filter((name) => name !== 'downloads');
    return {
      held: bad.length === 0 && outside.length === 0 && files === hostile.length,
      figure: `${files} of ${hostile.length} arrived, ${bad.length} unsafe, ${outside.length} outside the folder`,
    };
  },
};

export const overwriting: Attack = {
  name: 'overwriting',
  tries: 'names that are taken on the disk, as files, folders and parts',
  quick: true,
  async run(scene) {
    const before = { 'mine.txt': 'mine', 'Mine2.txt': 'mine', 'trip/in.txt': 'mine', 'a.roomdrop-part': 'mine' };
    const names = ['mine.txt', 'mine2.TXT', 'trip/in.txt', 'a', 'b.txt', 'B.txt', 'a.roomdrop-part'];
    const { victim } = await arrived(scene, names, before);
    const kept = await Promise.all(
      Object.entries(before).map(
        async ([name, content]) => (await readFile(join(victim.downloads, name), 'utf8')) === content,
      ),
    );
    const lost = kept.filter((each) => !each).length;
    return { held: lost === 0, figure: `${lost} of ${kept.length} files overwritten` };
  },
};
