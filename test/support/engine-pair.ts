import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { systemDisk } from '../../src/main/files/disk.ts';
import { createPathSource } from '../../src/main/files/path-source.ts';
import { createSystemWorld } from '../../src/main/system-world.ts';
import { createEngine, type Engine, type EngineOptions } from '../../src/main/transfer/engine.ts';
import type { EngineWorld } from '../../src/main/transfer/engine-world.ts';
import type { Person, TransferState, TransferView } from '../../src/shared/views.ts';
import { createLanePair, type LanePair, type LanePairOptions } from './lanes.ts';

/** One person's engine, with a downloads folder and a record of all it has shown. */
export interface Side {
  readonly engine: Engine;
  readonly person: Person;
  readonly downloads: string;
  readonly views: TransferView[];
  readonly forgotten: string[];
  /** What `onView` threw. */
  readonly errors: unknown[];
  /** The newest view of a transfer that this test of it accepts; waits for it. */
  until(id: string, test: (view: TransferView) => boolean): Promise<TransferView>;
  /** Waits for a state. */
  reach(id: string, ...states: TransferState[]): Promise<TransferView>;
  /** Waits for the first transfer that comes in beside those known. */
  offered(): Promise<TransferView>;
  view(id: string): TransferView;
}

export interface Folders {
  readonly root: string;
  /** A new folder below the root. */
  folder(name: string): Promise<string>;
  remove(): Promise<void>;
}

export async function createFolders(): Promise<Folders> {
  const root = await mkdtemp(join(tmpdir(), 'roomdrop-engine-'));
  return {
    root,
    async folder(name) {
      const path = join(root, name);
      await mkdir(path, { recursive: true });
      return path;
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

export interface SideOptions extends Partial<Omit<EngineOptions, 'world' | 'onChange' | 'onForgotten'>> {
  /** What differs from the system's. */
  world?: Partial<EngineWorld>;
  /** Sees each view once it is on the record, and may throw. */
  onView?(view: TransferView): void;
}

export function createSide(name: string, downloads: string, options: SideOptions = {}): Side {
  const { onView, world, ...engineOptions } = options;
  const views: TransferView[] = [];
  const forgotten: string[] = [];
  const errors: unknown[] = [];
  const latest = new Map<string, TransferView>();
  const watchers = new Set<() => void>();
  const engine = createEngine({
    world: { ...createSystemWorld(systemDisk), ...world },
    incomingFolder: () => downloads,
    folderLabel: (path) => path,
    shouldAccept: () => true,
    onNotAccepted: () => undefined,
    onLaneWord: () => undefined,
    onListenerError: (error) => errors.push(error),
    ...engineOptions,
    onChange(view) {
      views.push(view);
      latest.set(view.id, view);
      for (const watcher of [...watchers]) watcher();
      onView?.(view);
    },
    onForgotten: (id) => forgotten.push(id),
  });

  function when<T>(look: () => T | undefined): Promise<T> {
    return new Promise((done) => {
      const watcher = (): void => {
        const found = look();
        if (found === undefined) return;
        watchers.delete(watcher);
        done(found);
      };
      watchers.add(watcher);
      watcher();
    });
  }

  const side: Side = {
    engine,
    person: { key: `key-of-${name}`, session: `session-of-${name}`, name },
    downloads,
    views,
    forgotten,
    errors,
    until: (id, test) =>
      when(() => {
        const view = latest.get(id);
        return view && test(view) ? view : undefined;
      }),
    reach: (id, ...states) => side.until(id, (view) => states.includes(view.state)),
    offered() {
      const before = new Set(latest.keys());
      return when(() => [...latest.values()].find((view) => view.direction === 'in' && !before.has(view.id)));
    },
    view(id) {
      const view = engine.list().find((each) => each.id === id);
      if (!view) throw new Error(`no transfer ${id}`);
      return view;
    },
  };
  return side;
}

/** Two people and a way to connect them, in folders of their own. */
export interface Pair {
  readonly folders: Folders;
  readonly alice: Side;
  readonly bob: Side;
  /** The clock of both: each turn of the lanes takes `turnMs`. */
  now(): number;
  /** A new lane between them; the one before is replaced. */
  connect(options?: LanePairOptions): LanePair;
  /** Offers paths from alice to bob. */
  send(...paths: string[]): Promise<string>;
  close(): Promise<void>;
}

/** What the fake clock makes of one turn of the lanes. */
export const turnMs = 20;

export async function createPair(options: { alice?: SideOptions; bob?: SideOptions } = {}): Promise<Pair> {
  const folders = await createFolders();
  let nowMs = 0;
  const now = (): number => nowMs;
  const alice = createSide('alice', await folders.folder('alice-downloads'), {
    ...options.alice,
    world: { now, ...options.alice?.world },
  });
  const bob = createSide('bob', await folders.folder('bob-downloads'), {
    ...options.bob,
    world: { now, ...options.bob?.world },
  });
  return {
    folders,
    alice,
    bob,
    now,
    connect(laneOptions) {
      const lanes = createLanePair({
        ...laneOptions,
        afterTurn(turned) {
          nowMs += turnMs;
          laneOptions?.afterTurn?.(turned);
        },
      });
      alice.engine.attach(bob.person, lanes.a);
      bob.engine.attach(alice.person, lanes.b);
      return lanes;
    },
    async send(...paths) {
      return alice.engine.offer(await createPathSource(paths), bob.person);
    },
    async close() {
      await Promise.all([alice.engine.close(), bob.engine.close()]);
      await folders.remove();
    },
  };
}

/** Bytes that look random and are the same for the same seed. */
export function bytesOf(length: number, seed = 1): Buffer {
  const block = createHash('sha512').update(`seed ${seed}`).digest();
  const bytes = Buffer.alloc(length);
  let state = block.readUInt32LE(0) | 1;
  for (let at = 0; at + 4 <= length; at += 4) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    bytes.writeInt32LE(state | 0, at);
  }
  return bytes;
}

/** Writes files, given as path and content; a path that ends in `/` is a folder. */
export async function writeTree(root: string, tree: Record<string, Buffer | string>): Promise<void> {
  for (const [path, content] of Object.entries(tree)) {
    const absolute = join(root, path);
    if (path.endsWith('/')) await mkdir(absolute, { recursive: true });
    else {
      await mkdir(dirname(absolute), { recursive: true });
      await writeFile(absolute, content);
    }
  }
}

/** What stands below a folder: path, kind, mode bit, modification time in whole ms, and a hash of the content. */
export async function treeOf(root: string, below = ''): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of (await readdir(join(root, below))).sort()) {
    const path = below ? `${below}/${name}` : name;
    const absolute = join(root, path);
    const stats = await lstat(absolute);
    const time = Math.round(stats.mtimeMs);
    if (stats.isDirectory()) {
      found[`${path}/`] = `folder ${time}`;
      Object.assign(found, await treeOf(root, path));
    } else {
      const hash = createHash('sha256')
        .update(await readFile(absolute))
        .digest('hex');
      found[path] = `file ${stats.size} ${(stats.mode & 0o100) !== 0 ? 'x' : '-'} ${time} ${hash}`;
    }
  }
  return found;
}
