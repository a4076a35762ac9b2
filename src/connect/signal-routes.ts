import type { Signal } from '../shared/protocol/signal.ts';
import type { Counters } from './counters.ts';
import type { Members } from './members.ts';
import { isRetired } from './members-state.ts';
import type { Pair } from './pair.ts';
import type { Presence } from './presence.ts';

/** Takes a signal of another session to whom it concerns; false when it was not worth its id (`SignalingOptions.onSignal`). */
export function routeSignal(
  to: {
    readonly members: Pick<Members, 'status' | 'happen' | 'pairOf'>;
    readonly presence: Pick<
      Presence,
      'onAnnounce' | 'onChallenge' | 'onResponse' | 'onRoomFull' | 'onStranger' | 'settle'
    >;
    readonly counters: Counters;
  },
  session: string,
  signal: Signal,
  carrier: string,
): boolean {
  const { members, presence, counters } = to;
  if (isRetired(members.status, session)) {
    counters.count('signalRetired');
    return true;
  }
  const heard = (): void => members.happen({ type: 'heard', session, carrier });
  // What is said to everybody may be a recording: it keeps nobody here. What is said to us was said once they knew of us.
  if ('to' in signal) heard();
  switch (signal.type) {
    case 'announce':
      return presence.onAnnounce(session, signal);
    case 'challenge':
    case 'response': {
      const worth =
        signal.type === 'challenge' ? presence.onChallenge(session, signal) : presence.onResponse(session, signal);
      // It may have become a member by it.
      heard();
      return worth;
    }
    case 'refuse':
      if (signal.reason === 'version-unknown') members.happen({ type: 'unreadable' });
      else if (signal.echo !== null && presence.onRoomFull(session, signal.echo)) members.happen({ type: 'full' });
      return true;
  }
  const pair = members.pairOf(session);
  if (!pair) {
    counters.count('signalUnproven');
    if (signal.type === 'offer' || signal.type === 'retry') presence.onStranger();
    // When it is sent again, its sender may have proven itself.
    return false;
  }
  if (signal.type === 'bye') members.happen({ type: 'bye', session });
  else if (signal.type === 'gone') {
    members.happen({ type: 'gone', session, carrier });
    // A will is made once: a carrier that gave it too early must not have used it up.
    return false;
  } else {
    // It acts upon what we said; candidates alone do not show that.
    if (signal.type !== 'candidates') presence.settle(session);
    toPair(pair, signal);
  }
  return true;
}

type Connecting = Extract<Signal, { type: 'offer' | 'answer' | 'candidates' | 'retry' }>;

function toPair(pair: Pair, signal: Connecting): void {
  if (signal.type === 'offer') pair.onOffer(signal.link, signal.sdp);
  else if (signal.type === 'answer') pair.onAnswer(signal.link, signal.sdp);
  else if (signal.type === 'retry') pair.onRetry(signal.last);
  else pair.onCandidates(signal.link, signal.candidates, signal.end);
}
