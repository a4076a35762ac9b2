import type { CandidateInit, StandardCandidate } from './standard.ts';

/** What stands in a candidate's line (RFC 8839, section 5.1), as Chromium reads it. */
export interface CandidateLine {
  readonly foundation: string;
  readonly component: number;
  readonly protocol: string;
  readonly priority: number;
  /** Nobody looks at it here: it may be a name, or nothing. */
  readonly address: string;
  readonly port: number;
  readonly type: string;
  /** Of which description it says it is. */
  readonly ufrag: string | null;
}

const protocols = ['udp', 'tcp', 'ssltcp'];
const types = ['host', 'srflx', 'prflx', 'relay'];
const tcpTypes = ['active', 'passive', 'so'];

/** Null for what Chromium refuses: there `a=` may stand before it and one line's end behind, and no other space is spared. */
export function readCandidateLine(text: string): CandidateLine | null {
  const line = /^(?:a=)?candidate:([^\n\r]*)(?:\r?\n)?$/.exec(text)?.[1];
  const [foundation, component, protocol, priority, address, port, typ, type, ...rest] = line?.split(' ') ?? [];
  if (foundation === undefined || address === undefined || typ !== 'typ' || !type || !types.includes(type)) return null;
  const read = {
    foundation,
    component: readWhole(component, 2 ** 31 - 1),
    protocol: protocol?.toLowerCase() ?? '',
    priority: readWhole(priority, 2 ** 32 - 1),
    address,
    port: readWhole(port, 65_535),
    type,
    ufrag: valueIn(rest, 'ufrag') ?? null,
  };
  const isRight = [read.component, read.priority, read.port].every((number) => !Number.isNaN(number));
  return isRight && protocols.includes(read.protocol) && isRestRight(rest) ? read : null;
}

function valueIn(rest: readonly string[], name: string): string | undefined {
  return rest.includes(name) ? rest[rest.indexOf(name) + 1] : undefined;
}

function isRestRight(rest: readonly string[]): boolean {
  const [relatedPort, tcpType] = [valueIn(rest, 'rport'), valueIn(rest, 'tcptype')];
  return (
    (relatedPort === undefined || !Number.isNaN(readWhole(relatedPort, 65_535))) &&
    (tcpType === undefined || tcpTypes.includes(tcpType))
  );
}

/** NaN unless it is a whole number of at most so much. */
function readWhole(text: string | undefined, most: number): number {
  return text !== undefined && /^\d+$/.test(text) && Number(text) <= most ? Number(text) : Number.NaN;
}

/** Chromium's `RTCIceCandidate`: of a line that it cannot read it knows nothing, and it does not judge it. */
export class WorldIceCandidate implements StandardCandidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment: string | null;
  readonly foundation: string | null;
  readonly protocol: string | null;
  readonly priority: number | null;
  readonly address: string | null;
  readonly port: number | null;
  readonly type: string | null;

  constructor(init: CandidateInit) {
    this.candidate = init.candidate ?? '';
    this.sdpMid = init.sdpMid ?? null;
    this.sdpMLineIndex = init.sdpMLineIndex ?? null;
    this.usernameFragment = init.usernameFragment ?? null;
    if (this.sdpMid === null && this.sdpMLineIndex === null) throw new TypeError('neither sdpMid nor sdpMLineIndex');
    const line = readCandidateLine(this.candidate);
    this.foundation = line?.foundation ?? null;
    this.protocol = line?.protocol ?? null;
    this.priority = line?.priority ?? null;
    this.address = line?.address ?? null;
    this.port = line?.port ?? null;
    this.type = line?.type ?? null;
  }
}
