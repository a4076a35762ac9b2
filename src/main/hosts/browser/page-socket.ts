import * as v from 'valibot';
import type { WebSocket } from 'ws';
import { reasonOf } from '../../../shared/reasons.ts';
import type { PageConnection, PageSession } from '../../host.ts';

const requestSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ id: v.pipe(v.number(), v.safeInteger()), call: v.string(), input: v.unknown() }),
);

/** How long a page that was open before may take to answer a ping, before another one takes its place. */
const aliveTimeoutMs = 2000;

/** The bridge's calls and events over a WebSocket, in JSON. */
export function createPageConnection(socket: WebSocket, closePorts: () => Promise<void>): PageConnection {
  const post = (message: unknown): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  };
  return {
    emit: (event, data) => post({ event, data }),
    alive: () =>
      new Promise((done) => {
        const timer = setTimeout(finish, aliveTimeoutMs, false);
        const onPong = () => finish(true);
        const onClose = () => finish(false);
        function finish(answer: boolean): void {
          clearTimeout(timer);
          socket.off('pong', onPong);
          socket.off('close', onClose);
          done(answer);
        }
        socket.once('pong', onPong);
        socket.once('close', onClose);
        if (socket.readyState === socket.OPEN) socket.ping();
        else finish(false);
      }),
    close() {
      // Without the bridge the page says goodbye, so what main said last on the ports must be there before.
      void closePorts().then(() => socket.close());
    },
  };
}

/** Answers the page's calls until its socket closes; `attached` before the app's page is told that it is it. */
export function serveCalls(socket: WebSocket, session: PageSession, attached: () => void): void {
  socket.on('message', async (data, isBinary) => {
    const request = v.safeParse(requestSchema, isBinary ? '' : data.toString());
    if (!request.success) return socket.close(1008, 'not a call');
    const { id, call, input } = request.output;
    const answer = await session.call(call, input).then(
      (value) => ({ id, value }),
      (error: unknown) => ({ id, reason: reasonOf(error) }),
    );
    if (socket.readyState !== socket.OPEN) return;
    if (call === 'attach' && 'value' in answer) attached();
    socket.send(JSON.stringify(answer));
  });
  socket.on('close', () => session.closed());
}
