import type { Control } from '../../shared/protocol/transfer-messages.ts';
import { type Reason, type ReasonCode, ReasonError } from '../../shared/reasons.ts';
import { diskReason } from '../files/disk.ts';
import type { IncomingRecord } from './incoming-record.ts';
import { createLanding } from './landing.ts';
import { createReception, type Reception } from './reception.ts';
import { watchSpace } from './space-watch.ts';
import { type Happening, isEnded } from './state.ts';
import type { Surroundings } from './transfer.ts';

/** An accepted transfer whose manifest is whole: finds a place for everything, takes the bytes, and tidies up. */
export interface Running {
  /** Makes a place, or looks whether the one on the record is still there; then blocks may come. */
  prepare(): void;
  /** Once there is a place for blocks. */
  readonly reception: Pick<Reception, 'bind' | 'unbind' | 'block' | 'digests' | 'giveUp'> | null;
  /** Something other than a person was in the way: looks whether it still is. */
  recover(): void;
  /** The disk in order: nothing open, no part, no empty folder of a transfer that brought nothing. */
  release(): Promise<void>;
  released(): Promise<void>;
}

export interface RunningOptions {
  record: IncomingRecord;
  surroundings: Pick<Surroundings, 'disk' | 'platform'>;
  /** Names in use by transfers under way; shared by all. */
  claimed: Set<string>;
  folderLabel(path: string): string;
  happen(happened: Happening): void;
  send(control: Control): void;
  /** What may have come and not be written, on the lane that it speaks on. */
  windowBytes(): number;
  /** The sender broke the rules. */
  fail(reason: Reason): void;
  progressed(): void;
}

export function createRunning(options: RunningOptions): Running {
  const { record, happen } = options;
  const disk = watchSpace(options.surroundings.disk, {
    folder: () => record.folder ?? '',
    floorBytes: () => record.floorBytes,
  });
  const surroundings = { ...options.surroundings, disk };
  const landing = createLanding({ surroundings, record, claimed: options.claimed });
  let reception: Reception | null = null;
  let preparing: Promise<void> = Promise.resolve();
  let recovering: Promise<void> | null = null;
  let releasing: Promise<void> | null = null;

  function isOver(): boolean {
    return isEnded(record.status);
  }

  async function prepare(): Promise<void> {
    const before = record.placed;
    try {
      if (before) {
        // Before anything is waited for: it owns the parts on the record, which go if the transfer ends meanwhile.
        reception ??= receive();
        await landing.restore();
      } else await landing.prepare(isOver);
      if (isOver()) return;
      reception ??= receive();
      await reception.recover();
    } catch (error) {
      if (isOver()) return;
      const code = diskReason(error);
      if (error instanceof ReasonError && !waitsFor.has(code)) return options.fail(error.reason);
      return wait(code);
    }
    if (isOver()) return;
    // What was not on the disk for certain was taken back.
    if (before) options.progressed();
    for (const entry of landing.refused) reception.giveUp(entry, 'file-name-refused');
    happen({ type: 'prepared' });
  }

  function receive(): Reception {
    return createReception({
      disk,
      record,
      landing,
      hold: () => record.status.heldByMe?.code ?? null,
      isOpen: () => record.status.met && !isOver(),
      send: options.send,
      windowBytes: options.windowBytes,
      events: {
        started() {
          if (record.status.phase === 'accepted') happen({ type: 'started' });
        },
        allWritten() {
          if (record.status.phase !== 'verifying') happen({ type: 'all-moved' });
        },
        settled: () => void conclude(),
        written: options.progressed,
        gaveUp: options.progressed,
        arrived(path) {
          record.arrived ??= path;
        },
        trouble: wait,
      },
    });
  }

  /** The disk refused: held until a person tries again. */
  function wait(code: ReasonCode): void {
    happen({ type: 'hold', reason: { code, ...detailOf(code) } });
  }

  function detailOf(code: ReasonCode): Pick<Reason, 'detail'> {
    switch (code) {
      case 'folder-gone':
      case 'folder-read-only':
        return { detail: { folder: options.folderLabel(record.folder ?? '') } };
      case 'not-enough-space':
        return { detail: { kept: record.floorBytes } };
      default:
        return {};
    }
  }

  async function conclude(): Promise<void> {
    await landing.setFolderTimes();
    record.arrived ??= landing.firstRoot();
    const failed = record.failed.length;
    if (failed === 0) {
      happen({ type: 'finish', state: 'done', reason: null });
      return;
    }
    const all = record.finished === 0;
    const reason: Reason = { code: all ? 'all-files-failed' : 'some-files-failed', detail: { count: failed } };
    happen({ type: 'finish', state: all ? 'failed' : 'done', reason });
  }

  async function recover(): Promise<void> {
    try {
      await landing.restore();
      if (!isOver()) await reception?.recover();
    } catch (error) {
      if (!isOver()) wait(diskReason(error));
      return;
    }
    if (!isOver()) happen({ type: 'resume' });
  }

  async function release(): Promise<void> {
    await preparing;
    await recovering;
    await reception?.dispose();
    await landing.release(record.status.phase !== 'done');
  }

  return {
    prepare() {
      preparing = prepare();
    },
    get reception() {
      return reception;
    },
    recover() {
      recovering ??= recover().finally(() => {
        recovering = null;
      });
    },
    release() {
      releasing ??= release().catch(() => {
        // A disk that is gone cannot be tidied.
      });
      return releasing;
    },
    released: () => releasing ?? Promise.resolve(),
  };
}

/** What a person can mend; any other reason is the sender's fault. */
const waitsFor: ReadonlySet<ReasonCode> = new Set<ReasonCode>(['not-enough-space', 'folder-gone']);
