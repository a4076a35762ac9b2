import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemDisk } from '../../../../src/main/files/disk.ts';
import { nameKey } from '../../../../src/main/files/safe-name.ts';
import { claimRoots, planTargets, rootsOf } from '../../../../src/main/files/targets.ts';

const file = (path: string) => ({ path, kind: 'file' as const });
const folder = (path: string) => ({ path, kind: 'folder' as const });

describe('targets', () => {
  test('follow the names their roots were given', () => {
    const planned = planTargets([folder('trip'), file('trip/a/b.txt')], new Map([['trip', 'trip (2)']]), 'linux');
    expect(planned).toEqual({ paths: ['trip (2)', 'trip (2)/a/b.txt'], folders: ['trip (2)', 'trip (2)/a'] });
  });

  test('of twins differ, also when one is named like a numbered twin', () => {
    const names = ['A', 'a', 'a (2)', 'a\u200b', 'CON', '_con'];
    const { paths } = planTargets(
      names.map((name) => file(`x/${name}`)),
      new Map(),
      'linux',
    );
    expect(paths).toEqual(['x/A', 'x/a (2)', 'x/a (2) (2)', 'x/a (3)', 'x/_CON', 'x/_con (2)']);
  });

  test.each([
    ['the same path twice', [file('a/b'), file('a/b')]],
    ['the same folder twice', [folder('a'), folder('a')]],
    ['a path through a file', [file('a'), file('a/b')]],
    ['a file where a folder was', [file('a/b'), file('a')]],
  ])('refuse %s', (_, entries) => {
    expect(() => planTargets(entries, new Map(), 'linux')).toThrow('bad-offer');
  });

  test('never meet and never leave the folder', () => {
    const segment = fc.oneof(
      fc.constantFrom('a', 'A', 'a (2)', 'b.', 'b', 'con', '\u00e9', 'e\u0301', 'x\\y', 'C:'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).map((text) => text.replaceAll('/', '|')),
    );
    const paths = fc.uniqueArray(
      fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(paths, (given) => {
        const isFolder = (path: string): boolean => given.some((other) => other.startsWith(`${path}/`));
        const entries = given.map((path) => (isFolder(path) ? folder(path) : file(path)));
        const planned = planTargets(entries, new Map(), 'linux');
        const all = new Set([...planned.paths, ...planned.folders].map(nameKey));
        const folders = new Set(planned.folders);
        expect(new Set(planned.paths).size).toBe(given.length);
        expect(all.size).toBe(new Set([...planned.paths, ...folders]).size);
        for (const path of planned.paths) {
          expect(path.split('/').every((each) => each !== '' && each !== '..' && each !== '.')).toBe(true);
        }
      }),
    );
  });

  test('of very many twins are planned without taking their square in time', () => {
    const entries = Array.from({ length: 30_000 }, (_, index) =>
      file(`x/a${'\u200b'.repeat(index % 100)}${'.'.repeat(index / 100)}`),
    );
    const started = performance.now();
    expect(new Set(planTargets(entries, new Map(), 'linux').paths).size).toBe(entries.length);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

test('roots are what a person picked, in order', () => {
  expect(rootsOf([file('a.txt'), file('trip/x'), folder('trip'), folder('empty')])).toEqual([
    { given: 'a.txt', folder: false },
    { given: 'trip', folder: true },
    { given: 'empty', folder: true },
  ]);
});

test('two transfers that claim at once never agree on a name', async () => {
  const taken = new Set(['/in/a.txt']);
  const disk = {
    ...systemDisk,
    makeFolder: async (path: string) => void taken.add(path),
    taken: async (path: string) => taken.has(path),
  };
  const claimed = new Set<string>();
  const roots = [
    { given: 'a.txt', folder: false },
    { given: 'A.TXT', folder: false },
    { given: 'trip', folder: true },
  ];
  const claims = [new Map<string, string>(), new Map<string, string>()];
  await Promise.all(
    claims.map((names) => claimRoots({ disk, folder: '/in', roots, taken: names, claimed, platform: 'linux' })),
  );
  const names = claims.flatMap((each) => [...each.values()]);
  expect(new Set(names.map(nameKey)).size).toBe(6);
  expect(names).not.toContain('a.txt');
});
