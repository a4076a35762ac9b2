import type { Laboratory, Namespace } from '../cable/laboratory.ts';

/** How the homes' routers treat what goes through them. */
export interface RouterRules {
  /**
   * `cone`: the source port stays what it is, whomever it talks to, so that STUN tells the truth. `strict`: it is another, at random, for
   * each. `none`, for IPv6: nothing is translated, and only what was asked for comes in.
   */
  readonly nat: 'cone' | 'strict' | 'none';
  /** No UDP goes through, either way. */
  readonly udpBlocked: boolean;
}

/** The addresses of one home: the router's outside, and of its own network the router's inside and its computers'. */
export interface HomeAddresses {
  readonly outside: string;
  /** Of the network between two routers, the outer one's and the inner one's. */
  readonly between: readonly [string, string];
  readonly inside: string;
  readonly computers: readonly string[];
  readonly bits: number;
}

/** A router that hands its network to the next one or to computers: `outside` and `inside` are its devices. */
function makeRouter(laboratory: Laboratory, role: string, { nat, udpBlocked }: RouterRules): Namespace {
  const router = laboratory.namespace(role);
  router.ip('link add inside type bridge');
  router.ip('link set inside up');
  router.run('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
  const rules = (command: string, lines: readonly string[]): void => {
    for (const line of lines) router.run(command, ...line.split(' '));
  };
  const closed = ['FORWARD', 'INPUT'].flatMap((chain) => [
    `-A ${chain} -i outside -m state --state ESTABLISHED,RELATED -j ACCEPT`,
    // Without this on INPUT, the first packet from outside would take the mapping's place, and punching fail.
    `-A ${chain} -i outside -j DROP`,
  ]);
  const blocked = udpBlocked ? ['-A FORWARD -p udp -j DROP'] : [];
  if (nat === 'none') {
    // Neighbours are found by ICMP.
    rules('ip6tables', ['-A INPUT -p ipv6-icmp -j ACCEPT', ...blocked, ...closed]);
    return router;
  }
  const strictly = nat === 'strict' ? ['-t nat -A POSTROUTING -o outside -p udp -j MASQUERADE --random'] : [];
  rules('iptables', [...strictly, '-t nat -A POSTROUTING -o outside -j MASQUERADE', ...blocked, ...closed]);
  return router;
}

export interface Home {
  /** The one that meets the internet. */
  readonly router: Namespace;
  readonly computers: readonly Namespace[];
  /** Once the router's device `outside` is there. */
  connect(gateway: string): void;
}

/** A home with as many computers as have addresses, behind one router or, with `double`, two in a row. */
export function buildHome(
  laboratory: Laboratory,
  whose: readonly string[],
  addresses: HomeAddresses,
  rules: RouterRules,
  double: boolean,
): Home {
  const name = whose[0] ?? '';
  const router = makeRouter(laboratory, `${name}-router`, rules);
  const inner = double ? makeRouter(laboratory, `${name}-inner`, rules) : router;
  const address = ({ ip }: Namespace, own: string, device: string): void =>
    ip(`addr add ${own}/${addresses.bits} dev ${device}${own.includes(':') ? ' nodad' : ''}`);
  if (inner !== router) {
    const [outer, beyond] = addresses.between;
    laboratory.join({ at: router, device: 'inner' }, { at: inner, device: 'outside' });
    router.ip('link set inner master inside');
    address(router, outer, 'inside');
    address(inner, beyond, 'outside');
    leadOut(inner, outer);
  }
  address(inner, addresses.inside, 'inside');
  const computers = addresses.computers.map((own, index) => {
    const computer = laboratory.namespace(whose[index] ?? '');
    const port = `port${index}`;
    laboratory.join({ at: computer, device: 'lan' }, { at: inner, device: port });
    inner.ip(`link set ${port} master inside`);
    address(computer, own, 'lan');
    leadOut(computer, addresses.inside);
    return computer;
  });
  return {
    router,
    computers,
    connect(gateway) {
      address(router, addresses.outside, 'outside');
      leadOut(router, gateway);
    },
  };
}

/** What is not near goes this way. */
export function leadOut({ ip }: Namespace, gateway: string): void {
  ip(`${gateway.includes(':') ? '-6 ' : ''}route add default via ${gateway}`);
}
