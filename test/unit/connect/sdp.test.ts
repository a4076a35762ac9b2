import { expect, test } from 'vitest';
import { readSdp } from '../../../src/connect/sdp.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';

const hash = 'AB:'.repeat(31).concat('CD');
const lines = [
  'v=0',
  'o=- 1 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0',
  'a=ice-ufrag:uF+/',
  'a=ice-pwd:secret',
  `a=fingerprint:sha-256 ${hash}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sctp-port:5000',
  'a=max-message-size:262144',
];
const sdp = (...more: string[]): string => [...lines, ...more, ''].join('\r\n');
const without = (start: string): string => lines.filter((line) => !line.startsWith(start)).join('\r\n');

test('reads what Roomdrop needs', () => {
  expect(readSdp(sdp())).toEqual({
    fingerprint: `sha-256 ${hash}`,
    ufrag: 'uF+/',
    maxMessageBytes: 262_144,
    description: sdp(),
    candidates: [],
    endOfCandidates: false,
  });
  expect(readSdp(sdp('a=end-of-candidates'))?.endOfCandidates).toBe(true);
  expect(readSdp(sdp(`a=fingerprint:SHA-256 ${hash.toLowerCase()}`))?.fingerprint).toBe(`sha-256 ${hash}`);
});

test('candidates are taken out of the description, to be judged one by one like those that are trickled', () => {
  const facts = readSdp(
    sdp('a=candidate:1 1 udp 1 192.0.2.7 5000 typ host', 'a=candidate:rubbish', 'a=end-of-candidates'),
  );
  expect(facts?.description).toBe(sdp());
  const common = { sdpMid: '0', sdpMLineIndex: 0, usernameFragment: 'uF+/' };
  expect(facts?.candidates).toEqual([
    { candidate: 'candidate:1 1 udp 1 192.0.2.7 5000 typ host', ...common },
    { candidate: 'candidate:rubbish', ...common },
  ]);
  expect(facts?.endOfCandidates).toBe(true);
});

test('lines may end without a carriage return, and in blanks', () => {
  const loose = [...lines, 'a=candidate:1 1 udp 1 192.0.2.7 5000 typ host', 'a=end-of-candidates ', ''];
  const facts = readSdp(loose.map((line) => (/fingerprint|ufrag|mid/.test(line) ? `${line} ` : line)).join('\n'));
  expect(facts).toMatchObject({ fingerprint: `sha-256 ${hash}`, ufrag: 'uF+/', endOfCandidates: true });
  expect(facts?.candidates).toMatchObject([{ sdpMid: '0' }]);
  expect(facts?.description).not.toContain('end-of-candidates');
});

test('the largest message is 64 KiB unless it is said, and unlimited when it is 0 (RFC 8841)', () => {
  expect(readSdp(without('a=max'))?.maxMessageBytes).toBe(65_536);
  expect(readSdp(sdp().replace('size:262144', 'size:0'))?.maxMessageBytes).toBe(Number.POSITIVE_INFINITY);
  expect(readSdp(sdp().replace('size:262144', 'size:-1'))).toBeNull();
  expect(readSdp(sdp().replace('size:262144', 'size:x'))).toBeNull();
  expect(readSdp(sdp().replace('262144', `${limits.laneMessageBytes}`))?.maxMessageBytes).toBe(limits.laneMessageBytes);
  expect(readSdp(sdp().replace('262144', `${limits.laneMessageBytes - 1}`))).toBeNull();
});

test('refuses what does not describe one data channel with one identity', () => {
  expect(readSdp(without('a=fingerprint'))).toBeNull();
  expect(readSdp(without('a=ice-ufrag'))).toBeNull();
  expect(readSdp(without('m='))).toBeNull();
  expect(readSdp(sdp('m=audio 9 UDP/TLS/RTP/SAVPF 111'))).toBeNull();
  expect(readSdp(sdp().replace('m=application', 'm=video'))).toBeNull();
  // Which of two fingerprints the platform would accept is nothing to rely on.
  expect(readSdp(sdp(`a=fingerprint:sha-256 ${'00:'.repeat(31)}00`))).toBeNull();
  expect(readSdp(sdp('a=fingerprint:md5 00:11'))).toBeNull();
  for (const spoilt of [`x sha-256 ${hash}`, `sha-256 ${hash}:`, `sha-256 ${hash} x`, 'sha-256 AB', 'md5 00:11']) {
    expect(readSdp(sdp().replace(`sha-256 ${hash}`, spoilt))).toBeNull();
  }
  expect(readSdp(sdp('a=ice-ufrag:other'))).toBeNull();
  expect(readSdp('')).toBeNull();
});
