import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IceServer } from '../../src/shared/bridge.ts';
import type { Candidate } from '../../src/shared/protocol/signal.ts';
import type { Given, Moment, Outcome } from '../support/candidates-page/main.ts';
import { launchChromium, openPage } from '../support/chromium.ts';
import { servePage } from '../support/page-server.ts';
import { startRefusingTurn } from '../support/refusing-turn.ts';

/**
 * The table "What can arrive, and what is done" of docs/PROTOCOL.md, shown in a real browser: what its own connection does,
 * what simple-peer makes of that, and what the app's attempt makes of both.
 */
let page: Page;
let browser: Browser;
let served: Awaited<ReturnType<typeof servePage>>;

beforeAll(async () => {
  served = await servePage(join(import.meta.dirname, '../support/candidates-page'));
  browser = await launchChromium();
  page = await openPage(browser, served.url);
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const line = 'candidate:1 1 udp 2122260223 192.0.2.77 9999 typ host';
const unparsable = 'candidate:1 1 udp nonsense 192.0.2.77';
const candidate = (part: Partial<Candidate> = {}): Candidate => ({
  candidate: line,
  sdpMid: '0',
  sdpMLineIndex: 0,
  usernameFragment: null,
  ...part,
});

const refused: readonly [what: string, Candidate][] = [
  ['an unknown mid', candidate({ sdpMid: 'unheard-of' })],
  ['an index out of range', candidate({ sdpMid: null, sdpMLineIndex: 7 })],
  ['an unparsable line', candidate({ candidate: unparsable })],
];

describe('the platform', () => {
  const bare = (moment: Moment, ...given: (RTCIceCandidateInit | null)[]): Promise<string> =>
    page.evaluate(([when, all]) => window.laboratory.bare(when, ...all), [moment, given] as const);

  test.each(refused)('refuses %s', async (_, given) => {
    expect(await bare('with both descriptions', given)).toBe('OperationError');
  });

  test('refuses what has neither mid nor index', async () => {
    expect(await bare('with both descriptions', { candidate: line })).toBe('TypeError');
  });

  test('refuses a candidate before the remote description, and after close', async () => {
    expect(await bare('before the remote description', candidate())).toBe('InvalidStateError');
    expect(await bare('after close', candidate())).toBe('InvalidStateError');
  });

  test.each<[string, (RTCIceCandidateInit | null)[]]>([
    ['a candidate', [candidate()]],
    ['one that only its mid places', [{ candidate: line, sdpMid: '0' }]],
    ['one that only its index places', [{ candidate: line, sdpMLineIndex: 0 }]],
    ['one whose ufrag is of another attempt', [candidate({ usernameFragment: 'old' })]],
    ['null', [null]],
    ['nothing', []],
    ['an empty candidate', [{ candidate: '' }]],
    ['an empty candidate with its place', [candidate({ candidate: '' })]],
  ])('accepts %s', async (_, given) => {
    expect(await bare('with both descriptions', ...given)).toBe('accepted');
  });
});

describe('simple-peer', () => {
  const destroyedBy = (given: RTCIceCandidateInit | null): Promise<string | null> =>
    page.evaluate((one) => window.laboratory.simplePeer(one), given);

  test.each<[string, RTCIceCandidateInit | null]>([
    ...refused.filter(([, given]) => given.candidate !== unparsable),
    ['what has neither mid nor index', { candidate: line }],
    ['null', null],
    ['an empty candidate', { candidate: '' }],
  ])('destroys itself for %s', async (_, given) => {
    expect(await destroyedBy(given)).not.toBeNull();
  });

  test.each([
    ['a line in which nobody finds an address', candidate({ candidate: unparsable })],
    ['the end as the app tells it', candidate({ candidate: '' })],
  ])('lives with %s', async (_, given) => {
    expect(await destroyedBy(given)).toBeNull();
  });
});

describe('the app: the link comes up all the same', () => {
  const attempt = (given: Given): Promise<Outcome> => page.evaluate((all) => window.laboratory.attempt(all), given);
  const up = { exchanged: ['from the offerer', 'from the answerer'] };
  const none = { candidateRefused: 0, candidateStale: 0, signalStale: 0 };

  describe.each(['answerer', 'offerer'] as const)('%s', (side) => {
    test.each(refused)(`${side}: %s is counted`, async (_, given) => {
      const outcome = await attempt({ side, candidates: [given] });
      expect(outcome).toMatchObject({ ...up, counts: { ...none, candidateRefused: 1 } });
    });

    test(`${side}: a candidate before the descriptions is kept and applied`, async () => {
      expect(await attempt({ side, candidates: [candidate()] })).toMatchObject({ ...up, counts: none });
    });

    test(`${side}: one whose ufrag is of another attempt never reaches the platform`, async () => {
      const stale = candidate({ sdpMid: 'unheard-of', usernameFragment: 'old' });
      const outcome = await attempt({ side, candidates: [stale] });
      expect(outcome).toMatchObject({ ...up, counts: { ...none, candidateStale: 1 } });
    });

    test.each<[string, Omit<Given, 'side'>]>([
      ['null', { candidates: [null] }],
      ['empty', { candidates: [candidate({ candidate: '' })] }],
      ['said by the message', { end: true }],
      ['said by the description', { sdpLine: 'a=end-of-candidates' }],
      [
        'said in every way',
        { candidates: [null, candidate({ candidate: '' })], end: true, sdpLine: 'a=end-of-candidates' },
      ],
    ])(`${side}: an end that is %s is told once`, async (_, given) => {
      const outcome = await attempt({ side, ...given });
      expect(outcome).toMatchObject({ ...up, counts: none, receivedEnd: true, ends: 1 });
    });

    test(`${side}: a line of the description that the platform refuses does not cost the description`, async () => {
      const outcome = await attempt({ side, sdpLine: `a=${unparsable}` });
      expect(outcome).toMatchObject({ ...up, counts: { ...none, candidateRefused: 1 } });
    });

    test(`${side}: a candidate after the link is up does it no harm`, async () => {
      const candidates = [candidate(), candidate({ sdpMid: 'unheard-of' })];
      const outcome = await attempt({ side, late: { after: 'open', candidates, refused: 1 } });
      expect(outcome).toMatchObject({ ...up, counts: { ...none, candidateRefused: 1 } });
    });

    test(`${side}: one of an attempt that is over is dropped`, async () => {
      const outcome = await attempt({
        side,
        late: { after: 'close', candidates: [candidate({ sdpMid: 'unheard-of' })] },
      });
      expect(outcome).toMatchObject({ ...up, counts: none });
    });
  });
});

describe('what a side keeps to itself', () => {
  const attempt = (terms?: Given['terms']): Promise<Outcome> =>
    page.evaluate((all) => window.laboratory.attempt(all), { side: 'answerer', ...(terms && { terms }) } as const);
  const own = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .map(({ address }) => address);

  test('is nothing by itself, and the addresses that answer are its own', async () => {
    const { signalled, answered } = await attempt();
    expect(signalled.some((each) => each.includes(' typ host'))).toBe(true);
    expect(answered.length).toBeGreaterThan(0);
    for (const address of answered) expect(own).toContain(address);
  });

  test('is where it is in its own networks, if it says so; the link comes up by its own checks', async () => {
    const { signalled, exchanged } = await attempt({ relayOnly: false, hideLocalAddresses: true });
    expect(exchanged).toHaveLength(2);
    expect(signalled.length).toBeGreaterThan(0);
    for (const address of own.filter((each) => each.length > 3)) expect(signalled.join('\n')).not.toContain(address);
    expect(signalled.join('\n')).not.toContain('typ host');
    expect(signalled.join('\n')).not.toContain('.local');
  });
});

test('by relays only, a browser without a TURN server has no way to anybody, and tries none', async () => {
  const terms = { relayOnly: true, hideLocalAddresses: false };
  const given = { side: 'answerer', terms, afterCandidatesMs: 500 } as const;
  const why = page.evaluate((all) => window.laboratory.attempt(all), given);
  await expect(why).rejects.toThrow('link-no-candidates');
});

describe('an attempt that fails', () => {
  const failure = (server: IceServer, withinMs: number): Promise<string> =>
    page.evaluate(([one, ms]) => window.laboratory.failure([one], ms), [server, withinMs] as const);

  test('says so when the TURN server did not take the credentials, and otherwise that time was up', async (context) => {
    // A browser asks no server over the loopback.
    const own = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const address = own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
    if (!address) return context.skip('this machine is in no network');
    const turn = await startRefusingTurn();
    const server = { urls: `turn:${address}:${turn.port}`, username: 'ann', credential: 'wrong' };
    expect(await failure(server, 5000)).toBe('turn-refused');
    await turn.close();
    expect(await failure(server, 500)).toBe('link-timeout');
  });
});
