import { afterEach, describe, expect, it, vi } from 'vitest';
import { cutShortExitCode } from '../../../../../src/main/end-signals.ts';
import { endingDeadlineMs } from '../../../../../src/main/ending.ts';
import { createQuitting } from '../../../../../src/main/hosts/electron/quitting.ts';

afterEach(() => {
  vi.useRealTimers();
});

function setUp(options: { transferring: boolean; answer?: Promise<boolean>; close?: () => Promise<void> }) {
  const confirm = vi.fn(() => options.answer ?? Promise.resolve(true));
  const close = vi.fn(options.close ?? (async () => undefined));
  const exit = vi.fn();
  return {
    quitting: createQuitting({ transferring: () => options.transferring, confirm, steps: [close], exit }),
    confirm,
    close,
    exit,
  };
}

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  return { promise, resolve, reject };
}

describe('quitting', () => {
  it('does not ask when nothing flows', async () => {
    const { quitting, confirm, close, exit } = setUp({ transferring: false });
    await quitting.request({ ask: true });
    expect(confirm).not.toHaveBeenCalled();
    expect(close).toHaveBeenCalledOnce();
    expect(exit.mock.calls).toEqual([[0]]);
  });

  it('asks while bytes flow, and stays when the person says so', async () => {
    const { quitting, confirm, close, exit } = setUp({ transferring: true, answer: Promise.resolve(false) });
    await quitting.request({ ask: true });
    expect(confirm).toHaveBeenCalledOnce();
    expect(close).not.toHaveBeenCalled();
    expect(exit).not.toHaveBeenCalled();
    await quitting.request({ ask: true });
    expect(confirm).toHaveBeenCalledTimes(2);
  });

  it('does not ask for a signal', async () => {
    const { quitting, confirm, exit } = setUp({ transferring: true });
    await quitting.request({ ask: false });
    expect(confirm).not.toHaveBeenCalled();
    expect(exit.mock.calls).toEqual([[0]]);
  });

  it('asks one question at a time, and a signal overtakes it', async () => {
    const answer = deferred<boolean>();
    const { quitting, confirm, close, exit } = setUp({ transferring: true, answer: answer.promise });
    const asked = quitting.request({ ask: true });
    await quitting.request({ ask: true });
    expect(confirm).toHaveBeenCalledOnce();
    await quitting.request({ ask: false });
    answer.resolve(true);
    await asked;
    expect(close).toHaveBeenCalledOnce();
    expect(exit).toHaveBeenCalledOnce();
  });

  it('exits only after the files are in order, and with 1 when they are not', async () => {
    const closing = deferred<void>();
    const { quitting, exit } = setUp({ transferring: false, close: () => closing.promise });
    const ended = quitting.request({ ask: true });
    await Promise.resolve();
    expect(exit).not.toHaveBeenCalled();
    closing.reject(new Error('disk'));
    await ended;
    expect(exit.mock.calls).toEqual([[1]]);
  });

  it('exits with the code of what ends it', async () => {
    const { quitting, exit } = setUp({ transferring: false });
    await quitting.request({ ask: false, exitCode: 1 });
    expect(exit.mock.calls).toEqual([[1]]);
  });

  it('exits at its deadline when the files are not in order by then', async () => {
    vi.useFakeTimers();
    const { quitting, exit } = setUp({ transferring: false, close: () => new Promise(() => undefined) });
    const ended = quitting.request({ ask: false });
    await vi.advanceTimersByTimeAsync(endingDeadlineMs);
    await ended;
    expect(exit.mock.calls).toEqual([[cutShortExitCode]]);
  });
});
