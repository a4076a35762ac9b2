import { type Device, type Laboratory, type Namespace, openLaboratory, whyNoLaboratory } from './laboratory.ts';
import { hasNetem, startNetem } from './netem.ts';
import type { Stretch } from './stretch.ts';
import { startWire, whyNoWire } from './wire.ts';

/** What a cable does to what goes through it, each way. */
export interface CableOptions {
  /** There and back. */
  readonly roundTripMs: number;
  /** 0, as by default: as fast as this machine. */
  readonly mbit?: number;
  /** How long a packet may wait where the cable begins; more are lost. Only where `mbit` is given. */
  readonly queueMs?: number;
  /** Of the packets each way, at random. */
  readonly lossPercent?: number;
  /** Of that chance. */
  readonly seed?: number;
}

/** Two computers on a long cable. */
export interface Cable extends Stretch {
  readonly ann: CableEnd;
  readonly bo: CableEnd;
  /** Ends what runs at its ends, and takes them away. */
  close(): Promise<void>;
}

export interface CableEnd extends Namespace {
  /** IPv4, by which the other end reaches it. */
  readonly address: string;
}

/** Why no cable can be laid here, in one sentence; null where it can. */
export function whyNoCable(): string | null {
  const why = whyNoLaboratory();
  if (why) return why;
  const laboratory = openLaboratory();
  try {
    return hasNetem(laboratory.namespace('netem')) ? null : whyNoWire();
  } finally {
    void laboratory.close();
  }
}

export async function layCable(options: CableOptions): Promise<Cable> {
  const laboratory = openLaboratory();
  const device = 'cable';
  const ann = { ...laboratory.namespace('ann'), address: '10.77.0.1', hardware: '02:00:00:00:00:01' };
  const bo = { ...laboratory.namespace('bo'), address: '10.77.0.2', hardware: '02:00:00:00:00:02' };
  const stretch = await stretchCable(laboratory, { at: ann, device }, { at: bo, device }, options);
  for (const [end, other] of [
    [ann, bo],
    [bo, ann],
  ] as const) {
    end.ip(`link set ${device} address ${end.hardware}`);
    end.ip(`addr add ${end.address}/24 dev ${device}`);
    // Who asks for a neighbour, and loses the question, waits a second.
    end.ip(`neigh add ${other.address} lladdr ${other.hardware} dev ${device} nud permanent`);
    // A browser without permissions gathers candidates for the default route only.
    end.ip(`route add default via ${other.address}`);
  }
  return {
    ...stretch,
    ann,
    bo,
    close: () => laboratory.close(),
  };
}

let stretches = 0;

/** Joins two devices that are yet to be made. The cable ends with the laboratory. */
export async function stretchCable(
  laboratory: Laboratory,
  a: Device,
  b: Device,
  { roundTripMs, mbit = 0, queueMs = 0, lossPercent = 0, seed = 1 }: CableOptions,
): Promise<Stretch> {
  const middle = laboratory.namespace(`cable${stretches++}`);
  const ports = ['one', 'other'] as const;
  // What has no address of its own is not to look for neighbours either.
  middle.run('sysctl', '-qw', 'net.ipv6.conf.default.disable_ipv6=1');
  laboratory.join(a, { at: middle, device: ports[0] });
  laboratory.join(b, { at: middle, device: ports[1] });
  const terms = { delayMs: roundTripMs / 2, mbit, queueMs, lossPercent, seed };
  return hasNetem(middle) ? startNetem({ middle, ports }, terms) : startWire({ middle, ports }, terms);
}
