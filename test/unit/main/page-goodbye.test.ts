import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createGoodbye } from '../../../src/main/page-goodbye.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function port() {
  let closed = (): void => undefined;
  return {
    post: vi.fn(),
    listen: ({ close }: { close(): void }) => {
      closed = close;
    },
    close: vi.fn(),
    end: () => closed(),
  };
}

async function settled(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return done;
}

describe('the end of the app', () => {
  it('waits until the page is out of the room', async () => {
    const goodbye = createGoodbye();
    const tell = vi.fn();
    const said = goodbye.say(tell);
    expect(tell).toHaveBeenCalledOnce();
    expect(await settled(said)).toBe(false);
    goodbye.heard();
    expect(await settled(said)).toBe(true);
  });

  it('does not wait for a page that hangs', async () => {
    const goodbye = createGoodbye();
    const said = goodbye.say(() => undefined);
    await vi.advanceTimersByTimeAsync(1999);
    expect(await settled(said)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await settled(said)).toBe(true);
  });

  it('sends the page away only after what main said last is out of its ports', async () => {
    const goodbye = createGoodbye();
    const [first, second] = [port(), port()];
    const tracked = goodbye.track(first);
    goodbye.track(second).listen({ message: () => undefined, close: () => undefined });
    const tell = vi.fn();
    const said = goodbye.say(tell);
    tracked.close();
    expect(first.close).toHaveBeenCalledOnce();
    expect(tell).not.toHaveBeenCalled();
    second.end();
    expect(tell).toHaveBeenCalledOnce();
    goodbye.heard();
    expect(await settled(said)).toBe(true);
  });

  it('sends the page away all the same when a port does not get rid of it', async () => {
    const goodbye = createGoodbye();
    goodbye.track(port());
    const tell = vi.fn();
    const said = goodbye.say(tell);
    await vi.advanceTimersByTimeAsync(1000);
    expect(tell).toHaveBeenCalledOnce();
    goodbye.heard();
    expect(await settled(said)).toBe(true);
    await vi.advanceTimersByTimeAsync(2000);
    expect(tell).toHaveBeenCalledOnce();
  });

  it('does not wait for a window that is being destroyed', async () => {
    const goodbye = createGoodbye();
    const said = goodbye.say(() => {
      throw new Error('Object has been destroyed');
    });
    expect(await settled(said)).toBe(true);
  });
});
