/**
 * Waits for `work`, however it ends, but no longer than `withinMs`; says whether it had ended by then. For what may never
 * return (a call to a disk whose network is dead) where something else has to go on.
 */
export function endsWithin(work: Promise<unknown>, withinMs: number): Promise<boolean> {
  return new Promise((done) => {
    const deadline = setTimeout(() => done(false), withinMs);
    const ended = (): void => {
      clearTimeout(deadline);
      done(true);
    };
    work.then(ended, ended);
  });
}
