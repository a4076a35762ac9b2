import { createBudget } from '../../../shared/protocol/budget.ts';
import type { Role } from '../../../shared/protocol/hello-proof.ts';
import type { LaneCandidate } from '../../../shared/protocol/lane-messages.ts';
import { limits } from '../../../shared/protocol/limits.ts';
import { runMachine } from '../../../shared/run-machine.ts';
import type { Admitted } from './admitted.ts';
import { dueAtMs, mayHear, step } from './checks-machine.ts';
import { type ChecksAct, type ChecksHappening, type ChecksStatus, initialChecks } from './checks-state.ts';
import type { Datagrams, Endpoint } from './datagrams.ts';
import type { LaneWorld } from './lane-world.ts';
import type { ProbeCodec } from './probe.ts';

/** Finds a pair of endpoints by which the two sides reach each other, and watches it: runs the machine of `checks-machine.ts`. */
export interface Checks {
  /** The peer's endpoint that is in use; null before and after. */
  readonly pair: Endpoint | null;
  /** Of the pair, as last measured. */
  readonly roundTripMs: number | null;
  /** Sends and hears nothing any more, and tells nothing. */
  close(): void;
}

export interface ChecksOptions {
  readonly role: Role;
  readonly codec: ProbeCodec;
  readonly datagrams: Datagrams;
  readonly admitted: Admitted;
  /** What the peer has named. */
  readonly candidates: readonly LaneCandidate[];
  readonly world: LaneWorld;
  /**
   * The stream is to be connected to this endpoint, within the call: the answerer's answer goes after it, and with that the
   * offerer begins. Once at most, and not before the call that starts the checks is over.
   */
  onPair(pair: Endpoint): void;
  /** No pair was found, or the one in use does not answer any more; once, and nothing after it. */
  onEnd(why: 'no-path' | 'lost'): void;
}

export function startChecks(options: ChecksOptions): Checks {
  const { role, codec, datagrams, admitted, world } = options;
  const answers = createBudget({
    perSecond: limits.probeAnswersPerSecond,
    atOnce: limits.probeAnswersAtOnce,
    now: world.now,
  });
  let open = true;
  let cancelDue = (): void => undefined;
  const machine = runMachine<ChecksStatus, ChecksHappening, ChecksAct>({
    initial: initialChecks(role, admitted.candidates(options.candidates), world.now()),
    step: (status, happened) => step(status, happened, world.now()),
    perform,
    onChange: schedule,
  });
  const stopListening = datagrams.listen((bytes, from) => {
    const endpoint = admitted.endpoint(from);
    if (!endpoint || !mayHear(machine.status, endpoint)) return;
    const probe = codec.decode(bytes);
    if (probe) machine.happen({ type: 'heard', probe, from: endpoint });
  });

  function perform(act: ChecksAct): void {
    if (!open) return;
    if (act.do === 'send') {
      if (act.probe.type !== 'answer' || answers.take()) datagrams.send(codec.encode(act.probe), act.to);
    } else if (act.do === 'use') options.onPair(act.pair);
    else {
      close();
      options.onEnd(act.why);
    }
  }

  function schedule(): void {
    cancelDue();
    const atMs = open ? dueAtMs(machine.status) : null;
    if (atMs === null) return;
    cancelDue = world.after(Math.max(0, atMs - world.now()), () => {
      machine.happen({ type: 'due', random: Buffer.from(world.randomBytes(8)).toString('hex') });
      // A timer may be early, and then nothing has changed.
      schedule();
    });
  }

  function close(): void {
    open = false;
    cancelDue();
    stopListening();
  }

  schedule();
  return {
    get pair() {
      return machine.status.phase === 'running' ? machine.status.pair : null;
    },
    get roundTripMs() {
      return machine.status.roundTripMs;
    },
    close,
  };
}
