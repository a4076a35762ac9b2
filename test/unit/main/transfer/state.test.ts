import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Happening,
  initialStatus,
  isEnded,
  isFlowing,
  reasonFor,
  type Say,
  type Status,
  seenByPeer,
  stateOf,
  step,
} from '../../../../src/main/transfer/state.ts';

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
    else if (word.say === 'accept') onSender({ type: 'peer-accept', hold });
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
  fc.constantFrom('to-receiver' as const, 'to-sender' as const, 'cut' as const, 'connect' as const),
  fc.record({
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

function after(role: Status['role'], ...happened: Happening[]): Status {
  return happened.reduce((status, each) => step(status, each).status, initialStatus(role));
}

test('a lost link shows as interrupted, a pause outlasts it', () => {
  const running: Happening[] = [{ type: 'lane-up' }, { type: 'peer-accept', hold: null }, { type: 'started' }];
  expect(stateOf(after('sender', ...running))).toBe('running');
  const lost = after('sender', ...running, { type: 'lane-down' });
  expect(stateOf(lost)).toBe('interrupted');
  expect(reasonFor(lost)).toEqual({ code: 'link-lost' });
  const paused = after('sender', ...running, { type: 'hold', reason: { code: 'paused-by-me' } }, { type: 'lane-down' });
  expect(stateOf(paused)).toBe('paused');
});

test.each(['peer-left', 'peer-away', 'left-room'] as const)(
  '%s is why it waits, until there is a link again',
  (why) => {
    const running: Happening[] = [{ type: 'lane-up' }, { type: 'peer-accept', hold: null }, { type: 'started' }];
    const parted: Happening = { type: 'parted', why };
    // The page's word and the end of the lane come by two ways.
    for (const order of [[parted, { type: 'lane-down' }] as const, [{ type: 'lane-down' }, parted] as const]) {
      const left = after('sender', ...running, ...order);
      expect(stateOf(left)).toBe('interrupted');
      expect(reasonFor(left)).toEqual({ code: why });
      const back = step(left, { type: 'lane-up' }).status;
      expect(reasonFor(step(back, { type: 'lane-down' }).status)).toEqual({ code: 'link-lost' });
    }
    expect(reasonFor(after('sender', ...running, parted))).toBeNull();
  },
);

test('resume clears only the own hold', () => {
  const both = after(
    'sender',
    { type: 'lane-up' },
    { type: 'peer-accept', hold: 'disk-full' },
    { type: 'hold', reason: { code: 'paused-by-me' } },
  );
  const resumed = step(both, { type: 'resume' });
  expect(resumed.say).toEqual(['resume']);
  expect(resumed.status).toMatchObject({ heldByMe: null, heldByPeer: { code: 'peer-disk-full' } });
  expect(stateOf(resumed.status)).toBe('paused');
});

test('after a full disk the receiver says anew where to begin', () => {
  const full = {
    ...initialStatus('receiver'),
    phase: 'running',
    lane: true,
    met: true,
    prepared: true,
    heldByMe: { code: 'disk-full' },
  } satisfies Status;
  expect(step(full, { type: 'resume' }).say).toEqual(['accept']);
});

test("the sender's cancel is provisional: done at the receiver stays done", () => {
  const cancelled = after('sender', { type: 'lane-up' }, { type: 'cancel', reason: { code: 'cancelled-by-me' } });
  expect(stateOf(cancelled)).toBe('cancelled');
  expect(stateOf(step(cancelled, { type: 'peer-ended', state: 'done', reason: null }).status)).toBe('done');
});
