/** What is used of `@hyperswarm/secret-stream`, which brings no declarations. */
declare module '@hyperswarm/secret-stream' {
  import type { Duplex } from 'node:stream';

  export interface KeyPair {
    /** Ed25519, 32 bytes. */
    readonly publicKey: Uint8Array;
    readonly secretKey: Uint8Array;
  }

  export interface NoiseStreamOptions {
    pattern: 'IK';
    keyPair: KeyPair;
    /** Whom the initiator expects; the responder learns it. */
    remotePublicKey?: Uint8Array;
  }

  /**
   * Each `write` is one message, and so is each `data`. Emits `handshake` when the far key is known, before anything has
   * come that is sealed with it.
   */
  export default class NoiseSecretStream extends Duplex {
    constructor(isInitiator: boolean, raw: Duplex, options: NoiseStreamOptions);
    readonly remotePublicKey: Uint8Array | null;
    /** Of messages that were opened. */
    readonly rawBytesRead: number;
    /** Of messages that were sealed. */
    readonly rawBytesWritten: number;
    static keyPair(): KeyPair;
  }
}
