/** What a state machine answers with: its new status, and what is to be done, in order. */
export interface Step<Status, Act> {
  readonly status: Status;
  readonly acts: readonly Act[];
}

export function quiet<Status>(status: Status): Step<Status, never> {
  return { status, acts: [] };
}

/** One step made of several, each of which goes on from the status that the one before has left. */
export function inTurn<Status, Act>(
  first: Status,
  ...parts: ((status: Status) => Step<Status, Act>)[]
): Step<Status, Act> {
  return parts.reduce<Step<Status, Act>>((sofar, part) => {
    const next = part(sofar.status);
    return { status: next.status, acts: [...sofar.acts, ...next.acts] };
  }, quiet(first));
}
