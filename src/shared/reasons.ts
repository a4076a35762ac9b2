import * as v from 'valibot';

/**
 * Why something ended, waits or was refused: a code to switch on, never a sentence.
 * `text.ts` turns each into what a person reads.
 */
export const reasonCodes = [
  // transfers, as a whole
  'declined',
  'cancelled-by-me',
  'cancelled-by-peer',
  'peer-quit',
  'quit',
  'link-lost',
  'peer-left',
  'peer-away',
  'left-room',
  'paused-by-me',
  'paused-by-peer',
  'disk-full',
  'peer-disk-full',
  'not-enough-space',
  'folder-gone',
  'folder-read-only',
  'write-failed',
  'source-away',
  'transfer-unknown',
  'some-files-failed',
  'all-files-failed',
  'bad-offer',
  'too-many-offers',
  'too-many-entries',
  'protocol-error',
  'false-report',
  // single files
  'file-missing',
  'file-changed',
  'file-unreadable',
  'file-corrupt',
  'file-name-refused',
  // room, brokers and links
  'code-length',
  'code-word',
  'code-checksum',
  'room-full',
  'room-open-elsewhere',
  'broker-unreachable',
  'broker-refused',
  'broker-misbehaves',
  'link-timeout',
  'link-no-candidates',
  'link-closed',
  'link-flooded',
  'hello-invalid',
  'hello-timeout',
  'version-unknown',
  'own-key',
  'room-locked',
  'removed',
  'removed-by-me',
  'turn-refused',
  'browser-unable',
  'app-unreachable',
  // what the desktop has to say
  'local-network-closed',
  'firewall-will-ask',
  'link-without-code',
  // settings and requests
  'setting-invalid',
  'path-missing',
  'path-unreadable',
  'too-deep',
  'nothing-to-send',
  'nobody-here',
  'too-many-known',
  'request-invalid',
  'internal-error',
] as const;

export type ReasonCode = (typeof reasonCodes)[number];

export const reasonSchema = v.object({
  code: v.picklist(reasonCodes),
  /** What the sentence names: a file, a word, a URL, a count. */
  detail: v.optional(v.record(v.string(), v.union([v.string(), v.number()]))),
});

export type Reason = v.InferOutput<typeof reasonSchema>;

/** An error whose reason crosses layers and processes unchanged. */
export class ReasonError extends Error {
  readonly reason: Reason;

  constructor(code: ReasonCode, detail?: Reason['detail'], options?: ErrorOptions) {
    super(code, options);
    this.name = 'ReasonError';
    this.reason = detail ? { code, detail } : { code };
  }
}

/** The reason inside any thrown value; what is not ours is an internal error. */
export function reasonOf(error: unknown): Reason {
  if (error instanceof ReasonError) return error.reason;
  return { code: 'internal-error', detail: { message: error instanceof Error ? error.message : String(error) } };
}
