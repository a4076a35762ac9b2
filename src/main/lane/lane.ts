/**
 * What carries a transfer's messages to one peer, and all that the engine knows of the way: the data channel through
 * the page is the first, a direct connection may be another. To one person there may be one of each kind at a time.
 */
export interface Lane {
  readonly terms: LaneTerms;
  /** The largest message `send` takes, bytes. */
  readonly maxMessageBytes: number;
  /**
   * Bytes handed to `send` that wait on this computer: what carries them (a data channel, a stream) has not taken them yet.
   * What it has taken and the peer has not heard of is not among them, so that a long way does not make a lane look full.
   */
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

/** What kind of way a lane is, and the bounds that fit it. */
export interface LaneTerms {
  readonly kind: 'channel' | 'direct';
  /** Of the lanes to one person that work, the one with the most carries the bytes, unless another is measured to be faster. */
  readonly preference: number;
  /** The largest block on it, header included. Both sides of a lane must have the same. */
  readonly blockBytes: number;
  /** A block is no larger than what drains in so many ms: what is said next waits for it. */
  readonly blockMs: number;
  /**
   * It is filled up to what drains in so many ms, and no more undrained than `mostUndrainedBytes`, nor less than
   * `leastUndrainedBytes`: enough for the turns in which nobody fills it, little enough that a pause finds little to wait for.
   */
  readonly undrainedMs: number;
  readonly leastUndrainedBytes: number;
  readonly mostUndrainedBytes: number;
  /** Sent of one transfer and not yet written, at most. Both sides must have the same. */
  readonly windowBytes: number;
  /** Blocks wait so long on a new lane for a preferred one that is being made: what has begun on this one would come twice. */
  readonly headStartMs: number;
  /** Pages of a manifest that are asked for and not yet here, at most. A sender keeps twice as many. */
  readonly pagesAhead: number;
}

export interface LaneHandlers {
  /** The message is the handler's to keep: nobody writes into its buffer afterwards. */
  message(message: Uint8Array): void;
  /** `undrainedBytes` became smaller. */
  drain(): void;
  /** Once; nothing comes after it. Not called for our own `close`. */
  close(): void;
}
