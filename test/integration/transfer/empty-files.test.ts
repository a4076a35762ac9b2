import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPair, type Pair, treeOf, writeTree } from '../../support/engine-pair.ts';

let pair: Pair;

beforeEach(async () => {
  pair = await createPair();
});

afterEach(() => pair.close());

test.each([0, 10])(
  'digests of many files of %d bytes share messages: however fast the disk, they are no flood',
  async (size) => {
    const files = 400;
    const outbox = await pair.folders.folder('outbox');
    const content = Buffer.alloc(size);
    await writeTree(outbox, Object.fromEntries(Array.from({ length: files }, (_, at) => [`many/${at}`, content])));
    const said: string[] = [];
    pair.connect({
      tamper(message) {
        const type = message[0] === 0 && /"type":"([^"]+)"/.exec(Buffer.from(message).toString())?.[1];
        if (type) said.push(type);
        return message;
      },
    });
    const id = await pair.send(join(outbox, 'many'));
    await pair.bob.reach(id, 'done');
    expect(await treeOf(pair.bob.downloads)).toEqual(await treeOf(outbox));
    expect(said.filter((type) => type === 'digests').length).toBeLessThan(files / 6);
  },
);
