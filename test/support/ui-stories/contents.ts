import type { SourceEntry } from '../../../src/main/files/source-entry.ts';
import type { Contents } from '../../../src/main/transfer/contents.ts';

/** In the order in which a disk gives them, which is none; a path that ends with a slash is a folder. */
function contents(count: number, given: readonly (readonly [path: string, bytes: number])[]): Contents {
  const entries = given.map(([path, bytes], index): SourceEntry => {
    const folder = path.endsWith('/');
    const name = folder ? path.slice(0, -1) : path;
    return { index, path: name, kind: folder ? 'folder' : 'file', bytes, modifiedMs: 0, executable: false };
  });
  return { entries, count, shownName: (name) => name };
}

function photos(folder: string, first: number, count: number): [string, number][] {
  return Array.from({ length: count }, (_, index): [string, number] => [
    `${folder}/DSC_${first + ((index * 7) % count)}.jpg`,
    8_000_000 + ((index * 421_337) % 900_000),
  ]);
}

const lisbon: [string, number][] = [
  ['Lisbon, spring/', 0],
  ['Lisbon, spring/notes.txt', 1_204],
  ['Lisbon, spring/10 Bel\u00e9m/', 0],
  ...photos('Lisbon, spring/10 Bel\u00e9m', 988, 42),
  ['Lisbon, spring/2 El\u00e9trico 28/', 0],
  ['Lisbon, spring/2 El\u00e9trico 28/clip-10.mov', 412_000_000],
  ['Lisbon, spring/2 El\u00e9trico 28/clip-9.mov', 398_000_000],
  ['Lisbon, spring/to sort/', 0],
  ['Lisbon, spring/1 Alfama/', 0],
  ['Lisbon, spring/1 Alfama/azulejos/', 0],
  ...photos('Lisbon, spring/1 Alfama/azulejos', 97, 203),
];

/** What is in the transfers of the stories, by their id. */
export const storyContents: ReadonlyMap<string, Contents> = new Map([
  ['request', contents(254, lisbon)],
  ['request-partly', contents(3_468, lisbon.slice(0, 120))],
  [
    'long-running',
    contents(3, [
      [`${'WM'.repeat(60)}/`, 0],
      [`${'WM'.repeat(60)}/${'W'.repeat(120)}/${'M'.repeat(120)}.txt`, 212_400_000_000],
      [`${'WM'.repeat(60)}/${'M'.repeat(120)}.tar.gz`, 1],
    ]),
  ],
]);
