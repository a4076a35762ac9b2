import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  attemptsPerMinute,
  knownLinks,
  offerGraceMs,
  refusalMs,
  shortLifeMs,
  step,
} from '../../../src/connect/pair-machine.ts';
import {
  initialPair,
  type PairAct,
  type PairHappening,
  type PairStatus,
  pairState,
  placeFor,
} from '../../../src/connect/pair-state.ts';
import type { SdpFacts } from '../../../src/connect/sdp.ts';
import { usualTimings } from '../../../src/connect/timings.ts';
import { someSdp as offer, someone as person } from '../../support/pair-facts.ts';

const { attemptMs, attemptBackoffMs } = usualTimings;
const timings = { attemptMs, attemptBackoffMs };

const offerer = initialPair(true, timings);
const answerer = initialPair(false, timings);

/** What several happenings at one moment make of a status. */
function become(status: PairStatus, nowMs: number, ...happenings: PairHappening[]): PairStatus {
  return happenings.reduce((before, happened) => step(before, happened, nowMs).status, status);
}

const alive = (linkId: string): PairHappening => ({ type: 'alive', linkId });
const due = (linkId: string): PairHappening => ({ type: 'due', linkId });
const offers = (linkId: string): PairHappening => ({ type: 'offer', linkId, offer });
const asks = (last: string | null, linkId: string): PairHappening => ({ type: 'retry', last, linkId });
const failed = (linkId: string, why: 'link-timeout' | 'removed' | 'own-key' = 'link-timeout'): PairHappening => ({
  type: 'failed',
  linkId,
  why,
});
const proven = (linkId: string): PairHappening => ({ type: 'proven', linkId, person });
const refused = (linkId: string, rest: Partial<Extract<PairHappening, { type: 'refused' }>> = {}): PairHappening => ({
  type: 'refused',
  linkId,
  why: 'hello-invalid',
  told: false,
  unwanted: null,
  ...rest,
});
const outdated = (linkId: string): PairHappening => ({ type: 'outdated', linkId });
const silent = (linkId: string): PairHappening => ({ type: 'lost', linkId, end: { why: 'silent' } });

const attempt = (linkId: string, given: SdpFacts | null = null): PairAct => ({ do: 'attempt', linkId, offer: given });
const end = (linkId: string, afterMs = 0): PairAct => ({ do: 'end', linkId, afterMs });
const wait = (leastMs: number, spreadMs: number): PairAct => ({ do: 'wait', leastMs, spreadMs });
const count = (counter: 'signalStale' | 'offersTooFrequent' | 'offerRefused' | 'helloRefused'): PairAct => ({
  do: 'count',
  counter,
});
const settle: PairAct = { do: 'settle' };
const loss: PairAct = { do: 'tell-loss' };

// Situations, each side's where there are two.
const trying = become(offerer, 0, alive('a'));
const answering = become(answerer, 0, offers('a'));
const linked = become(trying, 0, proven('a'));
const linkedAnswerer = become(answering, 0, proven('a'));
const relinking = become(linked, 0, asks('a', 'b'));
const waiting = become(trying, 0, failed('a'));
const waitingAnswerer = become(answering, 0, failed('a'));
const asking = become(waitingAnswerer, 0, due('-'));
const expelled = become(linked, 0, { type: 'expel' });
const expelledAnswerer = become(linkedAnswerer, 0, { type: 'expel' });
const removed = become(trying, 0, failed('a', 'removed'));
const removedAnswerer = become(answering, 0, failed('a', 'removed'));
const final = become(trying, 0, failed('a', 'own-key'));
const finalAnswerer = become(answering, 0, failed('a', 'own-key'));

type Row = [string, PairStatus, PairHappening, PairAct[], Partial<PairStatus>, number?];

/** Each row: a situation, what happens in it, what is done, and all that changes. */
function table(rows: Row[]): void {
  test.each(rows)('%s', (_, before, happened, acts, changed, nowMs = 0) => {
    expect(step(before, happened, nowMs)).toEqual({ status: { ...before, ...changed }, acts });
  });
}

describe('a member who is live now', () => {
  table([
    [
      'is offered a link at once by the side that offers',
      offerer,
      alive('a'),
      [attempt('a')],
      { attempt: { linkId: 'a', sinceMs: 7 }, known: ['a'] },
      7,
    ],
    [
      'has an attempt to offer by itself, before it is asked to',
      answerer,
      alive('a'),
      [wait(attemptMs, 0)],
      { awaits: 'time' },
    ],
    ['has a fresh attempt already', trying, alive('b'), [], {}, attemptMs / 4 - 1],
    [
      'gets a new attempt when the old one has come to nothing for a while',
      trying,
      alive('b'),
      [end('a'), attempt('b')],
      { attempt: { linkId: 'b', sinceMs: attemptMs / 4 }, known: ['a', 'b'] },
      attemptMs / 4,
    ],
    ['has offered, and its attempt is awaited', answering, alive('b'), [], {}, attemptMs],
    ['has a link', linked, alive('b'), [], {}],
    [
      'is not waited for any longer',
      waiting,
      alive('b'),
      [settle, attempt('b')],
      { awaits: null, attempt: { linkId: 'b', sinceMs: 0 }, known: ['a', 'b'] },
    ],
    ['will offer, and is not asked meanwhile', asking, alive('b'), [settle, wait(attemptMs, 0)], { awaits: 'time' }],
    ['stays expelled', expelled, alive('b'), [], {}],
    ['is left alone when it would have no link', removed, alive('b'), [], {}],
    ['is left alone for good', final, alive('b'), [], {}],
  ]);
});

describe('the time that was waited for', () => {
  table([
    [
      'brings an attempt of the side that offers',
      waiting,
      due('b'),
      [attempt('b')],
      { awaits: null, attempt: { linkId: 'b', sinceMs: 9 }, known: ['a', 'b'] },
      9,
    ],
    ['brings a request of the other side', waitingAnswerer, due('b'), [{ do: 'ask', last: 'a' }], { awaits: 'offer' }],
    [
      'brings a request that knows of no link before the first',
      become(answerer, 0, alive('-')),
      due('-'),
      [{ do: 'ask', last: null }],
      { awaits: 'offer' },
    ],
    ['means nothing when it is not waited for any more', trying, due('b'), [], {}],
    ['means nothing when the request is out', asking, due('b'), [], {}],
  ]);
});

describe('an offer', () => {
  table([
    [
      'begins an attempt with it',
      answerer,
      offers('a'),
      [attempt('a', offer)],
      { attempt: { linkId: 'a', sinceMs: 5 }, known: ['a'], madeMs: [5] },
      5,
    ],
    ['that comes again is nothing new', answering, offers('a'), [], {}],
    [
      'that is newer takes the place of the attempt',
      answering,
      offers('b'),
      [end('a'), attempt('b', offer)],
      { attempt: { linkId: 'b', sinceMs: 0 }, known: ['a', 'b'], madeMs: [0, 0] },
    ],
    [
      'is what was asked for',
      asking,
      offers('b'),
      [settle, attempt('b', offer)],
      { awaits: null, attempt: { linkId: 'b', sinceMs: 0 }, known: ['a', 'b'], madeMs: [0, 0] },
    ],
    [
      'leaves the old link until the new one has said hello',
      linkedAnswerer,
      offers('b'),
      [attempt('b', offer)],
      { attempt: { linkId: 'b', sinceMs: 0 }, known: ['a', 'b'], madeMs: [0, 0] },
    ],
    [
      'under the id of the link that runs is none, however long ago that was',
      { ...linkedAnswerer, known: [] },
      offers('a'),
      [],
      {},
    ],
    [
      'that cannot be read costs its turn, and nothing else',
      answering,
      { type: 'offer', linkId: 'b', offer: null },
      [count('offerRefused')],
      { madeMs: [0, 0] },
    ],
    ['from the side that does not offer is refused', offerer, offers('a'), [count('signalStale')], {}],
    ['comes too late after the end', finalAnswerer, offers('b'), [count('signalStale')], {}],
    [
      'of somebody who had us removed says that they will have us again',
      removedAnswerer,
      offers('b'),
      [attempt('b', offer)],
      { shut: null, attempt: { linkId: 'b', sinceMs: 0 }, known: ['a', 'b'], madeMs: [0, 0] },
    ],
    [
      'of somebody expelled is answered, so that they learn it from the refusal',
      expelledAnswerer,
      offers('b'),
      [attempt('b', offer)],
      { attempt: { linkId: 'b', sinceMs: 0 }, known: ['a', 'b'], madeMs: [0, 0] },
    ],
  ]);

  test('comes at most so often in a minute, whatever it says', () => {
    let status = answerer;
    for (let nth = 0; nth < attemptsPerMinute; nth++) status = step(status, offers(`${nth}`), nth).status;
    expect(step(status, offers('more'), 59_999)).toEqual({ status, acts: [count('offersTooFrequent')] });
    expect(step(status, offers('more'), 60_000).acts).toEqual([
      end(`${attemptsPerMinute - 1}`),
      attempt('more', offer),
    ]);
    expect(step(status, offers('more'), 60_000).status.madeMs).toHaveLength(attemptsPerMinute);
  });

  test('does not make the memory grow', () => {
    let status = answerer;
    for (let nth = 0; nth < 200; nth++) status = step(status, offers(`${nth}`), nth * 60_000).status;
    expect(status.known).toHaveLength(knownLinks);
    expect(status.known.at(-1)).toBe('199');
    expect(status.madeMs).toEqual([199 * 60_000]);
  });
});

describe('who asks for an offer', () => {
  table([
    [
      'gets one',
      waiting,
      asks('a', 'b'),
      [settle, attempt('b')],
      { awaits: null, attempt: { linkId: 'b', sinceMs: 3 }, known: ['a', 'b'], madeMs: [3] },
      3,
    ],
    [
      'gets one also when it knows of none',
      waiting,
      asks(null, 'b'),
      [settle, attempt('b')],
      { awaits: null, attempt: { linkId: 'b', sinceMs: 0 }, known: ['a', 'b'], madeMs: [0] },
    ],
    ['about an attempt that is over has a newer one under way', trying, asks(null, 'b'), [], {}],
    ['about an attempt that is over has a link', linked, asks(null, 'b'), [], {}],
    [
      'about the attempt under way has given it up',
      trying,
      asks('a', 'b'),
      [end('a'), attempt('b')],
      { attempt: { linkId: 'b', sinceMs: 0 }, known: ['a', 'b'], madeMs: [0] },
    ],
    [
      'about the link has lost it; ours stays until the new one has said hello',
      linked,
      asks('a', 'b'),
      [attempt('b')],
      { attempt: { linkId: 'b', sinceMs: 0 }, known: ['a', 'b'], madeMs: [0] },
    ],
    ['is the wrong side', answerer, asks(null, 'b'), [count('signalStale')], {}],
    ['comes too late after the end', final, asks('a', 'b'), [count('signalStale')], {}],
    [
      'had us removed, and will have us again',
      removed,
      asks('a', 'b'),
      [attempt('b')],
      { shut: null, attempt: { linkId: 'b', sinceMs: 0 }, known: ['a', 'b'], madeMs: [0] },
    ],
    [
      'is expelled, and is to learn it from the refusal',
      expelled,
      asks('a', 'b'),
      [attempt('b')],
      { attempt: { linkId: 'b', sinceMs: 0 }, known: ['a', 'b'], madeMs: [0] },
    ],
  ]);

  test('does so at most so often in a minute', () => {
    let status = offerer;
    for (let nth = 0; nth < attemptsPerMinute; nth++) {
      status = step(status, asks(status.known.at(-1) ?? null, `${nth}`), nth).status;
    }
    const again = asks(status.known.at(-1) ?? null, 'more');
    expect(step(status, again, 59_999)).toEqual({ status, acts: [count('offersTooFrequent')] });
    expect(step(status, again, 60_000).acts).toContainEqual(attempt('more'));
  });
});

describe('an attempt that fails', () => {
  table([
    [
      'is followed by another after a wait',
      trying,
      failed('a'),
      [end('a'), wait(0, attemptBackoffMs.first), loss],
      { attempt: null, awaits: 'time', reason: 'link-timeout', failures: 1 },
    ],
    [
      'leaves the side that offers the time to do so',
      answering,
      failed('a'),
      [end('a'), wait(offerGraceMs, attemptBackoffMs.first), loss],
      { attempt: null, awaits: 'time', reason: 'link-timeout', failures: 1 },
    ],
    ['does not matter while there is a link', relinking, failed('b'), [end('b')], { attempt: null }],
    ['long ago does not matter', trying, failed('old'), [], {}],
    ['without any does not matter', offerer, failed('a'), [], {}],
    [
      'for what will not change is the last',
      trying,
      failed('a', 'own-key'),
      [end('a'), loss],
      { attempt: null, shut: 'final', reason: 'own-key' },
    ],
    [
      'because they will not have us is followed by theirs, if they change their mind',
      trying,
      failed('a', 'removed'),
      [end('a'), loss],
      { attempt: null, shut: 'by-member', reason: 'removed' },
    ],
    [
      'with somebody expelled is not followed by another',
      become(expelled, 0, asks('a', 'b')),
      failed('b'),
      [end('b'), loss],
      { attempt: null, reason: 'link-timeout', failures: 1 },
    ],
    [
      'ends a wait for the one that was to follow it anyhow',
      become(trying, 0, { type: 'let-in' }),
      failed('a'),
      [end('a'), settle, wait(0, attemptBackoffMs.first), loss],
      { attempt: null, reason: 'link-timeout', failures: 1 },
    ],
    [
      'ends all waiting when it is the last',
      become(trying, 0, { type: 'let-in' }),
      failed('a', 'own-key'),
      [end('a'), settle, loss],
      { attempt: null, awaits: null, shut: 'final', reason: 'own-key' },
    ],
  ]);

  test('again and again is followed by ever longer waits, up to a most', () => {
    const spreads: number[] = [];
    let status = offerer;
    for (let nth = 0; nth < 9; nth++) {
      status = step(status, alive(`${nth}`), 0).status;
      const { status: next, acts } = step(status, failed(`${nth}`), 0);
      for (const act of acts) if (act.do === 'wait') spreads.push(act.spreadMs / 1000);
      status = next;
    }
    expect(spreads).toEqual([1, 2, 4, 8, 16, 32, 64, 120, 120]);
  });
});

describe('a hello that verifies', () => {
  table([
    [
      'makes the attempt a link',
      trying,
      proven('a'),
      [
        { do: 'adopt', linkId: 'a' },
        { do: 'start', linkId: 'a' },
      ],
      { attempt: null, link: { linkId: 'a', sinceMs: 8 }, proven: person, reason: null },
      8,
    ],
    [
      'ends the old link once the new one is handed on, and before it speaks',
      relinking,
      proven('b'),
      [{ do: 'adopt', linkId: 'b' }, end('a'), { do: 'start', linkId: 'b' }],
      { attempt: null, link: { linkId: 'b', sinceMs: 0 } },
    ],
    [
      'ends all waiting, and the reason for it',
      become({ ...trying, reason: 'link-timeout' }, 0, { type: 'let-in' }),
      proven('a'),
      [settle, { do: 'adopt', linkId: 'a' }, { do: 'start', linkId: 'a' }],
      { awaits: null, attempt: null, link: { linkId: 'a', sinceMs: 0 }, proven: person, reason: null },
    ],
    ['of an attempt that is over comes too late', become(trying, attemptMs, alive('b')), proven('a'), [], {}],
    ['is nothing without an attempt', offerer, proven('a'), [], {}],
  ]);

  test('takes back the reason for which there was none', () => {
    const again = become({ ...waiting, reason: 'link-timeout' }, 0, due('b'));
    expect(again.reason).toBe('link-timeout');
    expect(become(again, 0, proven('b')).reason).toBeNull();
  });
});

describe('a hello that leads to no link', () => {
  table([
    [
      'ends the attempt, which another follows',
      trying,
      refused('a'),
      [count('helloRefused'), end('a'), wait(0, attemptBackoffMs.first), loss],
      { attempt: null, awaits: 'time', reason: 'hello-invalid', failures: 1 },
    ],
    [
      'leaves a refusal the time to be read',
      trying,
      refused('a', { told: true }),
      [count('helloRefused'), end('a', refusalMs), wait(0, attemptBackoffMs.first), loss],
      { attempt: null, awaits: 'time', reason: 'hello-invalid', failures: 1 },
    ],
    [
      'of somebody unwanted is told, and it is for them to try again',
      trying,
      refused('a', { why: 'room-locked', told: true, unwanted: 'key' }),
      [count('helloRefused'), end('a', refusalMs), { do: 'tell-unwanted', key: 'key', why: 'room-locked' }],
      { attempt: null },
    ],
    [
      'with our own key is the last',
      trying,
      refused('a', { why: 'own-key', told: true }),
      [count('helloRefused'), end('a', refusalMs), loss],
      { attempt: null, shut: 'final', reason: 'own-key' },
    ],
    [
      'of a version that is unknown is the last',
      trying,
      refused('a', { why: 'version-unknown' }),
      [count('helloRefused'), end('a'), loss],
      { attempt: null, shut: 'final', reason: 'version-unknown' },
    ],
    [
      'does not matter while there is a link',
      relinking,
      refused('b'),
      [count('helloRefused'), end('b')],
      { attempt: null },
    ],
    ['of an attempt that is over comes too late', become(trying, attemptMs, alive('b')), refused('a'), [], {}],
    ['is nothing without an attempt', offerer, refused('a'), [], {}],
  ]);
});

describe('a link that ends', () => {
  const lived = shortLifeMs;
  const ended = (linkId: string, why: 'bye' | 'channel-closed' | 'flooded' | 'malformed'): PairHappening => ({
    type: 'lost',
    linkId,
    end: { why },
  });
  const turnedAway = (reason: 'removed' | 'hello-invalid' | 'own-key'): PairHappening => ({
    type: 'lost',
    linkId: 'a',
    end: { why: 'refused', reason },
  });
  table([
    [
      'after a while is followed by an offer at once',
      { ...linked, failures: 3 },
      silent('a'),
      [end('a'), wait(0, 0), loss],
      { link: null, awaits: 'time', reason: 'link-timeout', failures: 0 },
      lived,
    ],
    [
      'after a while is followed by a request at once',
      linkedAnswerer,
      ended('a', 'channel-closed'),
      [end('a'), wait(0, 0), loss],
      { link: null, awaits: 'time', reason: 'link-closed' },
      lived,
    ],
    [
      'soon after it came, however late that was, is followed by a wait',
      become(trying, lived, proven('a')),
      ended('a', 'channel-closed'),
      [end('a'), wait(0, attemptBackoffMs.first), loss],
      { link: null, awaits: 'time', reason: 'link-closed', failures: 1 },
      lived + 1,
    ],
    [
      'soon is followed by a wait, as an attempt that fails',
      { ...linked, failures: 3 },
      ended('a', 'malformed'),
      [end('a'), wait(0, attemptBackoffMs.first * 8), loss],
      { link: null, awaits: 'time', reason: 'link-closed', failures: 4 },
      lived - 1,
    ],
    [
      'under a flood is followed by a wait, however long it lived',
      linkedAnswerer,
      ended('a', 'flooded'),
      [end('a'), wait(offerGraceMs, attemptBackoffMs.first), loss],
      { link: null, awaits: 'time', reason: 'link-flooded', failures: 1 },
      lived,
    ],
    [
      'while the next is on its way needs no other',
      relinking,
      silent('a'),
      [end('a'), loss],
      { link: null, reason: 'link-timeout' },
    ],
    ['with a goodbye is over', linked, ended('a', 'bye'), [end('a'), { do: 'tell-bye' }], { link: null }, lived],
    [
      'with a refusal says why',
      linked,
      turnedAway('hello-invalid'),
      [end('a'), wait(0, 0), loss],
      { link: null, awaits: 'time', reason: 'hello-invalid' },
      lived,
    ],
    [
      'for what will not change is the last',
      relinking,
      turnedAway('own-key'),
      [end('a'), end('b'), loss],
      { link: null, attempt: null, shut: 'final', reason: 'own-key' },
      lived,
    ],
    [
      'because they will not have us is followed by theirs, and ends what was under way',
      relinking,
      turnedAway('removed'),
      [end('a'), end('b'), loss],
      { link: null, attempt: null, shut: 'by-member', reason: 'removed' },
      lived,
    ],
    [
      'after the last word is over for good',
      become(linked, 0, { type: 'give-up' }),
      ended('a', 'channel-closed'),
      [end('a'), loss],
      { link: null, reason: 'link-closed' },
      lived,
    ],
    ['is not the one that runs', relinking, silent('b'), [], {}],
    ['is none', offerer, silent('a'), [], {}],
  ]);

  test('because they will not have us, is not followed by what was waited for', () => {
    const status: PairStatus = { ...linked, awaits: 'time' };
    expect(step(status, turnedAway('removed'), 0).acts).toEqual([end('a'), settle, loss]);
  });
});

describe('somebody expelled', () => {
  table([
    [
      'loses the link, with the reason, and what was under way',
      relinking,
      { type: 'expel' },
      [end('b'), { do: 'expel', linkId: 'a' }, loss],
      { link: null, attempt: null, shut: 'by-us', reason: 'removed-by-me' },
    ],
    [
      'is not tried again',
      waiting,
      { type: 'expel' },
      [settle, loss],
      { awaits: null, shut: 'by-us', reason: 'removed-by-me' },
    ],
    ['is over for good already', final, { type: 'expel' }, [], {}],
    [
      'and let in is tried at once, as if nothing had been',
      { ...expelled, failures: 5 },
      { type: 'let-in' },
      [wait(0, 0)],
      { awaits: 'time', shut: null, reason: null, failures: 0 },
    ],
    ['and let in has a link', linked, { type: 'let-in' }, [], {}],
    ['and let in is over for good', final, { type: 'let-in' }, [], {}],
  ]);
});

describe('the end', () => {
  table([
    [
      'leaves the link for its last word, and nothing else',
      relinking,
      { type: 'give-up' },
      [end('b')],
      { attempt: null, shut: 'final' },
    ],
    ['waits for nothing', asking, { type: 'give-up' }, [settle], { awaits: null, shut: 'final' }],
    [
      'closes everything',
      relinking,
      { type: 'close' },
      [end('b'), end('a')],
      { attempt: null, link: null, shut: 'final' },
    ],
    ['waits for nothing when it closes', waiting, { type: 'close' }, [settle], { awaits: null, shut: 'final' }],
  ]);
});

describe('a new name', () => {
  table([
    ['is theirs from now on', linked, { type: 'renamed', name: 'Bo' }, [], { proven: { ...person, name: 'Bo' } }],
    ['that is the old one changes nothing', linked, { type: 'renamed', name: 'Ben' }, [], {}],
    ['of nobody changes nothing', offerer, { type: 'renamed', name: 'Bo' }, [], {}],
  ]);

  test('that is the old one is not even a new status', () => {
    expect(step(linked, { type: 'renamed', name: 'Ben' }, 0).status).toBe(linked);
  });
});

test('what a person reads of it', () => {
  const read = (status: PairStatus): string => pairState(status);
  expect([offerer, trying, linked, relinking, become(linked, 0, silent('a')), waiting].map(read)).toEqual([
    'connecting',
    'connecting',
    'connected',
    'connected',
    'reconnecting',
    'connecting',
  ]);
  const closed = [expelled, removed, final, become(linked, 0, { type: 'give-up' })];
  expect(closed.map(read)).toEqual(['closed', 'closed', 'closed', 'closed']);
});

test('candidates go to what is there, are kept for an offer that may still come, and else are stale', () => {
  expect(placeFor(answering, 'a')).toBe('attempt');
  expect(placeFor(linked, 'a')).toBe('attempt');
  expect(placeFor(relinking, 'a')).toBe('attempt');
  expect(placeFor(relinking, 'b')).toBe('attempt');
  expect(placeFor(answering, 'b')).toBe('early');
  expect(placeFor(waitingAnswerer, 'a')).toBe('stale');
  expect(placeFor(offerer, 'a')).toBe('stale');
});

/** Follows what is done, and says at once what must never be. */
function createAudit() {
  const open = new Set<string>();
  const begun = new Set<string>();
  let pending = false;
  return {
    check(before: PairStatus, { status, acts }: ReturnType<typeof step>): void {
      for (const act of acts) {
        if (act.do === 'attempt') {
          expect(begun.has(act.linkId)).toBe(false);
          begun.add(act.linkId);
          open.add(act.linkId);
        } else if (act.do === 'end' || act.do === 'expel') {
          expect(open.delete(act.linkId)).toBe(true);
          if (act.do === 'end') expect([0, refusalMs]).toContain(act.afterMs);
        } else if (act.do === 'adopt' || act.do === 'start') expect(open.has(act.linkId)).toBe(true);
        else if (act.do === 'wait') {
          expect(act.leastMs).toBeGreaterThanOrEqual(0);
          expect(act.leastMs).toBeLessThanOrEqual(attemptMs);
          expect(act.spreadMs).toBeGreaterThanOrEqual(0);
          expect(act.spreadMs).toBeLessThanOrEqual(attemptBackoffMs.most);
        }
        // One thing is waited for at a time, and nothing is settled twice; time that has come is no longer waited for.
        if (act.do === 'settle') {
          expect(pending).toBe(true);
          pending = false;
        }
        if (act.do === 'wait' || act.do === 'ask') {
          expect(pending).toBe(false);
          pending = true;
        }
        if (before.shut === 'final') expect(['attempt', 'wait', 'ask', 'adopt', 'start']).not.toContain(act.do);
      }
      expect([...open].sort()).toEqual([status.attempt, status.link].flatMap((one) => one?.linkId ?? []).sort());
      expect(pending).toBe(status.awaits !== null);
      if (before.shut === 'final') expect(status).toMatchObject({ shut: 'final', attempt: null, awaits: null });
      expect(status.known.length).toBeLessThanOrEqual(knownLinks);
      expect(status.madeMs.length).toBeLessThanOrEqual(attemptsPerMinute);
      expect(JSON.parse(JSON.stringify(status))).toEqual(status);
    },
    /** Time has come. */
    due: () => {
      pending = false;
    },
    get pending() {
      return pending;
    },
  };
}

describe('a link that cannot do what one made now could', () => {
  const asked: Partial<PairStatus> = { awaits: 'offer', isOutdated: true };
  table([
    [
      'is made anew by the side that offers, and stays until then',
      linked,
      outdated('b'),
      [attempt('b')],
      { attempt: { linkId: 'b', sinceMs: 9 }, known: ['a', 'b'], isOutdated: true },
      9,
    ],
    ['is asked to be by the other', linkedAnswerer, outdated('b'), [{ do: 'ask', last: 'a' }], asked],
    ['is asked to be once', { ...linkedAnswerer, ...asked }, outdated('b'), [], {}],
    ['is being made anew already', relinking, outdated('c'), [], { isOutdated: true }],
    [
      'is not made anew by that try: another follows after a while, and it stays',
      { ...relinking, isOutdated: true },
      failed('b'),
      [end('b'), wait(0, attemptBackoffMs.first)],
      { attempt: null, awaits: 'time', failures: 1 },
    ],
    [
      'is asked once more to be, when a try of the other side has failed',
      { ...linkedAnswerer, isOutdated: true, awaits: 'time' },
      due('b'),
      [{ do: 'ask', last: 'a' }],
      { awaits: 'offer' },
    ],
    [
      'is not made anew where that cannot be',
      { ...relinking, isOutdated: true },
      failed('b', 'own-key'),
      [end('b')],
      { attempt: null },
    ],
    ['is none yet', trying, outdated('b'), [], {}],
    ['is none any more', waiting, outdated('b'), [], {}],
    [
      'was asked to be, and is offered',
      { ...linkedAnswerer, ...asked },
      offers('b'),
      [settle, attempt('b', offer)],
      { awaits: null, attempt: { linkId: 'b', sinceMs: 0 }, known: ['a', 'b'], madeMs: [0, 0] },
    ],
    [
      'was asked to be, and is lost: that is asked for after a while',
      { ...linkedAnswerer, ...asked },
      silent('a'),
      [end('a'), settle, wait(offerGraceMs, attemptBackoffMs.first), loss],
      { link: null, awaits: 'time', reason: 'link-timeout', failures: 1, isOutdated: false },
    ],
    [
      'has been made anew',
      { ...relinking, isOutdated: true },
      proven('b'),
      [{ do: 'adopt', linkId: 'b' }, end('a'), { do: 'start', linkId: 'b' }],
      { attempt: null, proven: person, link: { linkId: 'b', sinceMs: 9 }, isOutdated: false },
      9,
    ],
  ]);
});

test('a removal that is told on the link after the last word does not begin anything again', () => {
  const over = become(linked, 0, { type: 'give-up' });
  const { status } = step(over, { type: 'lost', linkId: 'a', end: { why: 'refused', reason: 'removed' } }, 9);
  expect(status).toMatchObject({ shut: 'final', link: null, attempt: null, awaits: null });
});

describe('whatever happens', () => {
  /** What is said of a link is of the newest, the one that runs, or any that was. */
  const which = fc.constantFrom<'attempt' | 'link' | 'old'>('attempt', 'link', 'old');
  const why = fc.constantFrom('link-timeout', 'hello-invalid', 'removed', 'own-key', 'version-unknown', 'turn-refused');
  const anything = fc.oneof(
    fc.record({ type: fc.constant('alive') }),
    fc.record({ type: fc.constant('due') }),
    fc.record({ type: fc.constant('offer'), readable: fc.boolean(), again: fc.boolean() }),
    fc.record({ type: fc.constant('retry'), of: which }),
    fc.record({ type: fc.constant('failed'), of: which, why }),
    fc.record({ type: fc.constant('proven'), of: which }),
    fc.record({ type: fc.constant('refused'), of: which, why, told: fc.boolean(), unwanted: fc.boolean() }),
    fc.record({ type: fc.constant('lost'), of: which, how: fc.constantFrom('bye', 'silent', 'flooded', 'let-go') }),
    fc.record({ type: fc.constant('lost'), of: which, how: fc.constant('refused'), why }),
    fc.record({ type: fc.constant('outdated') }),
    fc.record({ type: fc.constantFrom('expel', 'let-in', 'give-up', 'close') }),
  );

  test('there is one attempt at most, each is ended once, waits are bounded, and after the end nothing begins', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.tuple(anything, fc.integer({ min: 0, max: 30_000 })), { maxLength: 60 }),
        (side, story) => {
          const audit = createAudit();
          let status = initialPair(side, timings);
          let nowMs = 0;
          let made = 0;
          for (const [chosen, passedMs] of story) {
            nowMs += passedMs;
            const fresh = `link-${++made}`;
            const linkId = pick(status, 'of' in chosen ? chosen.of : 'old');
            const happened = toHappening(status, chosen, linkId, fresh);
            if (!happened) continue;
            if (happened.type === 'due') {
              if (status.awaits !== 'time') continue;
              audit.due();
            }
            const next = step(status, happened, nowMs);
            audit.check(status, next);
            status = next.status;
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  function pick(status: PairStatus, of: 'attempt' | 'link' | 'old'): string {
    if (of === 'attempt') return status.attempt?.linkId ?? 'none';
    if (of === 'link') return status.link?.linkId ?? 'none';
    return status.known[0] ?? 'none';
  }

  type Chosen = typeof anything extends fc.Arbitrary<infer T> ? T : never;

  function toHappening(status: PairStatus, chosen: Chosen, linkId: string, fresh: string): PairHappening | null {
    if (chosen.type === 'alive') return alive(fresh);
    if (chosen.type === 'due') return due(fresh);
    if (chosen.type === 'outdated') return outdated(fresh);
    if (chosen.type === 'offer' && 'again' in chosen) {
      return {
        type: 'offer',
        linkId: chosen.again ? pick(status, 'old') : fresh,
        offer: chosen.readable ? offer : null,
      };
    }
    if (chosen.type === 'retry') return asks(linkId === 'none' ? null : linkId, fresh);
    if (chosen.type === 'proven') return proven(linkId);
    if (chosen.type === 'failed' && 'why' in chosen) return { type: 'failed', linkId, why: chosen.why };
    if (chosen.type === 'refused' && 'told' in chosen) {
      const { told, why: reason, unwanted } = chosen;
      return { type: 'refused', linkId, why: reason, told, unwanted: unwanted ? 'key' : null };
    }
    if (chosen.type === 'lost' && 'how' in chosen) {
      if (chosen.how !== 'refused') return { type: 'lost', linkId, end: { why: chosen.how } };
      return 'why' in chosen ? { type: 'lost', linkId, end: { why: 'refused', reason: chosen.why } } : null;
    }
    return chosen.type === 'expel' || chosen.type === 'let-in' || chosen.type === 'give-up' || chosen.type === 'close'
      ? { type: chosen.type }
      : null;
  }
});
