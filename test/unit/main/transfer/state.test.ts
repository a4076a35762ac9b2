import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Happening,
  initialStatus,
  isEnded,
  isFlowing,
  isParting,
  reasonFor,
  type Say,
  type Status,
  seenByPeer,
  stateOf,
  step,
} from '../../../../src/main/transfer/state.ts';

const byMe = { code: 'paused-by-me' } as const;
const byPeer = { code: 'paused-by-peer' } as const;
const full = { code: 'disk-full' } as const;

/** A side whose lane is up and on which both have named the transfer. */
function sender(given: Partial<Status> = {}): Status {
  return { ...initialStatus('sender'), lane: true, met: true, ...given };
}
function receiver(given: Partial<Status> = {}): Status {
  return { ...initialStatus('receiver'), lane: true, met: true, ...given };
}
const apart = { lane: false, met: false };

test('it begins without a lane, unheld and undecided', () => {
  expect(stateOf(initialStatus('sender'))).toBe('offered');
  expect(initialStatus('receiver')).toEqual({ ...receiver(), ...apart });
  expect(initialStatus('sender')).toMatchObject({ lane: false, met: false, prepared: false, settled: false });
});

test.each<[state: string, status: Status, reason: unknown]>([
  ['offered', sender(apart), null],
  ['offered', sender({ heldByMe: byMe }), null],
  ['accepted', sender({ phase: 'accepted' }), null],
  ['running', sender({ phase: 'running' }), null],
  ['verifying', receiver({ phase: 'verifying' }), null],
  ['paused', sender({ phase: 'running', heldByMe: byMe }), byMe],
  ['paused', sender({ phase: 'running', heldByPeer: byPeer }), byPeer],
  ['paused', sender({ phase: 'running', heldByMe: full, heldByPeer: byPeer }), full],
  ['paused', sender({ phase: 'running', heldByMe: byMe, ...apart }), byMe],
  ['interrupted', sender({ phase: 'running', ...apart }), { code: 'link-lost' }],
  ['interrupted', sender({ phase: 'running', met: false }), { code: 'link-lost' }],
  ['interrupted', sender({ phase: 'running', ...apart, parting: 'peer-left' }), { code: 'peer-left' }],
  ['running', sender({ phase: 'running', parting: 'peer-left' }), null],
  ['done', receiver({ phase: 'done', ...apart }), null],
  ['failed', receiver({ phase: 'failed', reason: { code: 'all-files-failed' } }), { code: 'all-files-failed' }],
])('a person reads "%s" of %o', (state, status, reason) => {
  expect(stateOf(status)).toBe(state);
  expect(reasonFor(status)).toEqual(reason);
});

test.each<[flows: boolean, status: Status]>([
  [true, sender({ phase: 'accepted' })],
  [true, sender({ phase: 'verifying' })],
  [true, receiver({ phase: 'running', prepared: true })],
  [false, receiver({ phase: 'accepted' })],
  [false, sender()],
  [false, sender({ phase: 'running', lane: false })],
  [false, sender({ phase: 'running', met: false })],
  [false, sender({ phase: 'running', heldByMe: byMe })],
  [false, sender({ phase: 'running', heldByPeer: byPeer })],
  [false, sender({ phase: 'done' })],
  [false, sender({ phase: 'declined' })],
  [false, sender({ phase: 'cancelled' })],
  [false, sender({ phase: 'failed' })],
])('blocks flow (%s) at %o', (flows, status) => {
  expect(isFlowing(status)).toBe(flows);
});

test('somebody who goes by a will of their own is told from a lost connection', () => {
  expect((['peer-left', 'peer-away', 'left-room', 'removed', 'removed-by-me'] as const).every(isParting)).toBe(true);
  expect(isParting('link-lost')).toBe(false);
  expect(isParting(undefined)).toBe(false);
});

test.each([
  ['cancelled-by-me', 'cancelled-by-peer'],
  ['paused-by-me', 'paused-by-peer'],
  ['disk-full', 'peer-disk-full'],
  ['quit', 'peer-quit'],
  ['declined', 'declined'],
] as const)('%s is %s to the other person', (mine, theirs) => {
  expect(seenByPeer(mine)).toBe(theirs);
});

type Row = [what: string, before: Status, happened: Happening, changes: Partial<Status>, said?: Say[]];

function becomes(_what: string, before: Status, happened: Happening, changes: Partial<Status>, said: Say[] = []): void {
  expect(step(before, happened)).toEqual({ status: { ...before, ...changes }, say: said });
}

const running = { phase: 'running' } as const;
const cancelled = { phase: 'cancelled', reason: { code: 'cancelled-by-me' } } as const;

describe('the lane', () => {
  test.each<Row>([
    ['that goes has to be met anew', sender(running), { type: 'lane-down' }, apart],
    ['that comes gets an offer', sender({ ...running, ...apart }), { type: 'lane-up' }, { lane: true }, ['offer']],
    ['that replaces another has to be met', sender(running), { type: 'lane-up' }, { met: false }, ['offer']],
    [
      'that comes ends an absence',
      sender({ ...running, ...apart, parting: 'peer-away' }),
      { type: 'lane-up' },
      { lane: true, parting: null },
      ['offer'],
    ],
    ['is asked by who waits', receiver({ ...running, ...apart }), { type: 'lane-up' }, { lane: true }, ['query']],
    ['is not asked for what has ended', receiver({ phase: 'done', ...apart }), { type: 'lane-up' }, { lane: true }],
    [
      'gets a cancel again that was not confirmed',
      sender({ ...cancelled, ...apart }),
      { type: 'lane-up' },
      { lane: true },
      ['cancel'],
    ],
    [
      'gets nothing of a cancel that was',
      sender({ ...cancelled, settled: true, ...apart }),
      { type: 'lane-up' },
      { lane: true },
    ],
    ['that is another of several does not interrupt', sender(running), { type: 'lane-moved' }, {}, ['offer']],
    ['that is another of several is asked by who waits', receiver(running), { type: 'lane-moved' }, {}, ['query']],
    [
      'that is another of several gets the last word',
      receiver({ phase: 'done' }),
      { type: 'lane-moved' },
      {},
      ['ended'],
    ],
    [
      'that is another of several gets a cancel that was not confirmed',
      sender(cancelled),
      { type: 'lane-moved' },
      {},
      ['cancel'],
    ],
    ['is left on purpose', sender(running), { type: 'parted', why: 'peer-left' }, { parting: 'peer-left' }],
    [
      'has to be there for anything to be said',
      sender({ ...running, ...apart }),
      { type: 'cancel', reason: { code: 'cancelled-by-me' } },
      cancelled,
    ],
  ])('%s', becomes);
});

describe('on its way', () => {
  const accepted = { phase: 'accepted' } as const;
  const verifying = { phase: 'verifying' } as const;
  test.each<Row>([
    ['accepted by a person', receiver(), { type: 'accept' }, accepted],
    ['accepted once', receiver(running), { type: 'accept' }, {}],
    ['accepted by the peer', sender({ met: false }), { type: 'peer-bind', hold: null }, { ...accepted, met: true }],
    ['bound again', sender({ ...running, met: false }), { type: 'peer-bind', hold: null }, { met: true }],
    [
      'bound to a peer that holds it',
      sender({ ...running, met: false }),
      { type: 'peer-bind', hold: 'paused-by-me' },
      { met: true, heldByPeer: byPeer },
    ],
    [
      'bound to a peer that holds it no more',
      sender({ ...running, heldByPeer: byPeer }),
      { type: 'peer-bind', hold: null },
      { heldByPeer: null },
    ],
    ['moving', sender(accepted), { type: 'started' }, running],
    ['moving again', sender(verifying), { type: 'started' }, running],
    ['not moving before it is wanted', sender(), { type: 'started' }, {}],
    ['moved at once', sender(accepted), { type: 'all-moved' }, verifying],
    ['moved', receiver(running), { type: 'all-moved' }, verifying],
    ['not moved before it is wanted', sender(), { type: 'all-moved' }, {}],
    ['with a place for its blocks', receiver(accepted), { type: 'prepared' }, { prepared: true }, ['bind']],
    [
      'with a place before the peer names it',
      receiver({ ...accepted, met: false }),
      { type: 'prepared' },
      { prepared: true },
    ],
    ['offered again', receiver({ met: false }), { type: 'peer-offer', hold: null }, { met: true }],
    [
      'offered again where it can go on',
      receiver({ ...running, prepared: true, met: false, heldByMe: byMe }),
      { type: 'peer-offer', hold: null },
      { met: true },
      ['bind'],
    ],
    [
      'offered again while it is held',
      receiver({ met: false, heldByMe: byMe }),
      { type: 'peer-offer', hold: 'disk-full' },
      { met: true, heldByPeer: { code: 'peer-disk-full' } },
      ['hold'],
    ],
    ...([accepted, running, verifying] as const).map(
      (phase): Row => [
        `forgotten by its receiver while ${phase.phase}`,
        sender({ ...phase, heldByPeer: byPeer }),
        { type: 'peer-restart' },
        { phase: 'offered', met: false, heldByPeer: null },
      ],
    ),
    ['asked for', sender(running), { type: 'peer-query' }, {}],
  ])('%s', becomes);
});

describe('held', () => {
  test.each<Row>([
    ['by a person', sender(running), { type: 'hold', reason: byMe }, { heldByMe: byMe }, ['hold']],
    ['by a full disk, and then no longer by a word', receiver({ heldByMe: full }), { type: 'hold', reason: byMe }, {}],
    [
      'by a full disk though paused',
      receiver({ heldByMe: byMe }),
      { type: 'hold', reason: full },
      { heldByMe: full },
      ['hold'],
    ],
    ['by nobody, and let go', sender(running), { type: 'resume' }, {}],
    ['by a person, and let go', sender({ heldByMe: byMe }), { type: 'resume' }, { heldByMe: null }, ['resume']],
    [
      'by me and by the peer, and let go by me',
      sender({ ...running, heldByMe: byMe, heldByPeer: byPeer }),
      { type: 'resume' },
      { heldByMe: null },
      ['resume'],
    ],
    ['by trouble of the sender', sender({ heldByMe: full }), { type: 'resume' }, { heldByMe: null }, ['offer']],
    [
      'by a full disk, and begun anew',
      receiver({ prepared: true, heldByMe: full }),
      { type: 'resume' },
      { heldByMe: null },
      ['bind'],
    ],
    [
      'by a full disk before it had a place',
      receiver({ heldByMe: full }),
      { type: 'resume' },
      { heldByMe: null },
      ['resume'],
    ],
    [
      'by a full disk, on a lane that is not met',
      receiver({ prepared: true, met: false, heldByMe: full }),
      { type: 'resume' },
      { heldByMe: null },
      ['resume'],
    ],
    ['by the peer', sender(running), { type: 'peer-hold', reason: 'paused-by-me' }, { heldByPeer: byPeer }],
    [
      "by the peer's disk",
      sender(running),
      { type: 'peer-hold', reason: 'disk-full' },
      { heldByPeer: { code: 'peer-disk-full' } },
    ],
    [
      'by the peer for another reason',
      sender(running),
      { type: 'peer-hold', reason: 'write-failed' },
      { heldByPeer: { code: 'paused-by-peer', detail: { why: 'write-failed' } } },
    ],
    ['by the peer no longer', sender({ heldByPeer: byPeer }), { type: 'peer-resume' }, { heldByPeer: null }],
  ])('%s', becomes);
});

describe('ended', () => {
  const declined = { phase: 'declined', reason: { code: 'declined' }, settled: true } as const;
  const unheld = { heldByMe: null, heldByPeer: null };
  test.each<Row>([
    ['by a no', receiver(), { type: 'decline' }, declined, ['ended']],
    ['by no no that comes too late', receiver(running), { type: 'decline' }, {}],
    ['by no no of its own sender', sender(), { type: 'decline' }, {}],
    [
      'well, and held by nobody',
      receiver({ ...running, heldByMe: byMe, heldByPeer: byPeer }),
      { type: 'finish', state: 'done', reason: null },
      { phase: 'done', settled: true, ...unheld },
      ['ended'],
    ],
    [
      'badly',
      receiver(running),
      { type: 'finish', state: 'failed', reason: { code: 'all-files-failed' } },
      { phase: 'failed', reason: { code: 'all-files-failed' }, settled: true },
      ['ended'],
    ],
    [
      'by its sender, until the receiver says so',
      sender({ ...running, heldByPeer: byPeer }),
      { type: 'cancel', reason: { code: 'cancelled-by-me' } },
      { ...cancelled, ...unheld },
      ['cancel'],
    ],
    ...(['cancelled-by-me', 'cancelled-by-peer', 'quit', 'peer-quit', 'protocol-error'] as const).map(
      (code): Row => [
        `by its receiver: ${code}`,
        receiver(running),
        { type: 'cancel', reason: { code } },
        { phase: code === 'protocol-error' ? 'failed' : 'cancelled', reason: { code }, settled: true },
        ['ended'],
      ],
    ),
    [
      "by the peer's cancel",
      receiver(running),
      { type: 'peer-cancel', reason: 'cancelled-by-peer' },
      { phase: 'cancelled', reason: { code: 'cancelled-by-peer' }, settled: true },
      ['ended'],
    ],
    [
      "by the peer's trouble",
      receiver(running),
      { type: 'peer-cancel', reason: 'write-failed' },
      { phase: 'failed', reason: { code: 'write-failed' }, settled: true },
      ['ended'],
    ],
    [
      'by the word of the receiver',
      sender(running),
      { type: 'peer-ended', state: 'done', reason: null },
      { phase: 'done', settled: true },
    ],
    [
      'by the word of the receiver, that says why',
      sender(running),
      { type: 'peer-ended', state: 'failed', reason: 'all-files-failed' },
      { phase: 'failed', reason: { code: 'all-files-failed' }, settled: true },
    ],
    [
      'by the word of the receiver, that says why and what',
      sender(running),
      { type: 'peer-ended', state: 'failed', reason: 'all-files-failed', detail: { count: 2 } },
      { phase: 'failed', reason: { code: 'all-files-failed', detail: { count: 2 } }, settled: true },
    ],
    [
      'by the word of the receiver, that says what and not why',
      sender(running),
      { type: 'peer-ended', state: 'failed', reason: null, detail: { count: 2 } },
      { phase: 'failed', settled: true },
    ],
    [
      'at a peer that knows nothing of it',
      sender(running),
      { type: 'peer-gone' },
      { phase: 'failed', reason: { code: 'transfer-unknown' }, settled: true },
    ],
  ])('%s', becomes);
});

describe('once it has ended', () => {
  const done = receiver({ phase: 'done', settled: true });
  test.each<Row>([
    ['the receiver repeats its word to an offer', done, { type: 'peer-offer', hold: 'paused-by-me' }, {}, ['ended']],
    ['and to a cancel', done, { type: 'peer-cancel', reason: 'cancelled-by-peer' }, {}, ['ended']],
    ['and says nothing of a hold', done, { type: 'peer-hold', reason: 'paused-by-me' }, {}],
    ['nor to a person', done, { type: 'cancel', reason: { code: 'cancelled-by-me' } }, {}],
    [
      'a cancel that is confirmed keeps its own reason',
      sender(cancelled),
      { type: 'peer-ended', state: 'cancelled', reason: 'cancelled-by-peer' },
      { settled: true },
    ],
    [
      'what was done at the receiver stays done',
      sender(cancelled),
      { type: 'peer-ended', state: 'done', reason: null },
      { phase: 'done', reason: null, settled: true },
    ],
    [
      'nothing comes after the last word',
      sender({ ...cancelled, settled: true }),
      { type: 'peer-ended', state: 'done', reason: null },
      {},
    ],
    ['a cancel of what nobody knows is settled', sender(cancelled), { type: 'peer-gone' }, { settled: true }],
    ['a lost cancel is said again to a query', sender(cancelled), { type: 'peer-query' }, {}, ['cancel']],
    ['and to a receiver that begins', sender(cancelled), { type: 'peer-restart' }, {}, ['cancel']],
    ['and to one that goes on', sender(cancelled), { type: 'peer-bind', hold: null }, {}, ['cancel']],
    ['and is not said to anything else', sender(cancelled), { type: 'peer-resume' }, {}],
    ['a person cannot take it up again', sender(cancelled), { type: 'resume' }, {}],
  ])('%s', becomes);
});

test('a link that comes back is not left on purpose, in whichever order the goodbye and its end came', () => {
  for (const order of [
    ['parted', 'lane-down'],
    ['lane-down', 'parted'],
  ] as const) {
    const left = order.reduce<Status>(
      (status, type) => step(status, type === 'parted' ? { type, why: 'left-room' } : { type }).status,
      sender(running),
    );
    expect(reasonFor(left)).toEqual({ code: 'left-room' });
    const back = step(left, { type: 'lane-up' }).status;
    expect(reasonFor(step(back, { type: 'lane-down' }).status)).toEqual({ code: 'link-lost' });
  }
});

/** Both machines with the words between them on an ordered lane that may be cut. */
function createModel() {
  let sender = initialStatus('sender');
  let receiver: Status | null = null;
  let toReceiver: { say: Say; status: Status }[] = [];
  let toSender: { say: Say | 'gone' | 'want-first-page'; status: Status }[] = [];
  let lane = false;

  function onSender(happened: Happening): void {
    const result = step(sender, happened);
    sender = result.status;
    for (const say of result.say) toReceiver.push({ say, status: sender });
  }

  function onReceiver(happened: Happening): void {
    if (!receiver) return;
    const result = step(receiver, happened);
    receiver = result.status;
    for (const say of result.say) toSender.push({ say, status: receiver });
  }

  function deliverToReceiver(): boolean {
    const word = toReceiver.shift();
    if (!word) return false;
    const hold = word.status.heldByMe?.code ?? null;
    if (word.say === 'offer') {
      if (receiver) onReceiver({ type: 'peer-offer', hold });
      else {
        receiver = { ...initialStatus('receiver'), lane: true, met: true };
        if (hold) onReceiver({ type: 'peer-hold', reason: hold });
        toSender.push({ say: 'want-first-page', status: receiver });
      }
    } else if (word.say === 'cancel') {
      const reason = seenByPeer(word.status.reason?.code ?? 'cancelled-by-me');
      if (receiver) onReceiver({ type: 'peer-cancel', reason });
      else toSender.push({ say: 'gone', status: sender });
    } else if (word.say === 'hold') onReceiver({ type: 'peer-hold', reason: hold ?? 'paused-by-me' });
    else if (word.say === 'resume') onReceiver({ type: 'peer-resume' });
    return true;
  }

  function deliverToSender(): boolean {
    const word = toSender.shift();
    if (!word) return false;
    const hold = word.status.heldByMe?.code ?? null;
    if (word.say === 'want-first-page') onSender({ type: 'peer-restart' });
    else if (word.say === 'gone') onSender({ type: 'peer-gone' });
    else if (word.say === 'bind') onSender({ type: 'peer-bind', hold });
    else if (word.say === 'hold') onSender({ type: 'peer-hold', reason: hold ?? 'paused-by-me' });
    else if (word.say === 'resume') onSender({ type: 'peer-resume' });
    else if (word.say === 'query') onSender({ type: 'peer-query' });
    else if (word.say === 'ended') {
      const { phase } = word.status;
      if (phase !== 'done' && phase !== 'declined' && phase !== 'cancelled' && phase !== 'failed') throw new Error();
      const code = word.status.reason?.code;
      onSender({ type: 'peer-ended', state: phase, reason: code ? seenByPeer(code) : null });
    }
    return true;
  }

  function cut(): void {
    toReceiver = [];
    toSender = [];
    if (!lane) return;
    lane = false;
    onSender({ type: 'lane-down' });
    onReceiver({ type: 'lane-down' });
  }

  return {
    onSender,
    onReceiver,
    deliverToReceiver,
    deliverToSender,
    cut,
    connect() {
      cut();
      lane = true;
      onSender({ type: 'lane-up' });
      onReceiver({ type: 'lane-up' });
    },
    settle() {
      if (!lane) this.connect();
      while (deliverToReceiver() || deliverToSender());
    },
    get sender() {
      return sender;
    },
    get receiver() {
      return receiver;
    },
  };
}

const reasons = fc.constantFrom('paused-by-me' as const, 'disk-full' as const);
const action = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('to-receiver' as const, 'to-sender' as const) },
  { weight: 1, arbitrary: fc.constantFrom('cut' as const, 'connect' as const) },
  // The common way, so that most runs come further than to the first trouble.
  {
    weight: 6,
    arbitrary: fc.oneof(
      fc.record({
        side: fc.constant('receiver' as const),
        happened: fc.constantFrom<Happening>({ type: 'accept' }, { type: 'prepared' }),
      }),
      fc.record({
        side: fc.constantFrom('sender' as const, 'receiver' as const),
        happened: fc.constantFrom<Happening>({ type: 'started' }, { type: 'all-moved' }),
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      side: fc.constantFrom('sender' as const, 'receiver' as const),
      happened: fc.oneof(
        fc.constantFrom<Happening>(
          { type: 'started' },
          { type: 'all-moved' },
          { type: 'resume' },
          { type: 'accept' },
          { type: 'decline' },
          { type: 'prepared' },
          { type: 'finish', state: 'done', reason: null },
          { type: 'finish', state: 'failed', reason: { code: 'all-files-failed' } },
        ),
        fc.record({ type: fc.constant('hold' as const), reason: reasons.map((code) => ({ code })) }),
        fc.constantFrom<Happening>(
          { type: 'cancel', reason: { code: 'cancelled-by-me' } },
          { type: 'cancel', reason: { code: 'protocol-error' } },
        ),
      ),
    }),
  },
);

/** What a side's own circumstances allow: the rest never happens to it. */
function allowed(status: Status | null, { type }: Happening): boolean {
  if (!status) return false;
  const isReceiver = status.role === 'receiver';
  if (type === 'accept' || type === 'decline') return isReceiver && status.phase === 'offered';
  if (type === 'prepared') return isReceiver && status.phase === 'accepted';
  if (type === 'finish') return isReceiver && status.prepared && !isEnded(status);
  if (type === 'started' || type === 'all-moved') return isFlowing(status);
  return true;
}

test('however words cross and links break, both sides end in the same state', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const model = createModel();
      model.connect();
      for (const each of actions) {
        if (each === 'to-receiver') model.deliverToReceiver();
        else if (each === 'to-sender') model.deliverToSender();
        else if (each === 'cut') model.cut();
        else if (each === 'connect') model.connect();
        else {
          const status = each.side === 'sender' ? model.sender : model.receiver;
          if (!allowed(status, each.happened)) continue;
          if (each.side === 'sender') model.onSender(each.happened);
          else model.onReceiver(each.happened);
        }
      }
      model.settle();
      const { sender, receiver } = model;
      if (!receiver) {
        // The sender gave it up before the receiver ever heard of it.
        expect(isEnded(sender) && sender.settled).toBe(true);
        return;
      }
      expect(isEnded(sender)).toBe(isEnded(receiver));
      if (isEnded(sender)) {
        expect(sender.phase).toBe(receiver.phase);
        expect(sender.settled).toBe(true);
        return;
      }
      // Under way: each knows the other's hold, and both agree on whether blocks may flow.
      expect(sender.heldByPeer !== null).toBe(receiver.heldByMe !== null);
      expect(receiver.heldByPeer !== null).toBe(sender.heldByMe !== null);
      expect(isFlowing(sender)).toBe(isFlowing(receiver));
      if (receiver.prepared) expect(sender.phase === 'offered').toBe(false);
    }),
    { numRuns: 3000 },
  );
});

test('an ended transfer never changes again, but for a provisional cancel that the receiver overrules', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const model = createModel();
      model.connect();
      let ended: string | null = null;
      for (const each of actions) {
        if (each === 'to-receiver') model.deliverToReceiver();
        else if (each === 'to-sender') model.deliverToSender();
        else if (each === 'cut') model.cut();
        else if (each === 'connect') model.connect();
        else if (each.side === 'receiver' && allowed(model.receiver, each.happened)) model.onReceiver(each.happened);
        else if (each.side === 'sender' && allowed(model.sender, each.happened)) model.onSender(each.happened);
        const { receiver } = model;
        if (ended !== null) expect(receiver?.phase).toBe(ended);
        if (receiver && isEnded(receiver)) ended = receiver.phase;
      }
    }),
  );
});
