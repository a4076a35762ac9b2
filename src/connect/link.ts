import { messageClass } from '../shared/protocol/block.ts';
import { createBudget } from '../shared/protocol/budget.ts';
import { limits } from '../shared/protocol/limits.ts';
import type { LinkRefusal } from '../shared/protocol/link-messages.ts';
import type { ReasonCode } from '../shared/reasons.ts';
import type { LinkPath } from '../shared/views.ts';
import { createBufferTarget } from './buffer-target.ts';
import type { Channel } from './channel.ts';
import type { Clock } from './clock.ts';
import type { Counters } from './counters.ts';
import type { Proven } from './handshake.ts';
import { createLinkControl, type LinkControl } from './link-control.ts';
import { agreedPath, type PathFacts, readPath } from './path.ts';
import { createSendQueue } from './send-queue.ts';
import type { Timings } from './timings.ts';

/** A way to one person whose hello has verified: opaque binary messages both ways. */
export interface Link {
  /** One per attempt to connect. */
  readonly id: string;
  readonly session: string;
  /** The peer's installation key, base64url. */
  readonly key: string;
  /** As its hello said; later names come with the view of the network. */
  readonly name: string;
  readonly maxMessageBytes: number;
  /**
   * Queues one message of at most `maxMessageBytes`; class byte 0 overtakes class byte 1 in the queue. Dropped after
   * close. The caller must not touch it again.
   */
  send(message: Uint8Array<ArrayBuffer>): void;
  /** Message bytes handed to the data channel since the start. */
  readonly drainedBytes: number;
  /** Called once; messages that came earlier are delivered then. */
  listen(handlers: LinkHandlers): void;
  close(): void;
}

export interface LinkHandlers {
  message(bytes: Uint8Array<ArrayBuffer>): void;
  /** `drainedBytes` has grown. */
  drain(): void;
  /** Once; not for our own `close`. */
  close(): void;
}

/**
 * Why a link is no more. `let-go`: whoever used it closed it. `refused`: our hello did not satisfy the peer, whose own
 * was right.
 */
export type LinkEnd =
  | { readonly why: 'let-go' | 'room-closed' | 'channel-closed' | 'silent' | 'bye' | 'malformed' | 'flooded' }
  | { readonly why: 'refused'; readonly reason: ReasonCode };

/** A link with what only the room may see and do. */
export interface RunningLink {
  readonly link: Link;
  readonly path: PathFacts | null;
  /** Takes the channel over, beginning with what came right behind the hello. */
  start(early: readonly (string | Uint8Array<ArrayBuffer>)[]): void;
  readonly control: LinkControl;
  /** Ends it with the reason, which the peer is told; resolves when that is on its way. `onEnd` is not called. */
  refuse(reason: LinkRefusal): Promise<void>;
  /** Says goodbye: the member leaves the room. Resolves when that and all before it is on its way, or the link is no more. */
  bye(): Promise<void>;
  close(): void;
}

export interface LinkOptions {
  readonly channel: Channel;
  readonly session: string;
  readonly proven: Proven;
  readonly clock: Clock;
  readonly timings: Timings;
  readonly counters: Counters;
  onPath(): void;
  onEnd(end: LinkEnd): void;
}

/** From the channel's empty buffer until the last of it is on its way. */
const lastWordMs = 100;

export function createLink(options: LinkOptions): RunningLink {
  const { channel, clock, timings, counters, proven } = options;
  const queue = createSendQueue();
  const target = createBufferTarget();
  const control = createLinkControl({ clock, counters, send: (text) => channel.send(text) });
  const controls = createBudget({
    perSecond: limits.controlsPerSecond,
    atOnce: limits.controlsAtOnce,
    now: clock.now,
  });
  let drainedBytes = 0;
  let handlers: LinkHandlers | null = null;
  let unheard: Uint8Array<ArrayBuffer>[] = [];
  let heardMs = clock.now();
  let path: PathFacts | null = null;
  let theirPath: LinkPath | null = null;
  let ended = false;
  let lettingGo = false;
  const flushing: (() => void)[] = [];
  let stopBeat = (): void => undefined;
  let stopSilence = (): void => undefined;
  let stopStats = (): void => undefined;
  let stopLate = (): void => undefined;

  /** Keeps the channel's buffer at its target, and is called when there is more to send or room for it. */
  function pump(): void {
    const before = drainedBytes;
    while (channel.bufferedBytes < target.bytes) {
      const message = queue.shift();
      if (!message) break;
      if (channel.bufferedBytes === 0) target.started(clock.now(), drainedBytes);
      channel.send(message);
      drainedBytes += message.length;
    }
    if (drainedBytes > before) handlers?.drain();
  }

  function onLow(): void {
    // Sustained draining takes the peer's acknowledgements: while its page is too busy to beat, they tell that it lives.
    heardMs = clock.now();
    const buffered = channel.bufferedBytes;
    const full = drainedBytes;
    pump();
    target.low(clock.now(), full - buffered, buffered === 0 && drainedBytes > full);
    channel.setLowBytes(flushing.length > 0 ? 0 : target.bytes / 2);
    // The target may have grown.
    pump();
    tellFlushed();
  }

  function tellFlushed(): void {
    if (!ended && channel.bufferedBytes > 0) return;
    for (const done of flushing.splice(0)) done();
  }

  /** Control messages that still wait, however full the buffer is; nobody will want the blocks any more. */
  function sendLastWords(): void {
    queue.dropBlocks();
    for (let message = queue.shift(); message; message = queue.shift()) {
      channel.send(message);
      drainedBytes += message.length;
    }
  }

  function flushed(): Promise<void> {
    return new Promise((done) => {
      // The channel tells when its buffer is empty, not when the network has taken what was in it.
      sendLastWords();
      flushing.push(() => {
        if (ended) done();
        else clock.after(lastWordMs, done);
      });
      channel.setLowBytes(0);
      tellFlushed();
    });
  }

  function end(how: LinkEnd): void {
    if (ended) return;
    ended = true;
    stopBeat();
    stopSilence();
    stopStats();
    stopLate();
    queue.clear();
    unheard = [];
    channel.close();
    tellFlushed();
    if (how.why !== 'let-go') handlers?.close();
    options.onEnd(how);
  }

  function onText(text: string): void {
    heardMs = clock.now();
    const heard = control.hear(text);
    if (heard !== 'heard') end({ why: heard });
  }

  control.on('bye', () => end({ why: 'bye' }));
  control.on('refuse', ({ reason }) => end({ why: 'refused', reason }));
  control.on('path', (told) => {
    if (told.path === theirPath) return;
    theirPath = told.path;
    options.onPath();
  });

  function onBinary(bytes: Uint8Array<ArrayBuffer>): void {
    heardMs = clock.now();
    // Blocks are bounded by their window; the rest is not, and each is carried to main and may be answered.
    if (bytes[0] !== messageClass.block && !controls.take()) {
      counters.count('linkFlooded');
      end({ why: 'flooded' });
      return;
    }
    if (lettingGo) return;
    if (handlers) handlers.message(bytes);
    else unheard.push(bytes);
  }

  function keepBeating(): void {
    stopBeat = clock.after(timings.heartbeatMs, () => {
      control.say({ type: 'beat' });
      keepBeating();
    });
  }

  /**
   * Death is declared in two steps: what has arrived meanwhile, on a page that was too busy to read it, is read between
   * them.
   */
  function watchSilence(): void {
    const graceMs = timings.silenceMs / 12;
    const leftMs = heardMs + timings.silenceMs - graceMs - clock.now();
    stopSilence = clock.after(Math.max(0, leftMs), () => {
      if (clock.now() < heardMs + timings.silenceMs - graceMs) return watchSilence();
      const lastMs = heardMs;
      stopSilence = clock.after(graceMs, () => (heardMs === lastMs ? end({ why: 'silent' }) : watchSilence()));
    });
  }

  async function lookAtPath(): Promise<void> {
    const report = await channel.stats();
    if (ended || !report) return;
    const found = readPath(report);
    const told = path;
    // An address that stays hidden is one that the peer does not know itself: it is behind a NAT.
    const now = { ...found, path: found.path ?? (told && found.remote ? 'direct' : null) };
    const moved = Math.abs((now.roundTripMs ?? 0) - (told?.roundTripMs ?? 0)) > 5 + (told?.roundTripMs ?? 0) / 5;
    if (told && now.path === told.path && !moved) return;
    path = now;
    if (now.path && now.path !== told?.path) control.say({ type: 'path', path: now.path });
    options.onPath();
  }

  function keepLooking(): void {
    // Without statistics the path is just not known.
    lookAtPath().catch(() => undefined);
    stopStats = clock.after(timings.statsMs, keepLooking);
  }

  const link: Link = {
    id: channel.linkId,
    session: options.session,
    key: proven.key,
    name: proven.name,
    maxMessageBytes: channel.maxMessageBytes,
    send(message) {
      if (ended || lettingGo) return;
      queue.push(message);
      pump();
    },
    get drainedBytes() {
      return drainedBytes;
    },
    listen(given) {
      handlers = given;
      for (const bytes of unheard.splice(0)) given.message(bytes);
      if (drainedBytes > 0) given.drain();
    },
    close() {
      if (ended || lettingGo) return;
      lettingGo = true;
      handlers = null;
      const now = (): void => end({ why: 'let-go' });
      // What was handed over last may be why it is closed: that all is over.
      stopLate = clock.after(timings.goodbyeMs, now);
      void flushed().then(now);
    },
  };

  return {
    link,
    get path() {
      return path && { ...path, path: agreedPath(path.path, theirPath) };
    },
    control,
    refuse(reason) {
      if (ended) return Promise.resolve();
      queue.clear();
      handlers?.close();
      handlers = null;
      // Nothing of theirs is heard any more.
      channel.listen({
        text: () => undefined,
        binary: () => undefined,
        low: onLow,
        close: () => end({ why: 'let-go' }),
      });
      control.say({ type: 'refuse', reason });
      const gone = flushed();
      stopLate = clock.after(timings.goodbyeMs, () => end({ why: 'let-go' }));
      return gone.then(() => end({ why: 'let-go' }));
    },
    start(early) {
      if (ended) return;
      channel.setLowBytes(target.bytes / 2);
      keepBeating();
      watchSilence();
      keepLooking();
      for (const message of early) {
        if (ended) return;
        if (typeof message === 'string') onText(message);
        else onBinary(message);
      }
      channel.listen({ text: onText, binary: onBinary, low: onLow, close: () => end({ why: 'channel-closed' }) });
    },
    bye() {
      // The far side closes the link at the goodbye, so it comes after what main said last.
      sendLastWords();
      control.say({ type: 'bye' });
      return flushed();
    },
    close: () => end({ why: 'room-closed' }),
  };
}
