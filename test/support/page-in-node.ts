import * as v from 'valibot';
import type { PageConnection, PageSession } from '../../src/main/host.ts';
import { createMeeting, type Meeting } from '../../src/renderer/meeting.ts';
import { type AppState, type Bridge, type CallName, calls, type EventName, events } from '../../src/shared/bridge.ts';
import { nodeWorld } from './connect-world.ts';
import { portPair } from './ports.ts';

/** All that a page does for main but the screen, in this process. */
export interface PageInNode {
  readonly session: PageSession;
  readonly bridge: Bridge;
  readonly meeting: Meeting;
  /** As `attach` answered; the meeting follows it, and what main changes of it later. */
  readonly state: AppState;
}

export async function attachPage(connect: (page: PageConnection) => PageSession): Promise<PageInNode> {
  const listeners = new Map<EventName, (data: unknown) => void>();
  const session = connect({
    emit: (name, data) => listeners.get(name)?.(data),
    alive: async () => true,
    close: () => undefined,
  });
  const bridge: Bridge = {
    call: async (name, input) => outputOf(name, await session.call(name, input)),
    on(name, listener) {
      listeners.set(name, (data) => listener(v.parse(events[name], data)));
      return () => listeners.delete(name);
    },
    openPort(purpose) {
      const [main, page] = portPair();
      session.port(purpose, main);
      return page;
    },
    onConnection: () => () => undefined,
  };
  const meeting = createMeeting(bridge, nodeWorld, {
    onNetwork: (network) => void bridge.call('networkReport', network).catch(() => undefined),
    onGuardView: () => undefined,
  });
  const state = await bridge.call('attach', { takeOver: false });
  let now = state;
  const change = (part: Partial<AppState>): void => {
    now = { ...now, ...part };
    meeting.follow(now);
  };
  bridge.on('room', change);
  bridge.on('settings', change);
  bridge.on('ending', () => void meeting.leave().then(() => bridge.call('ended', {})));
  meeting.follow(now);
  return { session, bridge, meeting, state };
}

function outputOf<N extends CallName>(name: N, value: unknown): v.InferOutput<(typeof calls)[N]['output']> {
  return v.parse(calls[name].output, value);
}
