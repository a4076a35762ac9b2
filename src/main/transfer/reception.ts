import { basename } from 'node:path';
import { type Block, blockCharge } from '../../shared/protocol/block.ts';
import { type Control, type ControlOf, listItems } from '../../shared/protocol/transfer-messages.ts';
import type { ReasonCode } from '../../shared/reasons.ts';
import type { Disk } from '../files/disk.ts';
import { createEarlyBlocks } from './early-blocks.ts';
import type { IncomingRecord } from './incoming-record.ts';
import { createIntake } from './intake.ts';
import type { Landing } from './landing.ts';
import { createPartWriter } from './part-writer.ts';
import type { Run } from './runs.ts';

/** The sender hears what was written at least this often, and whenever nothing is left to write. */
const progressBytes = 256 * 1024;

/** The bytes of an accepted transfer, from the lane to the disk: once there is a place for every file. */
export interface Reception {
  /** Says on this lane where to begin, once what came before is on the disk. */
  bind(): Promise<void>;
  /** Blocks on the way have no place any more. */
  unbind(): void;
  /** `late` is one of an earlier binding, which falls away; `forbidden` what the protocol has no place for. */
  block(block: Block): 'taken' | 'late' | 'forbidden';
  /** False when the protocol forbids it. */
  digests(list: ControlOf<'digests'>['list']): boolean;
  giveUp(entry: number, reason: ReasonCode): void;
  /** Looks whether the disk takes it now; rejects with its error. */
  recover(): Promise<void>;
  /** Closes everything and removes the parts. */
  dispose(): Promise<void>;
}

export interface ReceptionOptions {
  disk: Disk;
  record: IncomingRecord;
  landing: Landing;
  /** What the receiver holds the transfer for, to be told with where to begin. */
  hold(): ReasonCode | null;
  /** The sender is there and the transfer has not ended. */
  isOpen(): boolean;
  send(control: Control): void;
  /** What may have come and not be written, on the lane that it speaks on. */
  windowBytes(): number;
  events: {
    started(): void;
    allWritten(): void;
    /** Every file is finished or failed, and the parts are gone. */
    settled(): void;
    /** Something is on the disk that was not. */
    written(): void;
    gaveUp(): void;
    arrived(path: string): void;
    trouble(reason: ReasonCode): void;
  };
}

export function createReception(options: ReceptionOptions): Reception {
  const { record, landing, events, send } = options;
  const { transfer } = record;
  /** The binding whose blocks are taken; 0 when none are. */
  let binding = 0;
  let latestBinding = 0;
  let consumedCharge = 0;
  let toldCharge = 0;
  let discarding: Promise<unknown> = Promise.resolve();
  const tellGivenUp = createSkips(transfer, send);
  let concluding = false;
  let disposed = false;

  const early = createEarlyBlocks();
  const intake = createIntake(record);
  const writer = createPartWriter({
    disk: options.disk,
    record,
    pathOf: landing.pathOf,
    hash: intake.hash,
    events: {
      wrote(run, payloads) {
        intake.wrote(run, payloads);
        heed();
      },
      consumed,
      finished,
      failed: giveUp,
      lost(entry) {
        intake.lost(entry);
        heed();
      },
      trouble(reason) {
        // The next binding says where to begin again.
        unbind();
        events.trouble(reason);
      },
    },
  });

  function unbind(): void {
    binding = 0;
    early.clear();
  }

  function placeOf({ entry, offset, payload }: Block): ReturnType<typeof intake.place> {
    return intake.place(entry, offset, payload.byteLength);
  }

  function take(run: Run | 'stale', { payload }: Block): void {
    const charge = blockCharge(payload.byteLength);
    if (run === 'stale') consumed(charge);
    else {
      events.started();
      writer.write(run, payload, charge);
    }
  }

  /** A file was given up: those behind it may have come before that was said. */
  function takeEarly(): void {
    early.handOn((block) => {
      const run = placeOf(block);
      if (run === null || run === 'early') return false;
      take(run, block);
      return true;
    });
  }

  /** Sees to what the intake found. */
  function heed(): void {
    for (let found = intake.verdict(); found; found = intake.verdict()) {
      if (found.is === 'complete') writer.finish(found.entry);
      else if (found.is === 'long') writer.flush(found.entry);
      else if (found.is === 'wrong') askAgain([[found.entry, found.segment]]);
      else giveUp(found.entry, 'file-corrupt');
    }
  }

  function askAgain(segments: readonly [number, number][]): void {
    for (const list of inLists(segments)) send({ type: 'again', transfer, list });
  }

  function consumed(charge: number): void {
    consumedCharge += charge;
    if (consumedCharge - toldCharge >= progressBytes || writer.queuedCharge === 0) tellProgress();
    events.written();
    advance();
  }

  function tellProgress(): void {
    if (binding === 0 || disposed) return;
    toldCharge = consumedCharge;
    const { written, finished: files } = record;
    send({ type: 'progress', transfer, binding, charge: consumedCharge, written, files });
  }

  function finished(entry: number, path: string): void {
    const given = record.manifest[entry]?.path ?? '';
    events.arrived(landing.rootFolderOf(given) ?? path);
    landing.named(given, basename(path));
    intake.finished(entry);
    heed();
    events.written();
    advance();
  }

  /** Tells the sender too, which otherwise goes on sending it. */
  function giveUp(entry: number, reason: ReasonCode): void {
    if (disposed) return;
    // First: once the entry has failed, its part is no longer on the record.
    const discarded = writer.discard(entry).catch(() => {
      // A disk that is gone cannot be tidied.
    });
    if (!intake.fail(entry, reason)) return;
    heed();
    discarding = Promise.all([discarding, discarded]);
    tellGivenUp(entry, reason);
    events.gaveUp();
    takeEarly();
    advance();
  }

  function advance(): void {
    if (disposed || concluding) return;
    if (intake.allWritten) events.allWritten();
    if (!intake.settled) return;
    concluding = true;
    void dispose().then(events.settled);
  }

  async function dispose(): Promise<void> {
    disposed = true;
    unbind();
    await discarding;
    await writer.dispose();
  }

  return {
    async bind() {
      const own = ++latestBinding;
      unbind();
      await writer.idle();
      if (own !== latestBinding || disposed || !options.isOpen()) return;
      const { position, again } = intake.rebind();
      binding = own;
      consumedCharge = 0;
      toldCharge = 0;
      const { written, finished: files } = record;
      send({ type: 'accept', transfer, binding, ...position, written, files, hold: options.hold() });
      askAgain(again);
      advance();
    },
    unbind,
    block(block) {
      if (block.binding !== binding || binding === 0 || disposed) return 'late';
      const run = placeOf(block);
      if (run === null || writer.queuedCharge + early.charge > options.windowBytes()) return 'forbidden';
      if (run === 'early') return early.keep(block) ? 'taken' : 'forbidden';
      // From where the sender has left off: it goes back for nothing but what it is asked for again.
      if (run !== 'stale' && run.main && early.charge > 0) return 'forbidden';
      take(run, block);
      return 'taken';
    },
    digests(list) {
      if (disposed) return true;
      const possible = list.every(([entry, segment, sha256]) => intake.digest(entry, segment, sha256));
      heed();
      advance();
      return possible;
    },
    giveUp,
    recover: () => writer.recover(),
    dispose,
  };
}

/** Those given up in one go share a message: a folder with a name that cannot be had may hold a million files. */
function createSkips(transfer: string, send: ReceptionOptions['send']): (entry: number, reason: ReasonCode) => void {
  let untold: [entry: number, reason: ReasonCode][] = [];

  function tell(): void {
    const told = untold;
    untold = [];
    for (const list of inLists(told)) send({ type: 'skip', transfer, list });
  }

  return (entry, reason) => {
    if (untold.push([entry, reason]) === 1) queueMicrotask(tell);
  };
}

/** As many as one message may list. */
function* inLists<T>(items: readonly T[]): Iterable<T[]> {
  for (let from = 0; from < items.length; from += listItems) yield items.slice(from, from + listItems);
}
