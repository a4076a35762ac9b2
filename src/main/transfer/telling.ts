/**
 * What the engine tells others of, outside of what moves the bytes: in order, soon after it happened, and whatever a
 * listener throws. Whoever tells has done so with the call; nothing of the listener comes back into it.
 */
export interface Telling {
  /** Calls `listener` after the present turn; what it is told must have been gathered before. */
  tell(listener: () => void): void;
  /** Tells all that still waits, and nothing after it. */
  finish(): void;
}

/** @param report gets what a listener threw; the others hear all the same. */
export function createTelling(report: (error: unknown) => void): Telling {
  const waiting: (() => void)[] = [];
  let finished = false;

  function tellAll(): void {
    // A listener may cause more to be told: it comes behind.
    for (let listener = waiting.shift(); listener; listener = waiting.shift()) guarded(listener, report);
  }

  return {
    tell(listener) {
      if (finished) return;
      if (waiting.push(listener) === 1) queueMicrotask(tellAll);
    },
    finish() {
      tellAll();
      finished = true;
    },
  };
}

/** Calls a listener whose errors are not the caller's: they go to `report`, and if even that throws, to the process. */
export function guarded(listener: () => void, report: (error: unknown) => void): void {
  try {
    listener();
  } catch (error) {
    try {
      report(error);
    } catch {
      // biome-ignore lint/style/noRestrictedGlobals: what cannot be reported is at least not swallowed.
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }
}
