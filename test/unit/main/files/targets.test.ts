import { join } from 'node:path';
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

  test('of the name of a root further down are not the root', () => {
    const planned = planTargets([file('trip/trip/a')], new Map([['trip', 'trip (2)']]), 'linux');
    expect(planned.paths).toEqual(['trip (2)/trip/a']);
  });

  test('name what is refused', () => {
    for (const [entries, path] of [
      [[file('a'), file('a/b')], 'a/b'],
      [[file('c'), file('c')], 'c'],
    ] as const) {
      expect(() => planTargets(entries, new Map(), 'linux')).toThrow(
        expect.objectContaining({ reason: { code: 'bad-offer', detail: { path } } }),
      );
    }
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
  expect(rootsOf([file('x'), folder('y'), file('y/z'), file('/z')])).toEqual([
    { given: 'x', folder: false },
    { given: 'y', folder: true },
    { given: '', folder: true },
  ]);
  expect(rootsOf([file('y/z'), folder('y'), file('y')])).toEqual([{ given: 'y', folder: true }]);
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

describe('a name in the chosen folder', () => {
  /** A disk on which these names are taken; `race` lets somebody else be faster once. */
  function setUp(...there: string[]) {
    const taken = new Set(there);
    const made: string[] = [];
    const options = { race: null as string | null };
    const disk = {
      ...systemDisk,
      async makeFolder(path: string) {
        const { race } = options;
        options.race = null;
        if (race !== null) throw Object.assign(new Error(race), { code: race });
        made.push(path);
      },
      taken: async (path: string) => taken.has(path),
    };
    const names = new Map<string, string>();
    const claimed = new Set<string>();
    const claim = (...roots: { given: string; folder: boolean }[]): Promise<void> =>
      claimRoots({ disk, folder: '/in', roots, taken: names, claimed, platform: 'linux' });
    return { options, made, names, claimed, claim };
  }

  test('is made for a folder, and kept for a file', async () => {
    const { claim, made, names, claimed } = setUp();
    await claim({ given: 'trip', folder: true }, { given: 'a.txt', folder: false });
    expect(made).toEqual([join('/in', 'trip')]);
    expect([...names]).toEqual([
      ['trip', 'trip'],
      ['a.txt', 'a.txt'],
    ]);
    expect(claimed.size).toBe(2);
    // What has its name keeps it when another try goes on.
    await claim({ given: 'trip', folder: true }, { given: 'b', folder: true });
    expect(made).toEqual([join('/in', 'trip'), join('/in', 'b')]);
  });

  test('is counted up where others stand, and theirs are not kept', async () => {
    const { claim, names, claimed } = setUp(join('/in', 'a.txt'), join('/in', 'a (2).txt'));
    await claim({ given: 'a.txt', folder: false });
    expect(names.get('a.txt')).toBe('a (3).txt');
    expect(claimed.size).toBe(1);
  });

  test('that somebody else takes at the same moment is theirs', async () => {
    const { claim, options, made, names, claimed } = setUp();
    options.race = 'EEXIST';
    await claim({ given: 'trip', folder: true });
    expect(names.get('trip')).toBe('trip (2)');
    expect(made).toEqual([join('/in', 'trip (2)')]);
    expect(claimed.size).toBe(1);
  });

  test('that the disk refuses is not kept', async () => {
    const { claim, options, names, claimed } = setUp();
    options.race = 'EACCES';
    await expect(claim({ given: 'trip', folder: true })).rejects.toThrow('EACCES');
    expect(names.size).toBe(0);
    expect(claimed.size).toBe(0);
  });
});
