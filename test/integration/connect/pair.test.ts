import { afterEach, expect, test } from 'vitest';
import { createCounters } from '../../../src/connect/counters.ts';
import type { Gate } from '../../../src/connect/guard.ts';
import type { Link } from '../../../src/connect/link.ts';
import { usualLinkTerms } from '../../../src/connect/link-terms.ts';
import { createPair, type Pair } from '../../../src/connect/pair.ts';
import { usualTimings } from '../../../src/connect/timings.ts';
import type { SignalBody } from '../../../src/shared/protocol/signal.ts';
import type { ReasonCode } from '../../../src/shared/reasons.ts';
import { makeTestIdentity } from '../../support/connect-person.ts';
import { nodeWorld } from '../../support/connect-world.ts';

/** Two pairs with the real WebRTC, and nothing between them but a function call. */

const openGate: Gate = { closed: false, refusal: () => null, welcome: null };
const [higher, lower] = ['b'.repeat(22), 'a'.repeat(22)];

interface Side {
  readonly pair: Pair;
  readonly links: Link[];
  /** What is said again and again, now. */
  readonly posted: ReadonlySet<SignalBody>;
  readonly told: string[];
  name: string;
  carry(body: SignalBody): void;
  until(check: () => boolean): Promise<void>;
}

const sides: Side[] = [];

afterEach(() => {
  for (const side of sides.splice(0)) side.pair.close();
});

function createSide(session: string, peer: string, name: string, gate: Gate = openGate): Side {
  const identity = makeTestIdentity();
  const posted = new Set<SignalBody>();
  const waiting = new Set<() => void>();
  const changed = (): void => {
    for (const look of [...waiting]) look();
  };
  const told: string[] = [];
  const links: Link[] = [];
  const side: Side = {
    links,
    posted,
    told,
    name,
    carry: () => undefined,
    until: (check) =>
      new Promise((done) => {
        const look = (): void => {
          if (!check()) return;
          waiting.delete(look);
          done();
        };
        waiting.add(look);
        look();
      }),
    pair: createPair({
      room: {
        topic: 'topic',
        session,
        get name() {
          return side.name;
        },
        iceServers: [],
        linkTerms: usualLinkTerms,
        world: nodeWorld,
        timings: usualTimings,
        counters: createCounters(),
        gate,
        sign: identity.sign,
        post(body) {
          posted.add(body);
          side.carry(body);
          return () => posted.delete(body);
        },
      },
      session: peer,
      onView: changed,
      onLink: (link) => links.push(link),
      onWord: (word) => told.push(word.type),
      onUnwanted: (_, reason: ReasonCode) => told.push(reason),
      onBye: () => told.push('bye'),
      onLoss: () => told.push('loss'),
    }),
  };
  sides.push(side);
  return side;
}

/** Each hears what the other says, in the order that the wire gives it. */
function connect(from: Side, to: Side, wire: (body: SignalBody, deliver: () => void) => void): void {
  from.carry = (body) =>
    wire(body, () => {
      if (body.type === 'offer') to.pair.onOffer(body.link, body.sdp);
      else if (body.type === 'answer') to.pair.onAnswer(body.link, body.sdp);
      else if (body.type === 'candidates') to.pair.onCandidates(body.link, body.candidates, body.end ?? false);
      else if (body.type === 'retry') to.pair.onRetry(body.last);
    });
}

const soon = (_: SignalBody, deliver: () => void): void => void setImmediate(deliver);

function meet(lowerGate?: Gate): { ada: Side; ben: Side } {
  const ada = createSide(higher, lower, 'Ada');
  const ben = createSide(lower, higher, 'Ben', lowerGate);
  connect(ada, ben, soon);
  connect(ben, ada, soon);
  return { ada, ben };
}

const bothLinked = ({ ada, ben }: { ada: Side; ben: Side }): Promise<unknown> =>
  Promise.all([ada, ben].map((side) => side.until(() => side.pair.linked)));

test('the side with the higher session offers; both get one link, and nothing is said over carriers any more', async () => {
  const { ada, ben } = meet();
  ben.pair.begin();
  ada.pair.begin();
  await bothLinked({ ada, ben });
  expect(ada.links.map(({ id }) => id)).toEqual(ben.links.map(({ id }) => id));
  expect([ada.links.length, ada.posted.size, ben.posted.size]).toEqual([1, 0, 0]);
  expect(ada.pair.view).toMatchObject({ state: 'connected', name: 'Ben', reason: null });
});

test('candidates that come before the offer are not lost', async () => {
  const { ada, ben } = meet();
  let offer: (() => void) | null = null;
  connect(ada, ben, (body, deliver) => {
    if (body.type === 'offer') offer = deliver;
    else {
      deliver();
      if (body.type === 'candidates' && body.end) setImmediate(() => offer?.());
    }
  });
  ada.pair.begin();
  await bothLinked({ ada, ben });
  expect(ben.pair.diagnosis().attempts[0]?.receivedEnd).toBe(true);
});

test('an old link stays until a new one has said hello, and is closed then', async () => {
  const { ada, ben } = meet();
  ada.pair.begin();
  await bothLinked({ ada, ben });
  const [first] = ada.links;
  let closed = false;
  const close = (): void => {
    closed = true;
  };
  first?.listen({ message: () => undefined, drain: () => undefined, close });
  ada.pair.onRetry(first?.id ?? null);
  expect([ada.pair.linked, closed]).toEqual([true, false]);
  await ada.until(() => ada.links.length === 2);
  await ben.until(() => ben.links.length === 2);
  await ada.until(() => closed);
  expect(ada.links[1]?.id).toBe(ben.links[1]?.id);
  expect([ada.pair.linked, ben.pair.linked]).toEqual([true, true]);
});

test('a name that changes while the hello is on its way arrives all the same', async () => {
  const { ada, ben } = meet();
  ada.carry = ((carry) => (body: SignalBody) => {
    carry(body);
    // Its candidates are out, so its hello has yet to be written.
    if (body.type === 'candidates') queueMicrotask(() => (ben.name = 'Benjamin'));
  })(ada.carry);
  ada.pair.begin();
  await ada.until(() => ada.pair.view.name === 'Benjamin');
  ben.name = 'Benny';
  ben.pair.rename();
  await ada.until(() => ada.pair.view.name === 'Benny');
});

test('somebody expelled learns why, begins nothing, and is linked again once let in', async () => {
  const { ada, ben } = meet();
  ada.pair.begin();
  await bothLinked({ ada, ben });
  ben.pair.expel();
  expect(ben.pair.view).toMatchObject({ state: 'closed', reason: 'removed-by-me' });
  await ada.until(() => ada.pair.view.state === 'closed');
  expect(ada.pair.view.reason).toBe('removed');
  ada.pair.begin();
  expect(ada.posted.size).toBe(0);
  ben.pair.letIn();
  await bothLinked({ ada, ben });
  expect(ada.pair.view).toMatchObject({ state: 'connected', reason: null });
});

test('an installation that is unwanted is named to this side, and told to the other', async () => {
  const { ada, ben } = meet({ closed: true, refusal: () => 'room-locked', welcome: null });
  ada.pair.begin();
  await ada.until(() => ada.pair.view.reason === 'room-locked');
  expect(ben.told).toEqual(['room-locked']);
  expect([ada.links, ben.links]).toEqual([[], []]);
});

test('a goodbye is told once, and after it nothing is begun', async () => {
  const { ada, ben } = meet();
  ada.pair.begin();
  await bothLinked({ ada, ben });
  await ada.pair.bye();
  await ben.until(() => !ben.pair.linked);
  expect(ben.told).toEqual(['bye']);
  ada.pair.close();
  ada.pair.begin();
  ada.pair.onRetry(null);
  expect([ada.posted.size, ada.pair.linked, ada.pair.view.state]).toEqual([0, false, 'closed']);
});
