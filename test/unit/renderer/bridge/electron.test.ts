import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createElectronBridge } from '../../../../src/renderer/bridge/electron.ts';
import type { PortMessage, PortPurpose } from '../../../../src/shared/bridge.ts';
import type { PortHandOver, PreloadApi } from '../../../../src/shared/preload-api.ts';
import { ReasonError } from '../../../../src/shared/reasons.ts';
import { openGuard } from '../../../../src/shared/room-guard.ts';

const summary = { id: 's', title: 'a.txt', topLevelEntries: 1, files: 1, folders: 0, bytes: 3, again: false };
const purpose: PortPurpose = { kind: 'source', source: 's' };
const handedOver: MessagePort[] = [];

afterEach(() => {
  for (const port of handedOver.splice(0)) port.close();
});

function setUp(answer: unknown = { value: {} }) {
  const listeners = new Set<(name: string, data: unknown) => void>();
  const preloadApi = {
    call: vi.fn(async (_name: string, _input: unknown) => answer),
    onEvent(listener: (name: string, data: unknown) => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    sourceFromFiles: vi.fn(async (_files: readonly File[]) => answer),
  } satisfies PreloadApi<File>;
  const handOver = vi.fn((_message: PortHandOver, port: MessagePort) => {
    handedOver.push(port);
  });
  return { preloadApi, handOver, listeners, bridge: createElectronBridge(preloadApi, handOver) };
}

describe('calls', () => {
  it('resolve with the checked value', async () => {
    const room = { code: 'a-b-c-d-e', topic: 't', sealingKey: 'k' };
    const { bridge, preloadApi } = setUp({ value: { ...room, more: 'is left out' } });
    expect(await bridge.call('roomJoin', { code: 'x' })).toEqual(room);
    expect(preloadApi.call.mock.calls).toEqual([['roomJoin', { code: 'x' }]]);
  });

  it('reject with the reason', async () => {
    const { bridge } = setUp({ reason: { code: 'code-word', detail: { word: 'aple' } } });
    const error: unknown = await bridge.call('roomJoin', { code: 'x' }).catch((failed: unknown) => failed);
    if (!(error instanceof ReasonError)) throw new Error('no reason');
    expect(error.reason).toEqual({ code: 'code-word', detail: { word: 'aple' } });
  });

  it.each([['text'], [{}], [{ value: { code: 1 } }], [{ reason: { code: 'no such code' } }]])(
    'reject what is no answer: %j',
    async (answer) => {
      await expect(setUp(answer).bridge.call('roomJoin', { code: 'x' })).rejects.toThrow();
    },
  );
});

describe('events', () => {
  it('reach the listeners of their name until they stop listening', () => {
    const { bridge, listeners } = setUp();
    const onRoom = vi.fn();
    const stop = bridge.on('room', onRoom);
    for (const listener of listeners) {
      listener('room', { room: null, guard: openGuard });
      listener('transferGone', { id: 't' });
    }
    expect(onRoom.mock.calls).toEqual([[{ room: null, guard: openGuard }]]);
    stop();
    expect(listeners.size).toBe(0);
  });
});

describe('a port', () => {
  it('carries bytes and credit both ways, the far end handed over with its purpose', async () => {
    const { bridge, handOver } = setUp();
    const port = bridge.openPort(purpose);
    expect(handOver.mock.calls[0]?.[0]).toEqual({ roomdrop: 'port', purpose });
    const far = handedOver[0];
    if (!far) throw new Error('no port');

    const arrived: PortMessage[] = [];
    const ended = new Promise<void>((done) =>
      port.listen({ message: (message) => arrived.push(message), close: done }),
    );
    port.post(new Uint8Array([1, 2]));
    port.post({ drained: 2 });
    far.start();
    const received: unknown[] = [];
    far.addEventListener('message', (event) => received.push(event.data));
    await vi.waitFor(() => expect(received).toEqual([new Uint8Array([1, 2]), { drained: 2 }]));

    far.postMessage(new Uint8Array([3]));
    far.postMessage('no message of ours');
    far.postMessage(new Uint8Array([4]));
    await vi.waitFor(() => expect(arrived).toEqual([new Uint8Array([3]), new Uint8Array([4])]));
    far.close();
    await ended;
  });

  it('that is closed closes the far end', async () => {
    const { bridge } = setUp();
    const port = bridge.openPort(purpose);
    const far = handedOver[0];
    if (!far) throw new Error('no port');
    const ended = once(far, 'close');
    port.close();
    await ended;
  });
});

describe('files', () => {
  const files = [new File(['abc'], 'a.txt')];

  it('of an input become a source by way of the preloadApi', async () => {
    const { bridge, preloadApi } = setUp({ value: summary });
    expect(await bridge.fromInput(files)).toEqual(summary);
    expect(preloadApi.sourceFromFiles.mock.calls).toEqual([[files]]);
  });

  it('that are none are nothing to send', async () => {
    const { bridge, preloadApi } = setUp();
    await expect(bridge.fromInput([])).rejects.toMatchObject({ reason: { code: 'nothing-to-send' } });
    expect(preloadApi.sourceFromFiles).not.toHaveBeenCalled();
  });

  it('that main refuses reject with its reason', async () => {
    const { bridge } = setUp({ reason: { code: 'path-unreadable' } });
    await expect(bridge.fromInput(files)).rejects.toMatchObject({ reason: { code: 'path-unreadable' } });
  });
});
