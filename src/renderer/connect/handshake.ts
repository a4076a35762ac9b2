import type { LinkTranscript } from '../../shared/bridge.ts';
import { isSoundKey } from '../../shared/protocol/ed25519-key.ts';
import { limits } from '../../shared/protocol/limits.ts';
import {
  decodeLinkMessage,
  encodeLinkMessage,
  type Hello,
  linkTranscriptBytes,
  linkVersion,
} from '../../shared/protocol/link.ts';
import type { ReasonCode } from '../../shared/reasons.ts';
import { fromBase64url } from './base64url.ts';
import type { Clock } from './clock.ts';
import type { Wire } from './wire.ts';

/** Who the far end of a wire has proven to be. */
export interface Proven {
  readonly key: string;
  readonly name: string;
  readonly capabilities: readonly string[];
}

export interface HandshakeOptions {
  readonly wire: Wire;
  readonly topic: string;
  readonly ownSession: string;
  readonly peerSession: string;
  readonly name: string;
  readonly clock: Clock;
  readonly helloMs: number;
  sign(transcript: LinkTranscript): Promise<{ key: string; signature: string }>;
  /** What came after the hello while it was verified is in `early`, in order. */
  onProven(proven: Proven, early: readonly (string | Uint8Array<ArrayBuffer>)[]): void;
  /** The wire is to be closed. `told` when the peer has been sent a refusal, which needs a moment to leave. */
  onRefused(reason: ReasonCode, told: boolean): void;
}

/** Exchanges hellos on an open wire. Nothing else is handled before the peer's has verified. */
export function shakeHands(options: HandshakeOptions): void {
  const { wire } = options;
  const early: (string | Uint8Array<ArrayBuffer>)[] = [];
  let earlyBytes = 0;
  let heard = false;
  let over = false;
  const stopTimer = options.clock.after(options.helloMs, () => refuse('hello-timeout'));

  const shared = { topic: options.topic, linkId: wire.linkId };
  const own: LinkTranscript = {
    ...shared,
    role: wire.role,
    ownSession: options.ownSession,
    peerSession: options.peerSession,
    ownFingerprint: wire.ownFingerprint,
    peerFingerprint: wire.peerFingerprint,
  };
  const theirs: LinkTranscript = {
    ...shared,
    role: wire.role === 'offerer' ? 'answerer' : 'offerer',
    ownSession: options.peerSession,
    peerSession: options.ownSession,
    ownFingerprint: wire.peerFingerprint,
    peerFingerprint: wire.ownFingerprint,
  };

  const signed = options.sign(own).then((signature) => {
    const { key } = signature;
    if (over) return key;
    wire.send(
      encodeLinkMessage({
        type: 'hello',
        versions: [linkVersion],
        name: options.name,
        capabilities: [],
        key,
        signature: signature.signature,
      }),
    );
    return key;
  });
  // Without main's signature there is no hello to send; the peer gives up on this link, and so do we.
  signed.catch(() => end('link-closed', false));

  function end(reason: ReasonCode, told: boolean): void {
    if (over) return;
    over = true;
    stopTimer();
    options.onRefused(reason, told);
  }

  function refuse(reason: ReasonCode): void {
    if (over) return;
    const told = reason === 'version-unknown' || reason === 'own-key' || reason === 'hello-invalid';
    if (told) wire.send(encodeLinkMessage({ type: 'refuse', reason }));
    end(reason, told);
  }

  async function judge(hello: Hello): Promise<void> {
    const ownKey = await signed;
    if (over) return;
    if (hello.key === ownKey) return refuse('own-key');
    const genuine = await verify(hello, linkTranscriptBytes(theirs));
    if (over) return;
    if (!genuine) return refuse('hello-invalid');
    over = true;
    stopTimer();
    options.onProven({ key: hello.key, name: hello.name, capabilities: hello.capabilities }, early);
  }

  /** A peer sends nothing more before it has our hello; only verifying its own takes us a moment. */
  function keep(message: string | Uint8Array<ArrayBuffer>): void {
    earlyBytes += message.length;
    if (earlyBytes > limits.windowLargestBytes) refuse('hello-invalid');
    else early.push(message);
  }

  wire.listen({
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
}

async function verify(hello: Hello, transcript: Uint8Array<ArrayBuffer>): Promise<boolean> {
  try {
    const raw = fromBase64url(hello.key);
    if (!isSoundKey(raw)) return false;
    const key = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
    return await crypto.subtle.verify({ name: 'Ed25519' }, key, fromBase64url(hello.signature), transcript);
  } catch {
    return false;
  }
}
