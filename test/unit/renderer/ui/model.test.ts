import { expect, test, vi } from 'vitest';
import { createStore, dismiss, notify } from '../../../../src/renderer/ui/model.ts';

test('listeners hear of each change until they leave', () => {
  const store = createStore();
  const listener = vi.fn();
  const leave = store.subscribe(listener);
  store.set({ detached: true });
  expect(store.get().detached).toBe(true);
  leave();
  store.set({ detached: false });
  expect(listener).toHaveBeenCalledTimes(1);
});

test('what did not change stays the same object', () => {
  const store = createStore();
  const { network } = store.get();
  store.set({ detached: true });
  expect(store.get().network).toBe(network);
});

test('notices: the same sentence once, the oldest make way, each can be dismissed', () => {
  const store = createStore();
  for (const title of ['a', 'b', 'a', 'c', 'd', 'e']) notify(store, { title });
  const titles = () => store.get().notices.map((notice) => notice.title);
  expect(titles()).toEqual(['a', 'c', 'd', 'e']);
  const [first] = store.get().notices;
  dismiss(store, first?.id ?? -1);
  expect(titles()).toEqual(['c', 'd', 'e']);
  expect(new Set(store.get().notices.map((notice) => notice.id)).size).toBe(3);
});
