import { helloProves, type LinkTranscript, type VerifySignature } from '../shared/protocol/hello-proof.ts';
import { limits } from '../shared/protocol/limits.ts';
import {
  decodeLinkMessage,
  encodeLinkMessage,
  gateCapability,
  type Hello,
  linkRefusals,
  linkVersion,
} from '../shared/protocol/link-messages.ts';
import type { ReasonCode } from '../shared/reasons.ts';
import type { Channel } from './channel.ts';
import type { Clock } from './clock.ts';
import type { Gate, RoomWord } from './guard.ts';

/** Who the far end of a channel has proven to be. */
export interface Proven {
  readonly key: string;
  readonly name: string;
  readonly capabilities: readonly string[];
}

/** All that a handshake asks of a channel: what it is besides is not its business. */
type HandshakeChannel = Pick<Channel, 'linkId' | 'role' | 'binding' | 'send' | 'listen'>;

export interface HandshakeOptions {
  readonly channel: HandshakeChannel;
  /** The link inside which a strand was signaled; a link's own handshake has none. */
  readonly introducedBy?: string;
  readonly topic: string;
  readonly ownSession: string;
  readonly peerSession: string;
  readonly name: string;
  /** To be named besides what the gate asks for. */
  readonly capabilities: readonly string[];
  readonly clock: Pick<Clock, 'after'>;
  readonly helloMs: number;
  readonly gate: Gate;
  sign(transcript: LinkTranscript): Promise<{ key: string; signature: string }>;
  readonly verify: VerifySignature;
  /** What came after the hello while it was verified is in `early`, in order; `welcome` is what has been said. */
  onProven(proven: Proven, early: readonly (string | Uint8Array<ArrayBuffer>)[], welcome: RoomWord | null): void;
  /**
   * The channel is to be closed. `told` when the peer has been sent a refusal, which needs a moment to leave; `unwanted` is
   * the key of an installation whose hello was right, and which the gate will not have.
   */
  onRefused(reason: ReasonCode, told: boolean, unwanted: string | null): void;
}

/**
 * Exchanges hellos on an open channel. Nothing else is handled before the peer's has verified. The returned function ends it
 * without a word to anybody: for whoever closes the channel.
 */
export function shakeHands(options: HandshakeOptions): () => void {
  const { channel } = options;
  const early: (string | Uint8Array<ArrayBuffer>)[] = [];
  let earlyBytes = 0;
  let heard = false;
  let over = false;
  /** The peer is right, and has yet to say that it takes us. */
  let awaiting: Proven | null = null;
  let welcome: RoomWord | null = null;
  const stopTimer = options.clock.after(options.helloMs, () => refuse('hello-timeout'));

  const own: LinkTranscript = {
    topic: options.topic,
    linkId: channel.linkId,
    introducedBy: options.introducedBy,
    role: channel.role,
    ownSession: options.ownSession,
    peerSession: options.peerSession,
    binding: channel.binding,
  };

  const signed = options.sign(own).then((signature) => {
    const { key } = signature;
    if (over) return key;
    channel.send(
      encodeLinkMessage({
        type: 'hello',
        versions: [linkVersion],
        name: options.name,
        capabilities: [...(options.gate.closed ? [gateCapability] : []), ...options.capabilities],
        key,
        signature: signature.signature,
      }),
    );
    return key;
  });
  // Without main's signature there is no hello to send; the peer gives up on this link, and so do we.
  signed.catch(() => end('link-closed', false));

  function end(reason: ReasonCode, told: boolean, unwanted: string | null = null): void {
    if (over) return;
    over = true;
    stopTimer();
    options.onRefused(reason, told, unwanted);
  }

  function refuse(reason: ReasonCode, unwanted: string | null = null): void {
    if (over) return;
    const told = linkRefusals.find((each) => each === reason);
    if (told) channel.send(encodeLinkMessage({ type: 'refuse', reason: told }));
    end(reason, told !== undefined, unwanted);
  }

  async function judge(hello: Hello): Promise<void> {
    const ownKey = await signed;
    if (over) return;
    if (hello.key === ownKey) return refuse('own-key');
    const genuine = await helloProves(hello, own, options.verify);
    if (over) return;
    if (!genuine) return refuse('hello-invalid');
    const { key, name, capabilities } = hello;
    const refusal = options.gate.refusal(key);
    if (refusal) return refuse(refusal, key);
    welcome = options.gate.welcome;
    if (welcome) channel.send(encodeLinkMessage(welcome));
    const proven = { key, name, capabilities };
    // It would be shown as connected for the moment until its refusal comes.
    if (capabilities.includes(gateCapability) && early.length === 0) awaiting = proven;
    else finish(proven);
  }

  function finish(proven: Proven): void {
    over = true;
    stopTimer();
    options.onProven(proven, early, welcome);
  }

  /** A peer sends nothing more before it has our hello; only verifying its own takes us a moment. */
  function keep(message: string | Uint8Array<ArrayBuffer>): void {
    earlyBytes += message.length;
    if (earlyBytes > limits.windowLargestBytes) refuse('hello-invalid');
    else {
      early.push(message);
      if (awaiting) finish(awaiting);
    }
  }

  channel.listen({
    text(text) {
      if (over) return;
      const decoded = decodeLinkMessage(text);
      if (decoded.kind === 'message' && decoded.message.type === 'refuse') return end(decoded.message.reason, false);
      if (heard) return keep(text);
      heard = true;
      if (decoded.kind === 'version-unknown') return refuse('version-unknown');
      if (decoded.kind !== 'message' || decoded.message.type !== 'hello') return refuse('hello-invalid');
      judge(decoded.message).catch(() => end('link-closed', false));
    },
    binary(bytes) {
      if (over) return;
      if (heard) keep(bytes);
      else refuse('hello-invalid');
    },
    low: () => undefined,
    close: () => end('link-closed', false),
  });

  return () => {
    over = true;
    stopTimer();
  };
}
