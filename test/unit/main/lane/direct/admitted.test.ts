import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admit } from '../../../../../src/main/lane/direct/admitted.ts';
import type { LaneCandidate } from '../../../../../src/shared/protocol/lane-messages.ts';
import { limits } from '../../../../../src/shared/protocol/limits.ts';

const host = (address: string, port = 50_000): LaneCandidate => ({ kind: 'host', address, port });
const mapped = (address: string, port = 50_000): LaneCandidate => ({ kind: 'mapped', address, port });

test('only an address that has answered is admitted, under any of its spellings', () => {
  const admitted = admit(['198.51.100.7', '2001:db8::7', '::ffff:192.0.2.7']);
  expect(admitted.endpoint({ address: '198.51.100.7', port: 5000 })).toEqual({ address: '198.51.100.7', port: 5000 });
  expect(admitted.endpoint({ address: '::ffff:198.51.100.7', port: 1024 })).toEqual({
    address: '198.51.100.7',
    port: 1024,
  });
  expect(admitted.endpoint({ address: '192.0.2.7', port: 65_535 })).toEqual({ address: '192.0.2.7', port: 65_535 });
  expect(admitted.endpoint({ address: '2001:DB8:0::7', port: 5000 })).toEqual({ address: '2001:db8::7', port: 5000 });
  for (const address of ['198.51.100.8', '2001:db8::8', '127.0.0.1', '::1', '2001:db8::7%eth0', 'x']) {
    expect(admitted.endpoint({ address, port: 5000 })).toBeNull();
  }
  expect([...admitted.addresses]).toEqual(['198.51.100.7', '2001:db8::7', '192.0.2.7']);
});

test('no port of a service', () => {
  const admitted = admit(['198.51.100.7']);
  for (const port of [0, 22, 53, 1023]) {
    expect(admitted.endpoint({ address: '198.51.100.7', port })).toBeNull();
    expect(admitted.candidates([host('198.51.100.7', port)])).toEqual([]);
  }
});

test('loopback, where the link itself runs over it, and nothing that is no address', () => {
  expect(admit(['192.0.2.1']).candidates([host('127.0.0.1'), host('::1'), host('::ffff:127.0.0.1')])).toEqual([]);
  expect(admit(['127.0.0.1']).candidates([host('127.0.0.1'), host('127.0.0.2'), host('::1')])).toEqual([
    host('127.0.0.1'),
  ]);
  expect(admit(['', 'x.local', '0.0.0.0', '224.0.0.1', 'fe80::1']).addresses.size).toBe(0);
  expect(admit([]).candidates([host('192.0.2.1')])).toEqual([]);
});

test('host addresses come first, each endpoint once, and no more than the bound', () => {
  const admitted = admit(['192.0.2.1', '198.51.100.7']);
  const named = [
    mapped('198.51.100.7'),
    mapped('192.0.2.1'),
    host('203.0.113.9'),
    host('::ffff:192.0.2.1'),
    host('192.0.2.1', 50_001),
    host('192.0.2.1'),
  ];
  expect(admitted.candidates(named)).toEqual([host('192.0.2.1'), host('192.0.2.1', 50_001), mapped('198.51.100.7')]);
  const many = Array.from({ length: limits.laneEndpoints + 1 }, (_, at) => mapped('192.0.2.1', 50_000 + at));
  expect(admitted.candidates(many)).toEqual(many.slice(0, limits.laneEndpoints));
});

test('whatever a peer names, nothing outside the rule is probed', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom('192.0.2.1', '::ffff:192.0.2.1', '::FFFF:C000:0201'));
  const kind = fc.constantFrom<LaneCandidate['kind']>('host', 'mapped');
  const named = fc.array(fc.record({ kind, address, port: fc.integer({ min: 0, max: 65_535 }) }));
  fc.assert(
    fc.property(named, (candidates) => {
      const probed = admit(['192.0.2.1']).candidates(candidates);
      expect(probed.length).toBeLessThanOrEqual(limits.laneEndpoints);
      for (const each of probed) {
        expect(each.address).toBe('192.0.2.1');
        expect(each.port).toBeGreaterThanOrEqual(1024);
      }
    }),
  );
});
