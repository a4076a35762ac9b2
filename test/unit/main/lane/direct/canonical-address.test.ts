import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalAddress, isLoopback } from '../../../../../src/main/lane/direct/canonical-address.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['1.0.0.0', '1.0.0.0'],
  ['223.255.255.255', '223.255.255.255'],
  ['127.0.0.1', '127.0.0.1'],
  ['169.254.1.1', '169.254.1.1'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:C000:0207', '192.0.2.7'],
  ['0:0:0:0:0:ffff:c000:207', '192.0.2.7'],
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:0db8::0001', '2001:db8::1'],
  ['64:ff9b::192.0.2.7', '64:ff9b::c000:207'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['1::ffff:c000:207', '1::ffff:c000:207'],
  ['::ffff:c000:207:1', '::ffff:c000:207:1'],
  ['fec0::1', 'fec0::1'],
  ['fd00::1', 'fd00::1'],
])('%s is written %s', (text, canonical) => {
  expect(canonicalAddress(text)).toBe(canonical);
});

test.each([
  '0.0.0.0',
  '0.255.255.255',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '0::0',
  '::ffff:0.0.0.0',
  '::ffff:224.0.0.251',
  '::ffff:255.255.255.255',
  'ff02::1',
  'FF0E::1',
  'fe80::1',
  'febf::1',
  'fe80::1%eth0',
  '2001:db8::1%eth0',
  '192.0.2.7:80',
  '192.0.2',
  '192.0.2.07',
  '0x7f.0.0.1',
  '2130706433',
  ' 192.0.2.7',
  '[::1]',
  'localhost',
  'printer.local',
  '',
])('%j is no address of one computer', (text) => {
  expect(canonicalAddress(text)).toBeNull();
});

test('only this computer is loopback', () => {
  expect(['127.0.0.1', '127.255.0.9', '::1'].every(isLoopback)).toBe(true);
  expect(['128.0.0.1', '12.7.0.1', '::2', '1::1', '127::1'].some(isLoopback)).toBe(false);
});

test('what is canonical stays as it is, and all spellings of an address are one', () => {
  for (const address of [fc.ipV4(), fc.ipV6()]) {
    fc.assert(
      fc.property(address, (text) => {
        const canonical = canonicalAddress(text);
        if (canonical !== null) expect(canonicalAddress(canonical)).toBe(canonical);
        expect(canonicalAddress(text.toUpperCase())).toBe(canonical);
      }),
    );
  }
  fc.assert(fc.property(fc.ipV4(), (text) => canonicalAddress(`::ffff:${text}`) === canonicalAddress(text)));
  fc.assert(fc.property(fc.string(), (text) => void canonicalAddress(text)));
});
