import type { Message } from '../kit/messages.ts';
import { newTransfer } from '../kit/transfers.ts';
import type { Attack } from './attack.ts';

const answerMs = 1000;

/** An offer of one file of ten bytes, with something in it that breaks the schema. */
const offers: [string, Message][] = [
  ['negative size', { bytes: -1 }],
  ['size 2^53', { bytes: 2 ** 53 }],
  ['half a file', { files: 0.5 }],
  ['files as text', { files: '1' }],
  ['no pages', { pages: undefined }],
  ['top level null', { topLevelEntries: null }],
  ['hold as number', { hold: 7 }],
];

/** A page of one entry, as raw JSON, since a lone surrogate has no other form. */
const pages: [string, string][] = [
  ['unknown kind', '["q","a",10,0]'],
  ['path as number', '["f",7,10,0]'],
  ['path of 5,000 bytes', `["f","${'a'.repeat(5000)}",10,0]`],
  ['path of 4,098 bytes in 1,366 characters', `["f","${'€'.repeat(1366)}",10,0]`],
  ['empty path', '["f","",10,0]'],
  ['negative file', '["f","a",-10,0]'],
  ['file of 2^53', '["f","a",9007199254740992,0]'],
  ['time as text', '["f","a",10,"now"]'],
  ['time beyond dates', '["f","a",10,8640000000000001]'],
  ['entry of three', '["f","a",10]'],
  ['entry null', 'null'],
  ['lone surrogate', '["f","a\\ud800.txt",10,0]'],
];

export const brokenOffers: Attack = {
  name: 'broken-offers',
  tries: `${offers.length} offers and ${pages.length} manifests that break the schema, each answered within a second`,
  quick: true,
  async run(scene) {
    const victim = await scene.engine({ accept: 'ask' });
    const { talk } = victim.lane();
    const good = { type: 'offer', topLevelEntries: 1, files: 1, folders: 0, bytes: 10, pages: 1, hold: null };
    const answered = async (transfer: string): Promise<boolean> => {
      const end = await talk.heard.take(({ type, transfer: of }) => type === 'ended' && of === transfer, answerMs);
      return end?.state === 'failed' && end.reason === 'bad-offer';
    };
    const cases = [
      ...offers.map(async ([what, wrong]) => {
        const transfer = newTransfer();
        talk.say({ ...good, ...wrong, transfer });
        return { what, good: await answered(transfer) };
      }),
      ...pages.map(async ([what, entry], index) => {
        // Not more of one peer at once than may wait.
        const own = victim.lane(`page-${index}`);
        const transfer = newTransfer();
        own.talk.say({ ...good, transfer });
        await own.talk.hears('want-manifest', transfer);
        own.talk.sayText(`{"type":"manifest","transfer":"${transfer}","page":0,"entries":[${entry}]}`);
        const end = await own.talk.heard.take(
          ({ type, transfer: of }) => type === 'ended' && of === transfer,
          answerMs,
        );
        return { what, good: end?.reason === 'bad-offer' };
      }),
    ];
    const results = await Promise.all(cases);
    const silent = results.filter(({ good }) => !good).map(({ what }) => what);
    const figure = `${results.length - silent.length} of ${results.length} answered`;
    return { held: silent.length === 0, figure: silent.length === 0 ? figure : `${figure}; not: ${silent.join(', ')}` };
  },
};
