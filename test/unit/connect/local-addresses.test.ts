import { describe, expect, test } from 'vitest';
import { withoutLocalAddress, withoutLocalAddresses } from '../../../src/connect/local-addresses.ts';

describe('a candidate', () => {
  test.each([
    'candidate:1 1 udp 2122260223 192.168.1.2 50000 typ host generation 0 ufrag abcd',
    'candidate:1 1 udp 2122260223 2001:db8::5 50000 typ host',
    'candidate:1 1 udp 2122260223 0b1c.local 50000 typ host',
    'candidate:1 1 tcp 1518280447 192.168.1.2 9 typ host tcptype active',
  ])('of a host is not told: %s', (line) => {
    expect(withoutLocalAddress(line)).toBeNull();
  });

  test.each([
    [
      'candidate:2 1 udp 1686052607 198.51.100.9 50001 typ srflx raddr 192.168.1.2 rport 50000 generation 0',
      'candidate:2 1 udp 1686052607 198.51.100.9 50001 typ srflx raddr 0.0.0.0 rport 9 generation 0',
    ],
    [
      'candidate:2 1 udp 1686052607 2001:db8::5 50001 typ srflx raddr fd00::2 rport 50000',
      'candidate:2 1 udp 1686052607 2001:db8::5 50001 typ srflx raddr :: rport 9',
    ],
    [
      'candidate:3 1 udp 41885439 203.0.113.4 50002 typ relay raddr 198.51.100.9 rport 50001',
      'candidate:3 1 udp 41885439 203.0.113.4 50002 typ relay raddr 0.0.0.0 rport 9',
    ],
    [
      'candidate:2 1 udp 1686052607 198.51.100.9 50001 typ srflx',
      'candidate:2 1 udp 1686052607 198.51.100.9 50001 typ srflx',
    ],
  ])('of another kind is told without what it was made from', (line, told) => {
    expect(withoutLocalAddress(line)).toBe(told);
  });
});

test('a description names no address of this computer, and is otherwise as it was', () => {
  const description = (media: string, connection: string, candidates: string[]): string =>
    [
      'v=0',
      `o=- 46 2 IN IP4 ${connection === '0.0.0.0' ? '0.0.0.0' : '192.168.1.2'}`,
      's=a typ host in a name',
      `m=application ${media} UDP/DTLS/SCTP webrtc-datachannel`,
      `c=IN IP4 ${connection}`,
      ...candidates,
      'a=ice-ufrag:abcd',
      'a=mid:0',
      '',
    ].join('\r\n');
  const srflx = 'a=candidate:2 1 udp 1686052607 198.51.100.9 50001 typ srflx raddr';
  const own = description('50000', '192.168.1.2', [
    'a=candidate:1 1 udp 2122260223 192.168.1.2 50000 typ host generation 0',
    `${srflx} 192.168.1.2 rport 50000`,
  ]);
  expect(withoutLocalAddresses(own)).toBe(description('9', '0.0.0.0', [`${srflx} 0.0.0.0 rport 9`]));
  expect(withoutLocalAddresses('c=IN IP6 2001:db8::5')).toBe('c=IN IP4 0.0.0.0');
});
