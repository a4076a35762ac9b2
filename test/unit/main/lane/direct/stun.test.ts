import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStunResponse, stunRequest } from '../../../../../src/main/lane/direct/stun.ts';

const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const transaction = unhex('b7e7a701bc34d686fa87dfae');

/** RFC 5769, section 2.2. */
const rfcIPv4 = unhex(`
  0101003c 2112a442 b7e7a701bc34d686fa87dfae 8022000b 74657374 20766563 746f7220 00200008 0001a147 e112a643
  00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7 80280004 c07d4c96`);
/** Section 2.3. */
const rfcIPv6 = unhex(`
  01010048 2112a442 b7e7a701bc34d686fa87dfae 8022000b 74657374 20766563 746f7220 00200014 0002a147
  0113a9fa a5d3f179 bc25f4b5 bed2b9d9 00080014 a382954e4be67bf11784c97c8292c275bfe3ed41 80280004 c8fb0b4c`);

test('a request has no attributes', () => {
  expect(Buffer.from(stunRequest(transaction)).toString('hex')).toBe('000100002112a442b7e7a701bc34d686fa87dfae');
});

test('the vectors of RFC 5769 are read', () => {
  expect(readStunResponse(rfcIPv4, transaction)).toEqual({ address: '192.0.2.1', port: 32_853 });
  const ipv6 = { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32_853 };
  expect(readStunResponse(rfcIPv6, transaction)).toEqual(ipv6);
  // Where the bytes lie does not matter.
  expect(readStunResponse(Uint8Array.of(1, 2, 3, ...rfcIPv6).subarray(3), transaction)).toEqual(ipv6);
});

/** A response with these attributes: type, and value in hexadecimal. */
function response(...attributes: [number, string][]): Uint8Array {
  const body = attributes.map(([type, value]) => {
    const bytes = Buffer.from(value, 'hex');
    const head = Buffer.alloc(4);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(bytes.length, 2);
    return Buffer.concat([head, bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  });
  const all = Buffer.concat([Buffer.from('010100002112a442', 'hex'), transaction, ...body]);
  all.writeUInt16BE(all.length - 20, 2);
  return all;
}

/** Its only attribute says that it is four bytes longer. */
const longer = (message: Uint8Array): Uint8Array => message.map((byte, at) => (at === 23 ? byte + 4 : byte));

const change = (at: number, value: number): Uint8Array => rfcIPv4.map((byte, index) => (index === at ? value : byte));

test.each([
  ['a request', change(0, 0)],
  ['an error', change(0, 1).map((byte, at) => (at === 1 ? 0x11 : byte))],
  ['an indication', change(1, 0x11)],
  ['another cookie', change(4, 0x22)],
  ['another transaction', change(8, 0)],
  ['the end of another transaction', change(19, 0)],
  ['another length', change(3, 0x38)],
  ['cut off', rfcIPv4.subarray(0, -4)],
  ['more behind it', Uint8Array.of(...rfcIPv4, 0, 0, 0, 0)],
  ['a header and no more', response()],
  ['half a header', rfcIPv4.subarray(0, 19)],
  ['less than that', rfcIPv4.subarray(0, 7)],
  ['nothing', new Uint8Array(0)],
  ['an attribute that is longer than the message', longer(response([0x20, '0001a147e112a643']))],
  ['an empty address', response([0x20, ''])],
  ['another family', response([0x20, '0003a147e112a643'])],
  ['IPv4 with too much', response([0x20, '0001a147e112a64300000000'])],
  ['IPv4 in sixteen bytes', response([0x20, '0001a1470113a9faa5d3f179bc25f4b5bed2b9d9'])],
  ['IPv6 in four bytes', response([0x20, '0002a147e112a643'])],
  ['no address at all', response([0x20, '0001'])],
  ["nobody's address", response([0x20, '0001a1472112a442'])],
  ['only what NATs meddle with', response([0x01, '00018055c0000201'])],
])('refused: %s', (_, message) => {
  expect(readStunResponse(message, transaction)).toBeNull();
});

test('what is not known is passed over with its padding, the first address counts', () => {
  const own: [number, string] = [0x20, '0001a147e112a643'];
  const expected = { address: '192.0.2.1', port: 32_853 };
  expect(readStunResponse(response([0x8022, '616263'], [0x4242, ''], own), transaction)).toEqual(expected);
  expect(readStunResponse(response([0x01, '0001'], own, [0x20, '0001a147e112a644']), transaction)).toEqual(expected);
});

test('whatever follows a right header, nothing throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (body, honest) => {
      const all = Buffer.concat([Buffer.from('010100002112a442', 'hex'), transaction, body]);
      if (honest) all.writeUInt16BE(body.length, 2);
      const read = readStunResponse(all, transaction);
      if (read) expect(read.port).toBeLessThan(65_536);
    }),
    { numRuns: 1000 },
  );
});
