import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPageSource } from '../../../../src/main/files/page-source.ts';
import type { PageEntry, Port } from '../../../../src/shared/bridge.ts';
import { decodeReadRequest, encodeReadAnswer, type ReadStatus } from '../../../../src/shared/protocol/source-port.ts';
import { portPair } from '../../../support/ports.ts';

function entry(path: string, bytes: number): PageEntry {
  return { path, folder: false, bytes, modifiedMs: 1 };
}

/** A page that holds one file. */
function serve(port: Port, file: Uint8Array, status: () => ReadStatus = () => 'ok'): void {
  port.listen({
    message(message) {
      const request = message instanceof Uint8Array ? decodeReadRequest(message) : null;
      if (!request) return;
      const bytes = file.slice(request.offset, request.offset + request.length);
      port.post(
        encodeReadAnswer({ id: request.id, status: status(), bytes: status() === 'ok' ? bytes : new Uint8Array() }),
      );
    },
    close: () => undefined,
  });
}

test('any reads, in any order, give the bytes of the page', async () => {
  const file = Uint8Array.from({ length: 1_300_000 }, (_, index) => (index * 7) & 0xff);
  const [main, page] = portPair();
  serve(page, file);
  const source = createPageSource([entry('a.bin', file.byteLength)]);
  source.attach(main);
  const [first] = source.entries;
  if (!first) throw new Error('one entry');
  const opened = await source.open(first);
  const range = fc.tuple(fc.nat(file.byteLength - 1), fc.integer({ min: 1, max: 70_000 }));
  await fc.assert(
    fc.asyncProperty(range, async ([offset, wanted]) => {
      const target = new Uint8Array(Math.min(wanted, file.byteLength - offset));
      await opened.read(target, offset);
      expect(Buffer.compare(target, file.subarray(offset, offset + target.byteLength))).toBe(0);
    }),
    { numRuns: 50 },
  );
  await opened.close();
});

test('what is written down of it says that only a page can open it again', () => {
  const source = createPageSource([entry('a.bin', 5)]);
  expect(source.describe()).toEqual({ from: 'page', id: source.id, entries: [['f', 'a.bin', 5, 1]] });
});

test.each([
  ['missing', 'file-missing'],
  ['changed', 'file-changed'],
  ['unreadable', 'file-unreadable'],
] as const)('a file that is %s says so', async (status, code) => {
  const [main, page] = portPair();
  serve(page, new Uint8Array(10), () => status);
  const source = createPageSource([entry('a.bin', 10)]);
  source.attach(main);
  const [first] = source.entries;
  if (!first) throw new Error('one entry');
  const opened = await source.open(first);
  await expect(opened.read(new Uint8Array(10), 0)).rejects.toMatchObject({
    reason: { code, detail: { path: 'a.bin' } },
  });
});

test('a page that goes away in mid-read is said, and the same files again bring it back', async () => {
  const file = new Uint8Array(10).fill(3);
  const [main, page] = portPair();
  page.listen({ message: () => page.close(), close: () => undefined });
  const entries = [entry('a.bin', 10)];
  const source = createPageSource(entries);
  source.attach(main);
  const [first] = source.entries;
  if (!first) throw new Error('one entry');
  const opened = await source.open(first);
  await expect(opened.read(new Uint8Array(10), 0)).rejects.toMatchObject({ reason: { code: 'source-away' } });
  expect(source.away).toBe(true);
  await expect(source.open(first)).rejects.toMatchObject({ reason: { code: 'source-away' } });

  expect(source.matches([entry('a.bin', 11)])).toBe(false);
  expect(source.matches(entries)).toBe(true);
  const [again, pageAgain] = portPair();
  serve(pageAgain, file);
  source.attach(again);
  const target = new Uint8Array(10);
  await (await source.open(first)).read(target, 0);
  expect(target).toEqual(file);
});
