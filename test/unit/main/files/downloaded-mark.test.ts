import { expect, test } from 'vitest';
import { createDownloadedMark, type MarkSystem } from '../../../../src/main/files/downloaded-mark.ts';

function recorder(fail = false): { system: MarkSystem; done: unknown[] } {
  const done: unknown[] = [];
  const note = async (...what: unknown[]): Promise<void> => {
    done.push(what);
    if (fail) throw new Error('this disk keeps no marks');
  };
  return { system: { writeFile: note, run: note, nowMs: () => 0x5f000000 * 1000 }, done };
}

test('Windows gets a zone beside each file', async () => {
  const { system, done } = recorder();
  await createDownloadedMark('win32', system)('C:\\in\\a.part');
  expect(done).toEqual([['C:\\in\\a.part:Zone.Identifier', '[ZoneTransfer]\r\nZoneId=3\r\n']]);
});

test('macOS gets one call at a time, for all that have gathered', async () => {
  const { system, done } = recorder();
  const mark = createDownloadedMark('darwin', system);
  const paths = Array.from({ length: 100 }, (_, index) => `/in/${index}.part`);
  await Promise.all(paths.map(mark));
  await mark('/in/last.part');
  const call = (...given: string[]) => [
    '/usr/bin/xattr',
    ['-w', 'com.apple.quarantine', '0081;5f000000;Roomdrop;', ...given],
  ];
  expect(done).toEqual([
    call('/in/0.part'),
    call(...paths.slice(1, 65)),
    call(...paths.slice(65)),
    call('/in/last.part'),
  ]);
});

test('Linux has none', async () => {
  const { system, done } = recorder();
  await createDownloadedMark('linux', system)('/in/a.part');
  expect(done).toEqual([]);
});

test.each(['win32', 'darwin'] as const)('on %s a disk that keeps no marks is no reason to fail', async (platform) => {
  const { system, done } = recorder(true);
  const mark = createDownloadedMark(platform, system);
  await mark('/in/a.part');
  await mark('/in/b.part');
  expect(done).toHaveLength(2);
});
