import type { Role } from '../shared/protocol/hello-proof.ts';
import type { LinkRefusal } from '../shared/protocol/link-messages.ts';
import type { ReasonCode } from '../shared/reasons.ts';
import type { Channel } from './channel.ts';
import type { Clock } from './clock.ts';
import type { Counters } from './counters.ts';
import type { Proven } from './handshake.ts';
import { createLinkControl, type LinkControl } from './link-control.ts';
import { createLinkTraffic } from './link-traffic.ts';
import { createLiveness } from './liveness.ts';
import type { PathFacts } from './path.ts';
import { createPathWatch } from './path-watch.ts';
import type { StrandParts } from './strands/strand.ts';
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
  /** This side's, of the attempt that made it. */
  readonly role: Role;
  /** As the peer's hello named them. */
  readonly capabilities: readonly string[];
  readonly maxMessageBytes: number;
  /**
   * Queues one message of at most `maxMessageBytes`; class byte 0 overtakes class byte 1, which keep their order among
   * themselves. Dropped after close. The caller must not touch it again.
   */
  send(message: Uint8Array<ArrayBuffer>): void;
  /** Message bytes handed to data channels since the start. */
  readonly drainedBytes: number;
  /** Called once; messages that came earlier are delivered then. */
  listen(handlers: LinkHandlers): void;
  /**
   * Told at each change which addresses of the peer have answered ICE on it without a relay, all of them and at most
   * `limits.answeredAddresses`; at once if there are some already. Called once.
   */
  onAnswered(listener: (addresses: readonly string[]) => void): void;
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
  /** Null where the peer does not know strands. */
  readonly strands: StrandParts | null;
  onPath(): void;
  onEnd(end: LinkEnd): void;
}

export function createLink(options: LinkOptions): RunningLink {
  const { channel, clock, timings, counters, proven } = options;
  const control = createLinkControl({ clock, counters, send: (text) => channel.send(text) });
  const traffic = createLinkTraffic({
    channel,
    control,
    clock,
    timings,
    counters,
    strands: options.strands,
    roundTripMs: () => watch.leastRoundTripMs,
    onMessage: hand,
    onDrain: () => handlers?.drain(),
    onOffence: (why) => end({ why }),
  });
  const liveness = createLiveness({
    clock,
    timings,
    beat: () => control.say({ type: 'beat' }),
    onSilent: () => end({ why: 'silent' }),
  });
  const watch = createPathWatch({
    channel,
    control,
    clock,
    timings,
    onPath: options.onPath,
    onAnswered: () => tellAnswered(watch.answered),
  });
  let handlers: LinkHandlers | null = null;
  let tellAnswered = (_addresses: readonly string[]): void => undefined;
  let unheard: Uint8Array<ArrayBuffer>[] = [];
  let state: 'running' | 'letting-go' | 'ended' = 'running';
  let stopLate = (): void => undefined;

  control.on('bye', () => end({ why: 'bye' }));
  control.on('refuse', ({ reason }) => end({ why: 'refused', reason }));

  function ended(): boolean {
    return state === 'ended';
  }

  function hand(message: Uint8Array<ArrayBuffer>): void {
    if (state !== 'running') return;
    if (handlers) handlers.message(message);
    else unheard.push(message);
  }

  function onText(text: string): void {
    liveness.heard();
    const heard = control.hear(text);
    if (heard !== 'heard') end({ why: heard });
  }

  function onBinary(bytes: Uint8Array<ArrayBuffer>): void {
    liveness.heard();
    traffic.hear(bytes);
  }

  function onLow(): void {
    // Sustained draining takes the peer's acknowledgements: while its page is too busy to beat, they tell that it lives.
    liveness.heard();
    traffic.onLow();
  }

  function end(how: LinkEnd): void {
    if (state === 'ended') return;
    state = 'ended';
    liveness.stop();
    watch.stop();
    stopLate();
    unheard = [];
    channel.close();
    traffic.close();
    if (how.why !== 'let-go') handlers?.close();
    options.onEnd(how);
  }

  function letGo(): void {
    end({ why: 'let-go' });
  }

  /** What was handed over last may be why it ends: that all is over. Not for ever, though. */
  async function letGoFlushed(): Promise<void> {
    stopLate = clock.after(timings.goodbyeMs, letGo);
    await traffic.flushed();
    letGo();
  }

  const link: Link = {
    id: channel.linkId,
    session: options.session,
    key: proven.key,
    name: proven.name,
    role: channel.role,
    capabilities: proven.capabilities,
    maxMessageBytes: channel.maxMessageBytes,
    send(message) {
      if (state === 'running') traffic.send(message);
    },
    get drainedBytes() {
      return traffic.drainedBytes;
    },
    listen(given) {
      handlers = given;
      for (const bytes of unheard.splice(0)) given.message(bytes);
      if (traffic.drainedBytes > 0) given.drain();
    },
    onAnswered(listener) {
      tellAnswered = listener;
      if (watch.answered.length > 0) listener(watch.answered);
    },
    close() {
      if (state !== 'running') return;
      state = 'letting-go';
      handlers = null;
      void letGoFlushed();
    },
  };

  return {
    link,
    get path() {
      return watch.path;
    },
    control,
    async refuse(reason) {
      if (ended()) return;
      state = 'letting-go';
      traffic.clear();
      handlers?.close();
      handlers = null;
      // Nothing of theirs is heard any more.
      channel.listen({ text: () => undefined, binary: () => undefined, low: onLow, close: letGo });
      control.say({ type: 'refuse', reason });
      await letGoFlushed();
    },
    start(early) {
      if (ended()) return;
      traffic.start();
      liveness.start();
      watch.start();
      for (const message of early) {
        if (ended()) return;
        if (typeof message === 'string') onText(message);
        else onBinary(message);
      }
      channel.listen({ text: onText, binary: onBinary, low: onLow, close: () => end({ why: 'channel-closed' }) });
    },
    bye() {
      // The far side closes the link at the goodbye, so it comes after what main said last.
      traffic.sendLastWords();
      control.say({ type: 'bye' });
      return traffic.flushed();
    },
    close: () => end({ why: 'room-closed' }),
  };
}
