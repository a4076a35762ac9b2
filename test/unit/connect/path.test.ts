import { expect, test } from 'vitest';
import { pathOf, readPath } from '../../../src/connect/path.ts';

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
