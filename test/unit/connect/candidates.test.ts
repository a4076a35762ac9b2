import { describe, expect, test } from 'vitest';
import { createCandidateBatch } from '../../../src/connect/candidate-batch.ts';
import { createRemoteCandidates, endOfCandidates } from '../../../src/connect/candidates.ts';
import { createCounters } from '../../../src/connect/counters.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import { type Candidate, decodeSignal } from '../../../src/shared/protocol/signal.ts';
import { createFakeClock } from '../../support/connect-clock.ts';

// The rows of the table are those of MDN's "RTCPeerConnection: addIceCandidate()"; what the platform and simple-peer do with
// each is shown with the real ones in test/e2e/candidates.test.ts.

const candidate = (port: number, usernameFragment: string | null = 'abcd'): Candidate => ({
  candidate: `candidate:1 1 udp 2122260223 192.168.1.2 ${port} typ host`,
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment,
});

function setUp() {
  const applied: Candidate[] = [];
  const counters = createCounters();
  const remote = createRemoteCandidates((one) => applied.push(one), counters);
  return { applied, remote, counted: () => counters.snapshot() };
}

const id = 'A'.repeat(22);
const decodeCandidates = (candidates: unknown) =>
  decodeSignal(JSON.stringify({ v: 1, id, type: 'candidates', to: id, link: id, candidates }));

describe('a candidate before the remote description', () => {
  test('is kept, and applied in order once the description is there', () => {
    const { applied, remote } = setUp();
    remote.add([candidate(1), candidate(2)], false);
    remote.add([candidate(3)], true);
    expect(applied).toEqual([]);
    remote.open('abcd');
    expect(applied).toEqual([candidate(1), candidate(2), candidate(3), endOfCandidates]);
  });

  test('is kept up to a bound, then dropped and counted', () => {
    const { applied, remote, counted } = setUp();
    const many = Array.from({ length: limits.waitingCandidates + 5 }, (_, port) => candidate(port));
    remote.add(many, false);
    expect(counted().candidateOverflow).toBe(5);
    remote.open('abcd');
    expect(applied).toEqual(many.slice(0, limits.attemptCandidates));
  });
});

describe('while it is kept', () => {
  test('the end is known, however it was said, and comes with the rest', () => {
    for (const [candidates, end] of [
      [[null], false] as const,
      [[{ ...candidate(1), candidate: '' }], false] as const,
      [[], true] as const,
    ]) {
      const { applied, remote } = setUp();
      expect(remote.ended).toBe(false);
      remote.add(candidates, end);
      expect(remote.ended).toBe(true);
      remote.open('abcd');
      expect(applied).toEqual([endOfCandidates]);
      expect(remote.ended).toBe(true);
    }
  });

  test('one that is told again takes no place and is no overflow', () => {
    const { remote, counted } = setUp();
    const many = Array.from({ length: limits.waitingCandidates }, (_, port) => candidate(port));
    remote.add([...many, ...many], false);
    expect(counted().candidateOverflow).toBe(0);
  });

  test('it is taken out once: the description of an attempt stands once', () => {
    const { applied, remote } = setUp();
    remote.add([candidate(1)], false);
    remote.open('abcd');
    expect(remote.ended).toBe(false);
    remote.open('other');
    remote.add([candidate(2)], false);
    expect(applied).toEqual([candidate(1), candidate(2)]);
  });
});

describe('the bound of an attempt', () => {
  const useful = Array.from({ length: limits.attemptCandidates - 2 }, (_, port) => candidate(port));
  const relays = [candidate(50_001), candidate(50_002)];

  test('is for what the platform is given: duplicates, stale ones and ends use nothing of it', () => {
    const { applied, remote, counted } = setUp();
    remote.open('abcd');
    for (let times = 0; times < 4; times++) remote.add([...useful, null], false);
    remote.add(
      Array.from({ length: 200 }, (_, port) => candidate(port, 'old')),
      false,
    );
    remote.add(relays, true);
    expect(applied.filter((one) => one !== endOfCandidates)).toEqual([...useful, ...relays]);
    expect(counted()).toMatchObject({ candidateOverflow: 0, candidateStale: 200 });
    remote.add([candidate(60_000)], false);
    expect(counted().candidateOverflow).toBe(1);
  });

  test('is the same for what came before the descriptions', () => {
    const { applied, remote, counted } = setUp();
    remote.add(
      Array.from({ length: 62 }, (_, port) => candidate(port, 'old')),
      false,
    );
    for (let times = 0; times < 4; times++) remote.add(useful, false);
    remote.add(relays, true);
    remote.open('abcd');
    expect(applied).toEqual([...useful, ...relays, endOfCandidates]);
    expect(counted().candidateOverflow).toBe(0);
  });

  test('never costs the end', () => {
    const { applied, remote } = setUp();
    remote.add(
      Array.from({ length: 1000 }, (_, port) => candidate(port)),
      true,
    );
    remote.open('abcd');
    expect(applied.at(-1)).toEqual(endOfCandidates);
    expect(remote.ended).toBe(true);
    const late = setUp();
    late.remote.open('abcd');
    late.remote.add(
      Array.from({ length: 1000 }, (_, port) => candidate(port)),
      true,
    );
    expect(late.applied.at(-1)).toEqual(endOfCandidates);
  });
});

describe('what is no candidate', () => {
  const line = 'candidate:1 1 udp 1 192.168.1.2 1 typ host';
  const dropped = (sent: unknown): number | null => {
    const decoded = decodeCandidates([sent]);
    return decoded.kind === 'signal' ? decoded.droppedCandidates : null;
  };

  test.each<[string, unknown]>([
    ['with neither sdpMid nor sdpMLineIndex', { candidate: line }],
    ['with both null', { candidate: line, sdpMid: null, sdpMLineIndex: null }],
    ['with an index below 0', { candidate: line, sdpMLineIndex: -1 }],
    ['with an index that is a text', { candidate: line, sdpMid: '0', sdpMLineIndex: '0' }],
    ['too long', { candidate: line.padEnd(limits.candidateCharacters + 1), sdpMid: '0' }],
    ['a text', line],
    ['a number', 7],
  ])('%s is left out, and the others and the end stay', (_, bad) => {
    const good = candidate(1);
    const decoded = decodeSignal(
      JSON.stringify({ v: 1, id, type: 'candidates', to: id, link: id, candidates: [good, bad, null], end: true }),
    );
    expect(decoded).toMatchObject({
      kind: 'signal',
      signal: { candidates: [good, null], end: true },
      droppedCandidates: 1,
    });
  });

  test('one of sdpMid and sdpMLineIndex is enough', () => {
    expect(dropped({ candidate: line, sdpMid: '0' })).toBe(0);
    expect(dropped({ candidate: line, sdpMLineIndex: 0 })).toBe(0);
  });
});

describe('a candidate of another ICE session', () => {
  test('is dropped and counted, before and after the description', () => {
    const { applied, remote, counted } = setUp();
    remote.add([candidate(1, 'old')], false);
    remote.open('abcd');
    remote.add([candidate(2, 'older'), candidate(3)], false);
    expect(applied).toEqual([candidate(3)]);
    expect(counted().candidateStale).toBe(2);
  });

  test('without a ufrag it is applied: its link id says whose it is', () => {
    const { applied, remote } = setUp();
    remote.open('abcd');
    remote.add([candidate(1, null)], false);
    expect(applied).toEqual([candidate(1, null)]);
  });
});

describe('the end of candidates', () => {
  test.each([
    ['null', null],
    ['empty', { candidate: '', sdpMid: '0', sdpMLineIndex: 0 }],
    ['empty and without a mid', { candidate: '' }],
    ['missing', { sdpMid: '0' }],
  ])('%s is the same end to the platform', (_, sent) => {
    const decoded = decodeCandidates([sent]);
    if (decoded.kind !== 'signal' || decoded.signal.type !== 'candidates') throw new Error('must decode');
    const { applied, remote } = setUp();
    remote.open('abcd');
    remote.add(decoded.signal.candidates, decoded.signal.end);
    expect(remote.ended).toBe(true);
    expect(applied).toEqual([{ candidate: '', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: null }]);
    expect(remote.received).toEqual(applied);
  });

  test('said by the message, it follows the message\u2019s candidates', () => {
    const { applied, remote } = setUp();
    remote.open('abcd');
    remote.add([candidate(1)], true);
    expect(applied).toEqual([candidate(1), endOfCandidates]);
    expect(remote.ended).toBe(true);
  });

  test('is given to the platform once, however often it is said', () => {
    const { applied, remote } = setUp();
    remote.add([null], true);
    remote.open('abcd');
    remote.add([null, null], true);
    expect(applied).toEqual([endOfCandidates]);
  });

  test('what comes after it is applied', () => {
    const { applied, remote } = setUp();
    remote.open('abcd');
    remote.add([], true);
    remote.add([candidate(1)], false);
    expect(applied).toEqual([endOfCandidates, candidate(1)]);
  });
});

describe('our own candidates', () => {
  function batch() {
    const clock = createFakeClock();
    const sent: { candidates: Candidate[]; end: boolean }[] = [];
    const made = createCandidateBatch({ clock, waitMs: 20, send: (candidates, end) => sent.push({ candidates, end }) });
    return { clock, sent, made };
  }
  const gathered = (port: number) => ({ candidate: `candidate:${port}`, sdpMid: '0', sdpMLineIndex: 0 });
  const told = (port: number) => ({ ...gathered(port), usernameFragment: 'mine' });

  test('gathered within a moment share a message, and the end goes with the last', async () => {
    const { clock, sent, made } = batch();
    made.release('mine');
    made.add(gathered(1));
    await clock.advance(10);
    made.add(gathered(2));
    expect(clock.waiting).toBe(1);
    await clock.advance(10);
    expect(sent).toEqual([{ candidates: [told(1), told(2)], end: false }]);
    made.add(gathered(3));
    made.end();
    await clock.advance(20);
    expect(sent[1]).toEqual({ candidates: [told(3)], end: true });
    expect(sent).toHaveLength(2);
  });

  test('wait for our description, and the end alone is a message too', async () => {
    const { clock, sent, made } = batch();
    made.add(gathered(1));
    await clock.advance(1000);
    expect(sent).toEqual([]);
    made.release('mine');
    await clock.advance(20);
    made.end();
    await clock.advance(20);
    expect(sent).toEqual([
      { candidates: [told(1)], end: false },
      { candidates: [], end: true },
    ]);
  });

  test('that are none: the end alone is the first and last word', async () => {
    const { clock, sent, made } = batch();
    made.end();
    expect(made.ended).toBe(true);
    made.release('mine');
    await clock.advance(20);
    made.end();
    await clock.advance(20);
    expect(sent).toEqual([{ candidates: [], end: true }]);
  });

  test('are counted', () => {
    const { made } = batch();
    expect(made).toMatchObject({ count: 0, ended: false });
    made.add(gathered(1));
    made.add(gathered(2));
    expect(made).toMatchObject({ count: 2, ended: false });
    made.close();
  });

  test('too many for one message are told in several, the end in the last', async () => {
    const { clock, sent, made } = batch();
    made.release('mine');
    for (let port = 0; port < 40; port++) made.add(gathered(port));
    made.end();
    await clock.advance(20);
    expect(sent.map(({ candidates, end }) => [candidates.length, end])).toEqual([
      [16, false],
      [16, false],
      [8, true],
    ]);
  });

  test('that wait when the channel opens go at once, and later ones after a moment; an end alone goes no more', async () => {
    const { clock, sent, made } = batch();
    made.release('mine');
    made.add(gathered(1));
    made.opened();
    expect(sent).toEqual([{ candidates: [told(1)], end: false }]);
    made.add(gathered(2));
    await clock.advance(20);
    made.end();
    await clock.advance(20);
    expect(sent.slice(1)).toEqual([{ candidates: [told(2)], end: false }]);
    expect(clock.waiting).toBe(0);
  });

  test('nothing is told after close', async () => {
    const { clock, sent, made } = batch();
    made.release('mine');
    made.add(gathered(1));
    made.close();
    made.add(gathered(2));
    await clock.advance(1000);
    expect(sent).toEqual([]);
    expect(clock.waiting).toBe(0);
  });
});
