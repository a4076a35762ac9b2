import { afterEach, expect, test } from 'vitest';
import { startTestBroker } from '../../support/broker-aedes.ts';
import { everybodyLeaves, joinAs, makeTestRoom } from '../../support/connect-person.ts';

afterEach(everybodyLeaves);

test('two people meet and exchange messages', async () => {
  const broker = await startTestBroker();
  const room = makeTestRoom();
  const ada = joinAs('Ada', room, { brokers: [broker.url] });
  await ada.until('the broker is connected', (view) => view.brokers[0]?.state === 'connected');
  const ben = joinAs('Ben', room, { brokers: [broker.url] });
  const [toBen, toAda] = await Promise.all([ada.untilLinked(), ben.untilLinked()]);
  const got = new Promise<Uint8Array>((done) =>
    toAda.listen({ message: done, drain: () => undefined, close: () => undefined }),
  );
  toBen.send(new Uint8Array([1, 2, 3]));
  expect(await got).toEqual(new Uint8Array([1, 2, 3]));
  console.log(broker.published.length, JSON.stringify(ada.room.diagnostics()));
  await everybodyLeaves();
  await broker.close();
});
