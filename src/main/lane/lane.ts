/**
 * What carries a transfer's messages to one peer, and all that the engine knows of the way: the data channel through
 * the page is the first, a direct TCP connection may be another.
 */
export interface Lane {
  /** The largest message `send` takes, bytes. */
  readonly maxMessageBytes: number;
  /** Bytes handed to `send` and not yet drained towards the peer. */
  readonly undrainedBytes: number;
  /**
   * Hands over one message; never throws, never blocks. The message must own a buffer of exactly its size, and the
   * caller must not touch it again. Its first byte is its class: 0 control, 1 block; control overtakes blocks.
   * After close it is dropped.
   */
  send(message: Uint8Array<ArrayBuffer>): void;
  /** Called once. Messages that came earlier are delivered then, in order. */
  listen(handlers: LaneHandlers): void;
  close(): void;
}

export interface LaneHandlers {
  /** The message is the handler's to keep: nobody writes into its buffer afterwards. */
  message(message: Uint8Array): void;
  /** `undrainedBytes` became smaller. */
  drain(): void;
  /** Once; nothing comes after it. Not called for our own `close`. */
  close(): void;
}
