/** The worker of `page-clock.ts`: sets the timers it is asked for and says when they are due. */
const timers = new Map<number, ReturnType<typeof setTimeout>>();

addEventListener('message', ({ data }: MessageEvent<{ id: number; delayMs: number | null }>) => {
  const { id, delayMs } = data;
  if (delayMs === null) {
    clearTimeout(timers.get(id));
    timers.delete(id);
    return;
  }
  timers.set(
    id,
    setTimeout(() => {
      timers.delete(id);
      postMessage(id);
    }, delayMs),
  );
});

export {};
