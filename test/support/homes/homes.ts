import { join } from 'node:path';
import { startBrokerAt } from '../cable/broker-at.ts';
import { type CableOptions, stretchCable, whyNoCable } from '../cable/cable.ts';
import { isCommand, type Namespace, openLaboratory } from '../cable/laboratory.ts';
import { untilSays } from '../until-says.ts';
import { buildHome, type HomeAddresses, leadOut, type RouterRules } from './home.ts';
import { startTurn } from './turn.ts';

export interface HomesOptions extends Partial<RouterRules> {
  /** There is no IPv4 anywhere, and no NAT. */
  readonly ipv6Only?: boolean;
  /** Ann's router is behind another one. */
  readonly double?: boolean;
  /** Between the two homes; half of it to the internet. None: no time, no loss. */
  readonly cable?: CableOptions;
}

/** Two homes behind routers of their own, and an internet between them with a broker and a STUN server. */
export interface Homes {
  readonly ann: Namespace;
  /** In Ann's home. */
  readonly neighbour: Namespace;
  readonly bo: Namespace;
  readonly annRouter: Namespace;
  readonly boRouter: Namespace;
  readonly broker: string;
  /** As `--ice-server` takes it. */
  readonly stun: string;
  /** Starts a TURN server in the internet, IPv4 only; its address as `--ice-server` takes it. */
  turn(): Promise<string>;
  /** Ends what runs in them, and takes them away. */
  close(): Promise<void>;
}

/** Why there can be no homes here, in one sentence; null where there can. */
export function whyNoHomes(): string | null {
  const missing = ['iptables', 'ip6tables'].find((name) => !isCommand(name));
  return whyNoCable() ?? (missing ? `there is no ${missing}` : null);
}

interface World {
  readonly internet: string;
  readonly ann: HomeAddresses;
  readonly bo: HomeAddresses;
}

/** Of the ranges for documents: RFC 5737, RFC 3849. */
const world4: World = {
  internet: '203.0.113.1',
  ann: {
    outside: '203.0.113.10',
    between: ['10.10.0.1', '10.10.0.2'],
    inside: '192.168.1.1',
    computers: ['192.168.1.2', '192.168.1.3'],
    bits: 24,
  },
  bo: {
    outside: '203.0.113.20',
    between: ['10.20.0.1', '10.20.0.2'],
    inside: '192.168.2.1',
    computers: ['192.168.2.2'],
    bits: 24,
  },
};
const world6: World = {
  internet: '2001:db8::1',
  ann: {
    outside: '2001:db8::10',
    between: ['2001:db8:a::1', '2001:db8:a::2'],
    inside: '2001:db8:1::1',
    computers: ['2001:db8:1::2', '2001:db8:1::3'],
    bits: 64,
  },
  bo: {
    outside: '2001:db8::20',
    between: ['2001:db8:b::1', '2001:db8:b::2'],
    inside: '2001:db8:2::1',
    computers: ['2001:db8:2::2'],
    bits: 64,
  },
};
const stunPort = 3478;

export async function buildHomes({
  ipv6Only = false,
  nat = ipv6Only ? 'none' : 'cone',
  udpBlocked = false,
  double = false,
  cable,
}: HomesOptions): Promise<Homes> {
  const world = ipv6Only ? world6 : world4;
  const laboratory = openLaboratory();
  const internet = laboratory.namespace('internet');
  internet.ip('link add street type bridge');
  internet.ip('link set street up');
  internet.ip(`addr add ${world.internet}/${world.ann.bits} dev street${ipv6Only ? ' nodad' : ''}`);
  const rules = { nat, udpBlocked };
  const annHome = buildHome(laboratory, ['ann', 'neighbour'], world.ann, rules, double);
  const boHome = buildHome(laboratory, ['bo'], world.bo, rules, false);
  for (const [home, device] of [
    [annHome, 'to-ann'],
    [boHome, 'to-bo'],
  ] as const) {
    const [near, far] = [
      { at: home.router, device: 'outside' },
      { at: internet, device },
    ];
    if (cable) await stretchCable(laboratory, near, far, half(cable));
    else laboratory.join(near, far);
    internet.ip(`link set ${device} master street`);
    home.connect(world.internet);
  }
  if (ipv6Only) {
    internet.run('sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1');
    for (const { inside, outside } of [world.ann, world.bo])
      internet.ip(`-6 route add ${inside.replace(/1$/, '')}/64 via ${outside}`);
  } else {
    // A TURN server gives up relays when there is no route: this one leads to a neighbour that never answers.
    internet.ip('neigh add 203.0.113.254 lladdr 02:00:00:00:00:01 dev street nud permanent');
    leadOut(internet, '203.0.113.254');
  }

  const [ann, neighbour] = annHome.computers;
  const [bo] = boHome.computers;
  if (!ann || !neighbour || !bo) throw new Error('a home has its computers');
  const stunChild = ['--import', 'tsx', join(import.meta.dirname, 'stun-child.ts'), world.internet, String(stunPort)];
  await untilSays(internet.spawn(process.execPath, stunChild, { stdio: ['ignore', 'pipe', 'inherit'] }), /up/);
  return {
    ann,
    neighbour,
    bo,
    annRouter: annHome.router,
    boRouter: boHome.router,
    broker: await startBrokerAt(internet, world.internet),
    stun: `stun:${ipv6Only ? `[${world.internet}]` : world.internet}:${stunPort}`,
    turn: () => startTurn(internet, world.internet),
    close: () => laboratory.close(),
  };
}

function half({ roundTripMs, lossPercent = 0, ...rest }: CableOptions): CableOptions {
  return { ...rest, roundTripMs: roundTripMs / 2, lossPercent: lossPercent / 2 };
}
