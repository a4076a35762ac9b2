import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkTimes, dueAtMs, mayHear, step } from '../../../../../src/main/lane/direct/checks-machine.ts';
import {
  type ChecksAct,
  type ChecksHappening,
  type ChecksStatus,
  initialChecks,
} from '../../../../../src/main/lane/direct/checks-state.ts';
import type { Endpoint } from '../../../../../src/main/lane/direct/datagrams.ts';
import type { ProbeType } from '../../../../../src/main/lane/direct/probe.ts';
import type { Role } from '../../../../../src/shared/protocol/hello-proof.ts';
import type { LaneCandidate } from '../../../../../src/shared/protocol/lane-messages.ts';
import { limits } from '../../../../../src/shared/protocol/limits.ts';

const host: LaneCandidate = { kind: 'host', address: '192.0.2.1', port: 5000 };
const mapped: LaneCandidate = { kind: 'mapped', address: '203.0.113.1', port: 6000 };
const elsewhere: Endpoint = { address: '203.0.113.1', port: 7000 };
const random = 'ffeeddccbbaa9988';
const endpoint = ({ address, port }: Endpoint): Endpoint => ({ address, port });

/** One side's machine, with the acts of each step. */
function start(role: Role, candidates: readonly LaneCandidate[] = [host, mapped], beganMs = 0) {
  let status = initialChecks(role, candidates, beganMs);
  let nowMs = beganMs;
  const acts: { atMs: number; act: ChecksAct }[] = [];
  function happen(happened: ChecksHappening): ChecksAct[] {
    const next = step(status, happened, nowMs);
    status = next.status;
    acts.push(...next.acts.map((act) => ({ atMs: nowMs, act })));
    return [...next.acts];
  }
  return {
    acts,
    get status(): ChecksStatus {
      return status;
    },
    set now(ms: number) {
      nowMs = ms;
    },
    get now() {
      return nowMs;
    },
    due: () => happen({ type: 'due', random }),
    /** Lets time pass up to then, with all that becomes due. */
    until(ms: number) {
      for (let atMs = dueAtMs(status); atMs !== null && atMs <= ms; atMs = dueAtMs(status)) {
        nowMs = Math.max(nowMs, atMs);
        happen({ type: 'due', random });
      }
      nowMs = ms;
    },
    hear: (type: ProbeType, from: Endpoint, number: number, rest = random) =>
      happen({
        type: 'heard',
        probe: { type, transaction: number.toString(16).padStart(8, '0') + rest },
        from: endpoint(from),
      }),
    /** What was sent of this type: when, where to, and under which number. */
    sent: (type: ProbeType) =>
      acts.flatMap(({ atMs, act }) =>
        act.do === 'send' && act.probe.type === type
          ? { atMs, to: act.to, number: Number.parseInt(act.probe.transaction.slice(0, 8), 16) }
          : [],
      ),
    ends: () => acts.flatMap(({ atMs, act }) => (act.do === 'end' ? [[atMs, act.why]] : [])),
    uses: () => acts.flatMap(({ atMs, act }) => (act.do === 'use' ? [[atMs, act.pair]] : [])),
  };
}

describe('probing', () => {
  test.each(['offerer', 'answerer'] as const)('the %s tries each way, again and again, ever slower', (role) => {
    const side = start(role, [host, mapped], 1000);
    side.until(1000 + checkTimes.checkingMs + 5000);
    const ofHost = side.sent('probe').filter(({ to }) => to.port === host.port);
    const ofMapped = side.sent('probe').filter(({ to }) => to.port === mapped.port);
    expect(ofHost.map(({ atMs }) => atMs - 1000)).toEqual([0, 100, 300, 700, 1300, 1900, 2500]);
    expect(ofMapped.map(({ atMs }) => atMs - 1000)).toEqual([20, 120, 320, 720, 1320, 1920, 2520]);
    expect(side.sent('probe').map(({ number }) => number)).toEqual(Array.from({ length: 14 }, (_, at) => at));
  });

  test('the transaction is the number and what chance gave', () => {
    const side = start('offerer');
    expect(side.due()).toEqual([
      { do: 'send', probe: { type: 'probe', transaction: `00000000${random}` }, to: endpoint(host) },
    ]);
  });

  test('nothing goes before it is due', () => {
    const side = start('offerer');
    side.due();
    for (const ms of [0, 19]) {
      side.now = ms;
      expect(side.due()).toEqual([]);
    }
    side.now = 20;
    expect(side.due()).toHaveLength(1);
  });

  test('20 ms apart, and no more than is allowed, however many ways there are and whatever comes', () => {
    const ways = Array.from({ length: limits.laneEndpoints }, (_, at) => ({ ...host, port: 5000 + at }));
    const side = start('offerer', ways);
    for (let ms = 0; ms <= checkTimes.checkingMs; ms += 7) {
      side.until(ms);
      side.hear('probe', { ...elsewhere, port: 8000 + (ms % 13) }, ms);
    }
    const sent = side.sent('probe');
    expect(sent).toHaveLength(limits.laneProbes - 8);
    for (const [at, { atMs }] of sent.entries()) {
      expect(atMs - (sent[at - 1]?.atMs ?? -20)).toBeGreaterThanOrEqual(checkTimes.paceMs);
    }
    // Learned ones are bounded too.
    expect(side.status.ways.length).toBeLessThanOrEqual(2 * limits.laneEndpoints);
  });

  test('a way that has answered is not tried again', () => {
    const side = start('answerer');
    side.until(50);
    side.hear('answer', host, 0);
    side.until(checkTimes.patienceMs);
    expect(side.sent('probe').filter(({ to }) => to.port === host.port)).toHaveLength(1);
    expect(side.sent('probe').filter(({ to }) => to.port === mapped.port)).toHaveLength(7);
  });

  test('without an answer it ends: the offerer at once, the answerer when the offerer must have', () => {
    const offerer = start('offerer', [host], 50);
    offerer.until(10_000);
    expect(offerer.ends()).toEqual([[50 + checkTimes.checkingMs, 'no-path']]);
    const answerer = start('answerer', [host], 50);
    answerer.until(10_000);
    expect(answerer.ends()).toEqual([[50 + checkTimes.patienceMs, 'no-path']]);
    expect(dueAtMs(answerer.status)).toBeNull();
    expect(answerer.hear('probe', host, 0)).toEqual([]);
    expect(answerer.due()).toEqual([]);
  });

  test('a way that is learned at the very end is too late', () => {
    const side = start('answerer', []);
    side.now = checkTimes.checkingMs - 1;
    side.hear('probe', host, 0);
    side.until(checkTimes.checkingMs - 1);
    side.now = checkTimes.checkingMs;
    side.hear('probe', elsewhere, 1);
    side.until(checkTimes.patienceMs);
    expect(side.sent('probe').map(({ to }) => to)).toEqual([endpoint(host)]);
  });

  test('also where there is no way to try', () => {
    const side = start('offerer', []);
    side.until(10_000);
    expect(side.acts).toEqual([{ atMs: checkTimes.checkingMs, act: { do: 'end', why: 'no-path' } }]);
  });
});

describe('a probe of the other side', () => {
  test('is answered with its transaction, to where it came from', () => {
    const side = start('offerer');
    expect(side.hear('probe', mapped, 5, '0102030405060708')).toEqual([
      { do: 'send', probe: { type: 'answer', transaction: '000000050102030405060708' }, to: endpoint(mapped) },
    ]);
  });

  test('counts once, whatever else its transaction says', () => {
    const side = start('offerer');
    side.hear('probe', host, 5);
    expect(side.hear('probe', host, 5)).toEqual([]);
    expect(side.hear('probe', mapped, 5, '0102030405060708')).toEqual([]);
    expect(side.hear('probe', host, 4)).toHaveLength(1);
    expect(side.hear('probe', host, 0)).toHaveLength(1);
    expect(side.hear('probe', host, 200)).toHaveLength(1);
    // So far back nobody knows any more.
    expect(side.hear('probe', host, 200 - 128)).toEqual([]);
    expect(side.hear('probe', host, 200 - 127)).toHaveLength(1);
    expect(side.hear('probe', host, 200 - 127)).toEqual([]);
    expect(side.hear('probe', host, 200)).toEqual([]);
  });

  test('never counts twice, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 })), (numbers) => {
        const side = start('offerer');
        const answered = numbers.filter((number) => side.hear('probe', host, number).length > 0);
        expect(new Set(answered).size).toBe(answered.length);
        expect(side.status.heard.recent.length).toBeLessThanOrEqual(128);
      }),
    );
  });

  test('is remembered no longer than it could count again', () => {
    const side = start('offerer');
    for (let number = 0; number < 1000; number++) side.hear('probe', host, number);
    expect(side.status.heard).toEqual({ highest: 999, recent: Array.from({ length: 128 }, (_, at) => 872 + at) });
  });

  test('has its way tried at once', () => {
    const side = start('offerer', [host]);
    side.until(30);
    side.hear('probe', host, 0);
    expect(dueAtMs(side.status)).toBe(30);
    side.until(30);
    expect(side.sent('probe').map(({ atMs }) => atMs)).toEqual([0, 30]);
    side.hear('answer', host, 1);
    side.hear('probe', host, 1);
    side.until(90);
    expect(side.sent('probe')).toHaveLength(2);
  });

  test('teaches as many ways as may be named, however many were', () => {
    const ways = Array.from({ length: limits.laneEndpoints }, (_, at) => ({ ...host, port: 5000 + at }));
    const side = start('offerer', ways);
    for (let at = 0; at <= limits.laneEndpoints; at++) side.hear('probe', { ...elsewhere, port: 8000 + at }, at);
    const learned = side.status.ways.filter(({ kind }) => kind === 'learned');
    expect(learned.map(({ to }) => to.port)).toEqual(ways.map((_, at) => 8000 + at));
    expect(side.status.ways).toHaveLength(2 * limits.laneEndpoints);
  });

  test('teaches a way that nobody has named', () => {
    const side = start('offerer', []);
    side.hear('probe', elsewhere, 0);
    side.until(10);
    expect(side.sent('probe')).toEqual([{ atMs: 0, to: elsewhere, number: 0 }]);
    side.hear('answer', elsewhere, 0);
    side.until(10);
    expect(side.sent('use').map(({ to }) => to)).toEqual([elsewhere]);
  });
});

describe('the choice', () => {
  test('is made when all have answered: a host address before a mapped one, however slow', () => {
    const side = start('offerer', [mapped, host]);
    side.until(25);
    side.hear('answer', mapped, 0);
    expect(dueAtMs(side.status)).toBe(120);
    side.until(60);
    expect(side.status.phase).toBe('checking');
    side.hear('answer', host, 1);
    side.until(60);
    expect(side.sent('use')).toEqual([{ atMs: 60, to: endpoint(host), number: 2 }]);
    expect(side.status.roundTripMs).toBe(40);
  });

  test.each([0, 1])('of one kind the quicker is taken, and a learned way last: %i', (quick) => {
    const side = start('offerer', [mapped, { ...mapped, port: 6001 }]);
    side.hear('probe', elsewhere, 0);
    side.until(40);
    side.hear('answer', elsewhere, 2);
    for (const [ms, at] of [
      [70, quick],
      [95, 1 - quick],
    ] as const) {
      side.now = ms;
      side.hear('answer', { ...mapped, port: 6000 + at }, at);
    }
    side.until(95);
    expect(side.sent('use').map(({ to }) => to.port)).toEqual([6000 + quick]);
  });

  test('waits 100 ms after the first answer for a better one', () => {
    const side = start('offerer', [host, mapped]);
    side.until(30);
    side.hear('answer', mapped, 1);
    side.until(129);
    expect(side.sent('use')).toEqual([]);
    side.until(130);
    expect(side.sent('use').map(({ atMs, to }) => [atMs, to])).toEqual([[130, endpoint(mapped)]]);
  });

  test('and no longer than the checks', () => {
    const side = start('offerer', [host, mapped]);
    side.until(checkTimes.checkingMs - 30);
    side.hear('answer', mapped, 1);
    side.until(checkTimes.checkingMs);
    expect(side.sent('use').map(({ atMs }) => atMs)).toEqual([checkTimes.checkingMs]);
    expect(side.ends()).toEqual([]);
  });

  test('an answer counts once, from where it was asked for, and for what was asked', () => {
    const side = start('offerer', [host]);
    side.until(10);
    side.hear('answer', elsewhere, 0);
    side.hear('answer', { ...host, port: host.port + 1 }, 0);
    side.hear('answer', { ...host, address: '192.0.2.2' }, 0);
    side.hear('answer', host, 0, '0102030405060708');
    side.hear('answer', host, 1);
    expect(side.status.answeredMs).toBeNull();
    side.hear('answer', host, 0);
    expect(side.status.answeredMs).toEqual({ first: 10, last: 10 });
  });

  test("is never the answerer's", () => {
    const side = start('answerer');
    side.until(30);
    side.hear('answer', host, 0);
    side.hear('answer', mapped, 1);
    side.until(checkTimes.patienceMs - 1);
    expect(side.acts.every(({ act }) => act.do === 'send' && act.probe.type === 'probe')).toBe(true);
  });
});

/** An offerer that has said `use` at 40 ms. */
function choosing() {
  const side = start('offerer', [host]);
  side.until(40);
  side.hear('answer', host, 0);
  side.until(40);
  return side;
}

describe('the offerer says which pair is to be used', () => {
  test('again until it is answered, and gives up in the end', () => {
    const side = choosing();
    side.until(10_000);
    expect(side.sent('use').map(({ atMs, number }) => [atMs - 40, number])).toEqual(
      Array.from({ length: 8 }, (_, at) => [250 * at, 1 + at]),
    );
    expect(side.ends()).toEqual([[2040, 'no-path']]);
    expect(side.sent('probe').length + side.sent('use').length).toBeLessThanOrEqual(limits.laneProbes);
  });

  test('not before it is time', () => {
    const side = choosing();
    side.now = 289;
    expect(side.due()).toEqual([]);
    side.now = 290;
    expect(side.due()).toHaveLength(1);
  });

  test('and uses it with the answer to any of them', () => {
    const side = choosing();
    side.until(300);
    expect(side.hear('answer', elsewhere, 1)).toEqual([]);
    // What was asked before says nothing of the choice.
    expect(side.hear('answer', host, 0)).toEqual([]);
    expect(side.hear('answer', host, 1)).toEqual([{ do: 'use', pair: endpoint(host) }]);
    expect(side.status).toMatchObject({ phase: 'running', pair: endpoint(host), roundTripMs: 40 });
    expect(side.hear('answer', host, 2)).toEqual([]);
  });

  test('it answers probes meanwhile, and obeys nobody', () => {
    const side = choosing();
    expect(side.hear('probe', mapped, 0)).toHaveLength(1);
    expect(side.hear('use', host, 1)).toEqual([]);
    expect(start('offerer').hear('use', host, 0)).toEqual([]);
    expect(side.status.phase).toBe('choosing');
    side.until(289);
    expect(side.sent('probe')).toHaveLength(1);
  });
});

describe('the answerer', () => {
  test('uses the pair by which it is told to, before it answers', () => {
    const side = start('answerer');
    side.until(30);
    expect(side.hear('use', mapped, 9)).toEqual([
      { do: 'use', pair: endpoint(mapped) },
      { do: 'send', probe: { type: 'answer', transaction: `00000009${random}` }, to: endpoint(mapped) },
    ]);
    expect(side.status).toMatchObject({ phase: 'running', pair: endpoint(mapped) });
  });

  test('answers again when the answer was lost, and does not change its mind', () => {
    const side = start('answerer');
    side.hear('use', mapped, 9);
    expect(side.hear('use', mapped, 9)).toEqual([]);
    expect(side.hear('use', mapped, 10)).toEqual([
      { do: 'send', probe: { type: 'answer', transaction: `0000000a${random}` }, to: endpoint(mapped) },
    ]);
    expect(side.hear('use', host, 11)).toEqual([]);
    expect(side.hear('probe', host, 12)).toEqual([]);
    // What is not heard counts as nothing.
    expect(side.hear('probe', mapped, 12)).toHaveLength(1);
    expect(side.uses()).toEqual([[0, endpoint(mapped)]]);
  });

  test('may use a way that nobody has named', () => {
    const side = start('answerer', []);
    side.hear('use', elsewhere, 0);
    expect(side.uses()).toEqual([[0, elsewhere]]);
  });

  test('of a replayed use nothing comes, not even before the choice', () => {
    const side = start('answerer');
    side.hear('probe', host, 3);
    expect(side.hear('use', host, 3)).toEqual([]);
    expect(side.status.phase).toBe('checking');
  });
});

/** Two sides of one pair, in use since 1 s; `numbers` go on from there. */
function running(role: Role) {
  const side = start(role, [host]);
  if (role === 'answerer') {
    side.until(1000);
    side.hear('use', host, 0);
  } else {
    side.until(960);
    side.hear('answer', host, 0);
    side.until(960);
    side.now = 1000;
    side.hear('answer', host, side.status.sent - 1);
  }
  expect(side.status.phase).toBe('running');
  side.acts.splice(0);
  return side;
}

describe.each(['offerer', 'answerer'] as const)('the %s asks for consent', (role) => {
  test('every half second, and is content with each answer', () => {
    const side = running(role);
    const first = side.status.sent;
    for (let ms = 1000; ms <= 61_000; ms += 10) {
      side.until(ms);
      const last = side.sent('probe').at(-1);
      if (last?.atMs === ms - 50) side.hear('answer', host, last.number);
    }
    const sent = side.sent('probe');
    expect(sent.map(({ number }) => number - first)).toEqual(sent.map((_, at) => at));
    expect(sent.slice(1).every(({ atMs }, at) => atMs - (sent[at]?.atMs ?? 0) === checkTimes.consentMs)).toBe(true);
    expect(sent.length).toBeGreaterThan(118);
    expect(sent.every(({ to }) => to.port === host.port)).toBe(true);
    expect(side.status.roundTripMs).toBe(50);
    expect(side.status.asked.length).toBeLessThanOrEqual(1);
    expect(side.ends()).toEqual([]);
  });

  test('more often while none comes, and is lost 2 s after the last answer', () => {
    const side = running(role);
    side.until(2000);
    const last = side.sent('probe').at(-1);
    side.now = 2050;
    side.hear('answer', host, last?.number ?? -1);
    side.acts.splice(0);
    side.until(10_000);
    const spaces = side.sent('probe').map(({ atMs }, at, all) => atMs - (all[at - 1]?.atMs ?? last?.atMs ?? 0));
    expect(spaces[0]).toBe(checkTimes.consentMs);
    expect(spaces.slice(1).every((ms) => ms === checkTimes.doubtMs)).toBe(true);
    expect(side.ends()).toEqual([[2050 + checkTimes.lostMs, 'lost']]);
    expect(dueAtMs(side.status)).toBeNull();
  });

  test('is lost 2 s after it began when none ever comes', () => {
    const side = running(role);
    side.until(10_000);
    expect(side.ends()).toEqual([[1000 + checkTimes.lostMs, 'lost']]);
  });

  test('a late answer to an earlier one is enough', () => {
    const side = running(role);
    side.until(2700);
    const [, second, third] = side.sent('probe');
    side.hear('answer', host, second?.number ?? -1);
    expect(side.status.asked[0]?.transaction.slice(0, 8)).toBe((third?.number ?? 0).toString(16).padStart(8, '0'));
    side.until(2700 + checkTimes.lostMs - 1);
    expect(side.ends()).toEqual([]);
  });

  test('a computer that has slept asks before it gives up', () => {
    const side = running(role);
    side.until(1600);
    side.hear('answer', host, side.sent('probe').at(-1)?.number ?? -1);
    side.now = 60_000;
    side.due();
    expect(side.ends()).toEqual([]);
    side.until(60_999);
    expect(side.ends()).toEqual([]);
    side.until(61_000);
    expect(side.ends()).toEqual([[61_000, 'lost']]);
  });

  test('one that was busy hears what has come meanwhile before it gives up', () => {
    const side = running(role);
    side.until(1700);
    side.hear('answer', host, side.sent('probe').at(-1)?.number ?? -1);
    side.until(dueAtMs(side.status) ?? 0);
    expect(side.status.asked).toHaveLength(1);
    side.now = 9000;
    side.due();
    expect(side.ends()).toEqual([]);
    side.until(9499);
    expect(side.ends()).toEqual([]);
    side.until(9500);
    expect(side.ends()).toEqual([[9500, 'lost']]);
  });

  test('not before it is time', () => {
    const side = running(role);
    side.until(2000);
    side.now = (dueAtMs(side.status) ?? 0) - 1;
    expect(side.due()).toEqual([]);
    side.now += 1;
    expect(side.due()).toHaveLength(1);
  });

  test('what it knew of other ways is forgotten, and by what it hears none is learned', () => {
    const side = running(role);
    side.hear('probe', host, 5);
    expect(side.status).toMatchObject({ ways: [], asked: [] });
    side.until(10_000);
    expect(side.status).toMatchObject({ phase: 'over', ways: [], asked: [] });
  });

  test('nothing is heard but by the pair', () => {
    const side = running(role);
    expect(mayHear(side.status, host)).toBe(true);
    expect(mayHear(side.status, elsewhere)).toBe(false);
    expect(side.hear('probe', elsewhere, 5)).toEqual([]);
    expect(side.hear('probe', host, 5)).toHaveLength(1);
  });
});

test('whatever comes, whenever: bounded, one choice, one end, and nothing after it', () => {
  const ports = fc.constantFrom(host, mapped, elsewhere, { address: '192.0.2.9', port: 9000 });
  const event = fc.record({
    afterMs: fc.integer({ min: 0, max: 400 }),
    type: fc.constantFrom<ProbeType>('probe', 'use', 'answer'),
    from: ports,
    number: fc.integer({ min: 0, max: 80 }),
  });
  fc.assert(
    fc.property(fc.constantFrom<Role>('offerer', 'answerer'), fc.array(event, { maxLength: 80 }), (role, events) => {
      const side = start(role);
      for (const { afterMs, type, from, number } of events) {
        side.until(side.now + afterMs);
        side.hear(type, from, number);
      }
      side.until(side.now + 20_000);
      expect(side.uses().length).toBeLessThanOrEqual(1);
      expect(side.ends()).toHaveLength(1);
      expect(side.acts.at(-1)?.act.do).toBe('end');
      const usedMs = side.uses()[0]?.[0] ?? Number.POSITIVE_INFINITY;
      const before = [...side.sent('probe'), ...side.sent('use')].filter(({ atMs }) => atMs < Number(usedMs));
      expect(before.length).toBeLessThanOrEqual(limits.laneProbes);
      expect(side.sent('answer').length).toBeLessThanOrEqual(events.length);
    }),
    { numRuns: 500 },
  );
});
