import type { Step } from './in-turn.ts';

/** A state machine that runs: what happens to it, and what is done of it, one after the other. */
export interface RunningMachine<Status, Happening> {
  readonly status: Status;
  /** What comes of an act happens after all acts of its step. */
  happen(happened: Happening): void;
}

export function runMachine<Status, Happening, Act>(options: {
  readonly initial: Status;
  step(status: Status, happened: Happening): Step<Status, Act>;
  perform(act: Act): void;
  /** All acts of a step that changed something are done. */
  onChange?(): void;
}): RunningMachine<Status, Happening> {
  const happenings: Happening[] = [];
  let status = options.initial;
  let acting = false;

  return {
    get status() {
      return status;
    },
    happen(happened) {
      happenings.push(happened);
      if (acting) return;
      acting = true;
      try {
        for (let next = happenings.shift(); next; next = happenings.shift()) {
          const before = status;
          const { status: after, acts } = options.step(before, next);
          status = after;
          for (const act of acts) options.perform(act);
          if (after !== before) options.onChange?.();
        }
      } finally {
        acting = false;
      }
    },
  };
}
