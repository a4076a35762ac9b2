import { reasonLine } from '../shared/text.ts';
import type { MemberView } from '../shared/views.ts';
import type { Plan } from './command-line.ts';
import type { Core } from './core.ts';
import {
  createBrokerEvents,
  createLaneEvents,
  createPeerEvents,
  createTransferEvents,
  type EventOutput,
} from './events.ts';
import { createExitWhenDone } from './exit-when-done.ts';

/** The command line as a client of the core: it has files sent, reads events, and may end the run when all is done. */
export interface CommandLineClient {
  /** A script that named no room gets one, once a page is there to show it and before it is told the state. */
  pageAttached(): Promise<void>;
  /** Resolves with the exit code when a run that is to end by itself has done what it was for; else never. */
  readonly done: Promise<number>;
}

export interface CommandLineClientOptions {
  core: Core;
  plan: Pick<Plan, 'paths' | 'room' | 'json' | 'exitWhenDone'>;
  output: EventOutput;
  /** Milliseconds, for what is told once a second. */
  now(): number;
}

export function serveCommandLine({ core, plan, output, now }: CommandLineClientOptions): CommandLineClient {
  const sends = plan.paths.length > 0;
  const peers = createPeerEvents(output);
  const brokers = createBrokerEvents(output);
  const lanes = createLaneEvents(output);
  let members: readonly MemberView[] = [];
  let roomWanted = plan.room.kind === 'none' && (plan.json || sends);

  core.listen({
    ...createTransferEvents(output, now),
    room(room) {
      if (room) output.emit({ event: 'room', code: room.code });
    },
    network(network) {
      members = network?.members ?? [];
      peers(members);
      lanes(core.lanes, members);
      if (network) brokers(network);
    },
    lanes: (views) => lanes(views, members),
    notice: (reason) => output.emit({ event: 'error', message: reasonLine(reason) }),
  });
  const done = new Promise<number>((finish) => {
    if (!plan.exitWhenDone) return;
    const exit = createExitWhenDone({ sends, done: finish });
    core.listen({
      transfer: exit.transfer,
      network: (network) => exit.members(network?.members ?? null),
      notOffered: exit.failed,
    });
  });
  if (sends) core.offers.giveInRoom(plan.paths);

  return {
    async pageAttached() {
      if (!roomWanted || core.room.current) return;
      roomWanted = false;
      await core.room.create();
    },
    done,
  };
}
