import { expect, test } from 'vitest';
import { agreedPath, pathOf, readAnswered, readPath } from '../../../src/connect/path.ts';

const host = (address: string) => ({ type: 'host', address });
const reflexive = (address: string) => ({ type: 'srflx', address });

test.each([
  ['two private addresses', host('192.168.1.2'), host('192.168.1.3'), 'local'],
  ['a peer-reflexive private address', host('10.0.0.1'), { type: 'prflx', address: '10.0.0.9' }, 'local'],
  ['an address that the platform hides', host('192.168.1.2'), host(''), 'local'],
  ['an mDNS name', host('192.168.1.2'), host('0b1c.local'), 'local'],
  ['this computer', host('203.0.113.7'), host('203.0.113.7'), 'local'],
  ['link-local IPv6', host('fe80::1'), host('fe80::2'), 'local'],
  ['unique local IPv6', host('fd00::1'), host('fd12::2'), 'local'],
  ['global IPv6 of one subnet', host('2001:db8:1:2::1'), host('2001:DB8:1:2:a:b:c:d'), 'local'],
  ['global IPv6 of two subnets', host('2001:db8:1:2::1'), host('2001:db8:1:3::1'), 'direct'],
  ['two public addresses', host('203.0.113.7'), reflexive('198.51.100.1'), 'direct'],
  ['a private address to a public one', host('192.168.1.2'), { type: 'prflx', address: '198.51.100.1' }, 'direct'],
  ['an address that is not told yet', host('192.168.1.2'), { type: 'prflx', address: '' }, null],
  ['172.20', host('192.0.2.1'), reflexive('172.20.0.1'), 'local'],
  ['172.16', host('192.0.2.1'), reflexive('172.16.0.1'), 'local'],
  ['172.31', host('192.0.2.1'), reflexive('172.31.0.1'), 'local'],
  ['this computer over IPv6', host('2001:db8::1'), host('::1'), 'local'],
  ['what only begins like this computer', host('2001:db8::1'), reflexive('::1:2'), 'direct'],
  ['an address with a private one in it', host('192.0.2.1'), reflexive('210.1.2.3'), 'direct'],
  ['the last of the link-local ones', host('192.0.2.1'), host('febf::1'), 'local'],
  ['what is no longer link-local', host('192.0.2.1'), reflexive('fec0::1'), 'direct'],
  ['two addresses that both are not told', { type: 'prflx', address: '' }, { type: 'prflx', address: '' }, null],
  ['a subnet with its zeros written', host('2001:0db8:0000:10::1'), host('2001:db8:0:0010:0:0:0:2'), 'local'],
  ['a subnet with its zeros left out', host('2001:db8::1'), host('2001:db8:0:0:1:2:3:4'), 'local'],
  ['a subnet that is short, and another', host('2001:db8:1::1'), host('2001:db8:10::1'), 'direct'],
  ['a subnet told wholly by its four groups', host('2001:db8:1:2::1'), host('2001:db8:1:2:0:0:0:9'), 'local'],
  ['a subnet in two spellings', host('2001:DB8:A::1'), host('2001:db8:a::2'), 'local'],
  ['an address of each kind', host('203.0.113.7'), host('2001:db8::1'), 'direct'],
  ['172.32 is not private', host('172.16.0.1'), reflexive('172.32.0.1'), 'direct'],
  ['a relay at this side', { type: 'relay', address: '192.168.1.9' }, host('192.168.1.2'), 'relay'],
  ['a relay at the other side', host('192.168.1.2'), { type: 'relay', address: '198.51.100.1' }, 'relay'],
] as const)('%s', (_, local, remote, path) => {
  expect(pathOf(local, remote)).toBe(path);
});

test('reads the selected pair of a report', () => {
  const report = new Map<string, Record<string, unknown>>([
    ['T', { type: 'transport', selectedCandidatePairId: 'P2' }],
    ['P1', { type: 'candidate-pair', nominated: true, localCandidateId: 'L', remoteCandidateId: 'X' }],
    ['P2', { type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R', currentRoundTripTime: 0.0304 }],
    ['L', { type: 'local-candidate', candidateType: 'host', address: '192.168.1.2' }],
    ['R', { type: 'remote-candidate', candidateType: 'srflx', ip: '198.51.100.1' }],
  ]);
  expect(readPath(report)).toEqual({
    path: 'direct',
    roundTripMs: 30,
    local: host('192.168.1.2'),
    remote: reflexive('198.51.100.1'),
  });
  expect(readPath(new Map())).toEqual({ path: null, roundTripMs: null, local: null, remote: null });
});

test('without a transport the pair that was nominated is read, and nothing of half a pair', () => {
  const pair = { type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R', currentRoundTripTime: '1' };
  const ends: [string, Record<string, unknown>][] = [
    ['L', { type: 'local-candidate', candidateType: 'host', address: '192.168.1.2' }],
    ['R', { type: 'remote-candidate', candidateType: 'host', address: '192.168.1.3' }],
    ['N', { type: 'other', nominated: true, localCandidateId: 'R', remoteCandidateId: 'L' }],
    ['P0', { ...pair, localCandidateId: 'R', remoteCandidateId: 'L' }],
  ];
  const report = new Map<string, Record<string, unknown>>([...ends, ['P', { ...pair, nominated: true }]]);
  expect(readPath(report)).toEqual({
    path: 'local',
    roundTripMs: null,
    local: host('192.168.1.2'),
    remote: host('192.168.1.3'),
  });
  report.delete('R');
  expect(readPath(report)).toMatchObject({ path: null, local: host('192.168.1.2'), remote: null });
  expect(readPath(new Map(ends))).toMatchObject({ path: null, local: null });
  const chosen: Record<string, unknown> = { type: 'not the transport', selectedCandidatePairId: 'P0' };
  expect(readPath(new Map([['C', chosen], ...ends]))).toMatchObject({ local: null });
});

test.each([
  ['relay', 'local', 'relay'],
  ['direct', 'relay', 'relay'],
  ['local', 'direct', 'local'],
  ['direct', 'local', 'local'],
  ['local', null, 'local'],
  ['direct', 'direct', 'direct'],
  ['direct', null, 'direct'],
  [null, 'direct', 'direct'],
  [null, null, null],
] as const)('a side that reads %s and one that reads %s agree on %s', (own, theirs, path) => {
  expect(agreedPath(own, theirs)).toBe(path);
});

test('addresses have answered where a pair has succeeded without a relay, each once, hidden ones never', () => {
  const local = { type: 'local-candidate', candidateType: 'host', address: '192.168.1.2' };
  const far = (candidateType: string, address: string) => ({ type: 'remote-candidate', candidateType, address });
  const entries: Record<string, Record<string, unknown>> = {
    L: local,
    relay: { ...local, candidateType: 'relay' },
    a: far('host', '192.168.1.3'),
    again: far('prflx', '192.168.1.3'),
    b: far('prflx', '2001:db8::9'),
    c: far('srflx', '198.51.100.1'),
    d: far('relay', '203.0.113.9'),
    e: far('host', '0b1c.local'),
    f: far('prflx', ''),
    g: far('host', '192.168.1.7'),
    h: { type: 'remote-candidate', candidateType: 'host', ip: '192.168.1.8' },
  };
  const pair = (remoteCandidateId: string, part: object = {}) => ({
    type: 'candidate-pair',
    state: 'succeeded',
    localCandidateId: 'L',
    remoteCandidateId,
    ...part,
  });
  const pairs = [
    ...['a', 'again', 'b', 'd', 'e', 'f', 'h', 'none'].map((remote) => pair(remote)),
    pair('c', { localCandidateId: 'relay' }),
    pair('c', { localCandidateId: 'none' }),
    pair('c', { state: 'failed' }),
    pair('g', { state: 'in-progress', nominated: true }),
    pair('g', { type: 'other' }),
  ];
  const report = new Map([...Object.entries(entries), ...pairs.map((each, index) => [`P${index}`, each] as const)]);
  expect(readAnswered(report)).toEqual(['192.168.1.3', '2001:db8::9', '192.168.1.8']);
});

test('no more addresses have answered than may be told', () => {
  const report = new Map<string, Record<string, unknown>>([['L', { candidateType: 'host', address: '10.0.0.1' }]]);
  for (let each = 0; each < 20; each++) {
    report.set(`R${each}`, { candidateType: 'host', address: `10.0.1.${each}` });
    const ends = { localCandidateId: 'L', remoteCandidateId: `R${each}` };
    report.set(`P${each}`, { type: 'candidate-pair', state: 'succeeded', ...ends });
  }
  expect(readAnswered(report)).toHaveLength(8);
});
