import { describe, expect, it, vi } from 'vitest';
import { createCodec } from '../../support/electron/codec.ts';
import { ipcMain } from '../../support/electron/ipc.ts';
import { PortMain } from '../../support/electron/port.ts';
import { protocol } from '../../support/electron/protocol.ts';
import { session } from '../../support/electron/session.ts';
import { Window } from '../../support/electron/window.ts';

/** The stand-in for Electron trips where Electron would: what the documents say, and naive ones get wrong. */

function port() {
  const sent: unknown[] = [];
  const made = new PortMain({ message: (data) => sent.push(data), close: () => sent.push('closed') });
  const heard = vi.fn();
  const closed = vi.fn();
  made.on('message', ({ data }) => heard(data));
  made.on('close', closed);
  return { port: made, sent, heard, closed };
}

const later = () => new Promise((done) => setImmediate(done));

describe('a port of main', () => {
  it('keeps what comes until it is started, in order', async () => {
    const { port: made, heard } = port();
    made.deliver(1);
    made.deliver(2);
    await later();
    expect(heard).not.toHaveBeenCalled();
    made.start();
    made.deliver(3);
    await later();
    expect(heard.mock.calls).toEqual([[1], [2], [3]]);
  });

  it('tells its end later, once, and sends nothing afterwards', async () => {
    const { port: made, closed, sent } = port();
    made.close();
    expect(closed).not.toHaveBeenCalled();
    made.postMessage('too late');
    made.ended();
    await later();
    expect(closed).toHaveBeenCalledOnce();
    expect(sent).toEqual(['closed']);
  });

  it('refuses buffers in the transfer list', () => {
    const { port: made } = port();
    expect(() => made.postMessage('bytes', [new ArrayBuffer(8)])).toThrow(TypeError);
  });
});

describe('what crosses between the processes', () => {
  const codec = createCodec();
  const cross = (value: unknown) => codec.decode(codec.encode(value));

  it('is a copy, without prototypes', () => {
    class Point {
      x = 1;
      get double() {
        return this.x * 2;
      }
    }
    const value = { point: new Point(), list: [undefined, null, Number.NaN, 'a'], when: new Date(5) };
    const copy = cross(value);
    expect(copy).toEqual({ point: { x: 1 }, list: [undefined, null, Number.NaN, 'a'], when: new Date(5) });
    expect(Object.getPrototypeOf((copy as typeof value).point)).toBe(Object.prototype);
  });

  it('takes the whole buffer behind a view along, and counts it', () => {
    let cloned = 0;
    const view = new Uint8Array(1000).fill(7).subarray(10, 20);
    const frame = codec.encode({ view }, (bytes) => {
      cloned += bytes;
    });
    expect(cloned).toBe(1000);
    const copy = codec.decode(frame) as { view: Uint8Array };
    expect([...copy.view]).toEqual([...view]);
    expect(copy.view.buffer.byteLength).toBe(1000);
  });

  it.each([() => 1, Symbol('s'), { inside: () => 1 }, new Map()])('is refused: %s', (value) => {
    expect(() => codec.encode(value)).toThrow(expect.objectContaining({ name: 'DataCloneError' }));
  });
});

describe('before the app is ready', () => {
  it('no window, no protocol and no session can be had', () => {
    expect(() => new Window()).toThrow(/before the app is ready/);
    expect(() => protocol.handle('app', () => new Response())).toThrow(/before the app is ready/);
    expect(() => session.defaultSession).toThrow(/before the app is ready/);
  });
});

describe('a channel', () => {
  it('has one handler', () => {
    ipcMain.handle('once', () => undefined);
    expect(() => ipcMain.handle('once', () => undefined)).toThrow(/second handler for 'once'/);
  });
});
