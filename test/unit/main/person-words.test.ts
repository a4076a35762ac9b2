import { expect, test } from 'vitest';
import { createPersonWords, derivePersonWords } from '../../../src/main/person-words.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';

/** Words that are made when the test says so. */
function slowly() {
  const made: string[] = [];
  const ends: { words(): void; failure(): void }[] = [];
  const words = createPersonWords(async (key) => {
    made.push(key);
    return new Promise((resolve, reject) => {
      ends.push({ words: () => resolve([key]), failure: () => reject(new Error('no memory')) });
    });
  });
  return { words, made, next: () => ends.shift() };
}

const turn = () => new Promise((done) => setImmediate(done));

test('a key always has the same six words, another key others', async () => {
  const [one, again, other] = await Promise.all([
    derivePersonWords('7Bcrk61eVjv0kyxw4SRQNMNUZ-8u_U1k6_gZaDRn4r8'),
    derivePersonWords('7Bcrk61eVjv0kyxw4SRQNMNUZ-8u_U1k6_gZaDRn4r8'),
    derivePersonWords('7Bcrk61eVjv0kyxw4SRQNMNUZ-8u_U1k6_gZaDRn4r4'),
  ]);
  expect(one).toEqual(['lab', 'maid', 'laptop', 'health', 'alien', 'laundry']);
  expect(again).toEqual(one);
  expect(other).toHaveLength(6);
  expect(other).not.toEqual(one);
});

test('of several that are asked for at once, one is made at a time, and each once', async () => {
  const { words, made, next } = slowly();
  const asked = ['a', 'b', 'a', 'b'].map((key) => words.of(key));
  await turn();
  expect(made).toEqual(['a']);
  next()?.words();
  await turn();
  expect(made).toEqual(['a', 'b']);
  next()?.words();
  expect(await Promise.all(asked)).toEqual([['a'], ['b'], ['a'], ['b']]);
  expect(await words.of('a')).toEqual(['a']);
  expect(made).toEqual(['a', 'b']);
});

test('what could not be made is made anew when it is asked for again, and holds up nobody else', async () => {
  const { words, made, next } = slowly();
  const [failed, other] = [words.of('a'), words.of('b')];
  await turn();
  next()?.failure();
  await expect(failed).rejects.toThrow('no memory');
  next()?.words();
  expect(await other).toEqual(['b']);
  const again = words.of('a');
  await turn();
  next()?.words();
  expect(await again).toEqual(['a']);
  expect(made).toEqual(['a', 'b', 'a']);
});

test('more than a room full at once are refused, and asked for later they are made', async () => {
  const { words, made, next } = slowly();
  const keys = Array.from({ length: limits.personWordsWaiting }, (_, index) => `key-${index}`);
  const asked = keys.map((key) => words.of(key));
  await expect(words.of('one more')).rejects.toMatchObject({ reason: { code: 'request-invalid' } });
  for (const _ of keys) {
    await turn();
    next()?.words();
  }
  await Promise.all(asked);
  const later = words.of('one more');
  await turn();
  next()?.words();
  expect(await later).toEqual(['one more']);
  expect(made).toEqual([...keys, 'one more']);
});

test('those asked about longest ago make room in memory', async () => {
  const made: string[] = [];
  const words = createPersonWords(async (key) => {
    made.push(key);
    return [key];
  });
  await words.of('first');
  await words.of('second');
  for (let index = 2; index < limits.personWordsKept; index++) await words.of(`key-${index}`);
  await words.of('first');
  await words.of('one more');
  made.length = 0;
  await words.of('first');
  expect(made).toEqual([]);
  await words.of('second');
  expect(made).toEqual(['second']);
});
