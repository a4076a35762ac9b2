import { randomUUID } from 'node:crypto';
import type { PageEntry, Port } from '../../shared/bridge.ts';
import { decodeReadAnswer, encodeReadRequest, type ReadAnswer } from '../../shared/protocol/source-port.ts';
import { ReasonError } from '../../shared/reasons.ts';
import type { OpenFile, Source } from './source.ts';
import { describeEntries } from './source-description.ts';
import type { SourceEntry } from './source-entry.ts';

/** One question to the page is this large, so that small blocks do not each cost a round trip through it. */
const chunkBytes = 512 * 1024;

/** Files that were dropped on the page of the browser host, read through it. */
export interface PageSource extends Source {
  /** The page that holds the files, or holds the same ones again. */
  attach(port: Port): void;
  readonly away: boolean;
  /** The same paths, sizes and times. */
  matches(entries: readonly PageEntry[]): boolean;
}

export function createPageSource(given: readonly PageEntry[]): PageSource {
  const entries: readonly SourceEntry[] = given.map((entry, index) => ({
    index,
    path: entry.path,
    kind: entry.folder ? 'folder' : 'file',
    bytes: entry.bytes,
    // A page is not told a folder's time.
    modifiedMs: entry.folder ? Date.now() : entry.modifiedMs,
    executable: false,
  }));
  const waiting = new Map<number, { answered(answer: ReadAnswer): void; gone(): void }>();
  let port: Port | null = null;
  let nextId = 0;

  function detach(from: Port): void {
    if (port !== from) return;
    port = null;
    const left = [...waiting.values()];
    waiting.clear();
    for (const each of left) each.gone();
  }

  function ask(entry: SourceEntry, offset: number, length: number): Promise<Uint8Array> {
    const asked = port;
    if (!asked) return Promise.reject(new ReasonError('source-away'));
    const id = nextId++ >>> 0;
    return new Promise((done, fail) => {
      waiting.set(id, {
        answered(answer) {
          if (answer.status === 'ok' && answer.bytes.byteLength === length) done(answer.bytes);
          else fail(new ReasonError(reasonFor(answer.status), { path: entry.path }));
        },
        gone: () => fail(new ReasonError('source-away')),
      });
      asked.post(encodeReadRequest({ id, entry: entry.index, offset, length }));
    });
  }

  const id = randomUUID();
  return {
    id,
    entries,
    describe: () => ({ from: 'page', id, entries: describeEntries(entries) }),
    get away() {
      return port === null;
    },
    attach(given) {
      port?.close();
      if (port) detach(port);
      port = given;
      given.listen({
        message(message) {
          const answer = message instanceof Uint8Array ? decodeReadAnswer(message) : null;
          if (!answer) return;
          const asker = waiting.get(answer.id);
          waiting.delete(answer.id);
          asker?.answered(answer);
        },
        close: () => detach(given),
      });
    },
    matches: (others) =>
      others.length === given.length &&
      given.every((entry, index) => {
        const other = others[index];
        return (
          other?.path === entry.path &&
          other.folder === entry.folder &&
          other.bytes === entry.bytes &&
          other.modifiedMs === entry.modifiedMs
        );
      }),
    async open(entry) {
      if (!port) throw new ReasonError('source-away');
      return createPageFile(entry, ask);
    },
    release() {
      const held = port;
      if (!held) return;
      detach(held);
      held.close();
    },
  };
}

/** Reads in order from chunks that are asked for one ahead. */
function createPageFile(
  entry: SourceEntry,
  ask: (entry: SourceEntry, offset: number, length: number) => Promise<Uint8Array>,
): OpenFile {
  const chunks = new Map<number, Promise<Uint8Array>>();

  function chunk(start: number): Promise<Uint8Array> {
    let asked = chunks.get(start);
    if (!asked) {
      asked = ask(entry, start, Math.min(chunkBytes, entry.bytes - start));
      // A chunk that was asked for ahead may fail before anybody waits for it.
      asked.catch(() => undefined);
      chunks.set(start, asked);
    }
    return asked;
  }

  return {
    async read(target, offset) {
      let filled = 0;
      while (filled < target.byteLength) {
        const position = offset + filled;
        const start = position - (position % chunkBytes);
        const current = chunk(start);
        if (start + chunkBytes < entry.bytes) chunk(start + chunkBytes);
        for (const held of chunks.keys()) if (held < start || held > start + chunkBytes) chunks.delete(held);
        const bytes = (await current).subarray(position - start, position - start + target.byteLength - filled);
        target.set(bytes, filled);
        filled += bytes.byteLength;
      }
    },
    // A browser refuses to read a File whose size or time on the disk is no longer what it was.
    async assertUnchanged() {
      if (entry.bytes > 0) await ask(entry, entry.bytes - 1, 1);
    },
    async close() {
      chunks.clear();
    },
  };
}

function reasonFor(status: ReadAnswer['status']) {
  if (status === 'missing') return 'file-missing';
  return status === 'changed' ? 'file-changed' : 'file-unreadable';
}
