import { type Budget, createBudget } from '../shared/protocol/budget.ts';
import { limits } from '../shared/protocol/limits.ts';
import {
  decodeLinkMessage,
  encodeLinkMessage,
  type LinkMessage,
  type LinkMessages,
} from '../shared/protocol/link-messages.ts';
import type { Clock } from './clock.ts';
import type { Counters } from './counters.ts';

type Handlers = { [T in keyof LinkMessages]: (message: LinkMessages[T]) => void };

/**
 * What two pages say to each other on a running link. A new thing to say is a type in `link-messages.ts`, a word here on how
 * often it is heard, and a handler wherever its capability lives. PROTOCOL.md, "Extending the protocol", is the rule.
 */
export interface LinkControl {
  /** The one handler of a type; what has none is ignored. */
  on<T extends keyof LinkMessages>(type: T, handle: Handlers[T]): void;
  say(message: LinkMessage): void;
}

/** The same, with what only the link does with it. */
export interface HeardLinkControl extends LinkControl {
  /** `flooded` and `malformed` are offences that end the link. */
  hear(text: string): 'heard' | 'flooded' | 'malformed';
}

/**
 * How often a type is heard besides the bound that all strings share; more is dropped and counted. Null where that bound is
 * enough: the last name or path that is said counts, so that one which is dropped would stay wrong.
 */
const heardRates: Record<keyof LinkMessages, { perSecond: number; atOnce: number } | null> = {
  hello: null,
  refuse: null,
  beat: null,
  rename: null,
  path: null,
  lock: { perSecond: limits.locksPerSecond, atOnce: limits.locksAtOnce },
  // By installation, whatever the link: `renewals.ts`.
  renew: null,
  'strand-offer': { perSecond: limits.strandOffersPerSecond, atOnce: limits.strandOffersAtOnce },
  'strand-answer': null,
  'strand-candidates': null,
  'strand-over': null,
  bye: null,
};

export function createLinkControl(options: {
  readonly clock: Pick<Clock, 'now'>;
  readonly counters: Pick<Counters, 'count'>;
  send(text: string): void;
}): HeardLinkControl {
  const { counters } = options;
  const { now } = options.clock;
  const strings = createBudget({ perSecond: limits.linkStringsPerSecond, atOnce: limits.linkStringsAtOnce, now });
  const budgets = new Map<keyof LinkMessages, Budget>();
  const handlers: Partial<Handlers> = {};

  function mayBeHeard(type: keyof LinkMessages): boolean {
    const rate = heardRates[type];
    if (!rate) return true;
    const budget = budgets.get(type) ?? createBudget({ ...rate, now });
    budgets.set(type, budget);
    return budget.take();
  }

  function deliver<T extends keyof LinkMessages>(type: T, message: LinkMessages[T]): void {
    handlers[type]?.(message);
  }

  return {
    on(type, handle) {
      handlers[type] = handle;
    },
    say: (message) => options.send(encodeLinkMessage(message)),
    hear(text) {
      if (!strings.take()) {
        counters.count('linkFlooded');
        return 'flooded';
      }
      const decoded = decodeLinkMessage(text);
      if (decoded.kind === 'malformed') {
        counters.count('linkMessageMalformed');
        return 'malformed';
      }
      if (decoded.kind === 'unknown-type') counters.count('linkMessageUnknown');
      else if (decoded.kind === 'message') {
        const { message } = decoded;
        if (mayBeHeard(message.type)) deliver(message.type, message);
        else counters.count('linkMessageTooFrequent');
      }
      return 'heard';
    },
  };
}
