import { afterEach, expect, test, vi } from 'vitest';
import { createTelling } from '../../../../src/main/transfer/telling.ts';

afterEach(() => vi.restoreAllMocks());

const settled = () => new Promise<void>((done) => setImmediate(done));

test('listeners hear after the present turn, in order, also of what one of them causes', async () => {
  const heard: string[] = [];
  const telling = createTelling((error) => heard.push(String(error)));
  telling.tell(() => {
    heard.push('first');
    telling.tell(() => heard.push('caused by the first'));
  });
  telling.tell(() => heard.push('second'));
  expect(heard).toEqual([]);
  await settled();
  expect(heard).toEqual(['first', 'second', 'caused by the first']);
  telling.tell(() => heard.push('later'));
  await settled();
  expect(heard).toContain('later');
});

test('what one throws is reported, and the others hear all the same', async () => {
  const heard: string[] = [];
  const telling = createTelling((error) => heard.push(`reported ${error}`));
  telling.tell(() => {
    throw new Error('broken');
  });
  telling.tell(() => heard.push('second'));
  await settled();
  expect(heard).toEqual(['reported Error: broken', 'second']);
});

test('a report that throws itself is left to the process', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue(undefined);
  const telling = createTelling(() => {
    throw new Error('nobody to tell');
  });
  const broken = new Error('broken');
  telling.tell(() => {
    throw broken;
  });
  await settled();
  expect(warn).toHaveBeenCalledExactlyOnceWith(broken);
});

test('at the end all is told that waits, and nothing after it', async () => {
  const heard: string[] = [];
  const telling = createTelling(() => undefined);
  telling.tell(() => heard.push('waits'));
  telling.finish();
  expect(heard).toEqual(['waits']);
  telling.tell(() => heard.push('too late'));
  await settled();
  expect(heard).toEqual(['waits']);
});
