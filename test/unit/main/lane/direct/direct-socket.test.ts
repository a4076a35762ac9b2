import { expect, test } from 'vitest';
import { openDirectSocket } from '../../../../../src/main/lane/direct/direct-socket.ts';

test('a socket that the system refuses is not left behind', () => {
  let closed = 0;
  const none = (): never => {
    throw new Error('not expected');
  };
  const refused = {
    ...{ address: none, trySend: none, getRecvBufferSize: none, setRecvBufferSize: none, setSendBufferSize: none },
    bind() {
      throw new Error('EMFILE');
    },
    on: () => refused,
    async close() {
      closed++;
    },
  };
  const udx = { createSocket: () => refused, createStream: none, seal: none, keyPair: none };
  expect(() => openDirectSocket(udx, () => true)).toThrow('EMFILE');
  expect(closed).toBe(1);
});
