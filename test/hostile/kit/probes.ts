import { createHmac, randomBytes } from 'node:crypto';

/** PROTOCOL.md, section 13, "Checks": the datagrams that find the way, true or forged. */

const types = { probe: 1, use: 2, answer: 3 } as const;
export type ProbeType = keyof typeof types;

export interface Probe {
  readonly type: ProbeType;
  readonly attempt: string;
  /** 12 bytes: a number and 8 random ones. */
  readonly transaction: Buffer;
}

/** What the MAC is over besides the datagram itself. */
export interface ProbeContext {
  readonly link: string;
  readonly offererNoise: string;
  readonly answererNoise: string;
}

const probeBytes = 65;
const macAt = 33;

export function makeProbe(probe: Probe, key: Uint8Array, { link, offererNoise, answererNoise }: ProbeContext): Buffer {
  const head = Buffer.concat([
    Buffer.from('RDl1'),
    Buffer.from([types[probe.type]]),
    Buffer.from(probe.attempt, 'base64url'),
    probe.transaction,
  ]);
  const noises = [offererNoise, answererNoise].map((noise) => Buffer.from(noise, 'base64url'));
  const mac = createHmac('sha256', key).update(head).update(link).update(Buffer.concat(noises)).digest();
  return Buffer.concat([head, mac]);
}

export function transactionOf(number: number): Buffer {
  const transaction = randomBytes(12);
  transaction.writeUInt32BE(number);
  return transaction;
}

/** Whatever its MAC; null when it has not the form of one. */
export function readProbe(bytes: Uint8Array): Probe | null {
  const datagram = Buffer.from(bytes);
  if (datagram.length !== probeBytes || datagram.subarray(0, 4).toString() !== 'RDl1') return null;
  const [type] = Object.entries(types).find(([, byte]) => byte === datagram[4]) ?? [];
  if (type !== 'probe' && type !== 'use' && type !== 'answer') return null;
  const attempt = datagram.subarray(5, 21).toString('base64url');
  return { type, attempt, transaction: Buffer.from(datagram.subarray(21, macAt)) };
}
