import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { type MainPort, wrapPort } from '../../../../../src/main/hosts/electron/message-port.ts';

function electronPort() {
  const port = Object.assign(new EventEmitter(), { postMessage: vi.fn(), start: vi.fn(), close: vi.fn() });
  const typed: MainPort = port;
  return { port, typed };
}

describe('wrapPort', () => {
  it('hands messages over without a transfer list, which takes no buffers', () => {
    const { port, typed } = electronPort();
    const message = new Uint8Array([1, 2, 3]);
    wrapPort(typed).post(message);
    expect(port.postMessage.mock.calls).toEqual([[message]]);
  });

  it('starts only once somebody listens, so that nothing is lost', () => {
    const { port, typed } = electronPort();
    const wrapped = wrapPort(typed);
    expect(port.start).not.toHaveBeenCalled();
    wrapped.listen({ message: () => undefined, close: () => undefined });
    expect(port.start).toHaveBeenCalledOnce();
  });

  it('delivers bytes and words', () => {
    const { port, typed } = electronPort();
    const message = vi.fn();
    wrapPort(typed).listen({ message, close: () => undefined });
    port.emit('message', { data: new Uint8Array([7]) });
    port.emit('message', { data: { drained: 9 } });
    port.emit('message', { data: { answered: ['192.0.2.1'] } });
    expect(message.mock.calls).toEqual([[new Uint8Array([7])], [{ drained: 9 }], [{ answered: ['192.0.2.1'] }]]);
  });

  it.each([
    ['text'],
    [null],
    [{ drained: -1 }],
    [{ drained: 0.5 }],
    [{}],
    [[1, 2]],
    [{ answered: '192.0.2.1' }],
    [{ answered: ['0b1c.local'] }],
    [{ answered: [''] }],
    [{ answered: ['192.0.2.1:9'] }],
    [{ answered: Array.from({ length: 9 }, (_, each) => `192.0.2.${each}`) }],
    [{ answered: [`fe80::1%${'a'.repeat(40)}`] }],
  ])('ends at %j', (data) => {
    const { port, typed } = electronPort();
    const message = vi.fn();
    const close = vi.fn();
    wrapPort(typed).listen({ message, close });
    port.emit('message', { data });
    expect(message).not.toHaveBeenCalled();
    expect(port.close).toHaveBeenCalledOnce();
    expect(close).toHaveBeenCalledOnce();
  });

  it('tells its end once', () => {
    const { port, typed } = electronPort();
    const close = vi.fn();
    wrapPort(typed).listen({ message: () => undefined, close });
    port.emit('close');
    port.emit('close');
    expect(close).toHaveBeenCalledOnce();
  });
});
