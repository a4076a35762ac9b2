import { expect, test } from 'vitest';
import { createNotifier } from '../../../src/main/notifier.ts';
import { transferView } from '../../support/ui-views.ts';

function told() {
  const all: string[] = [];
  return { all, notifier: createNotifier((title, body) => all.push(`${title}: ${body}`)) };
}

const incoming = transferView({ direction: 'in', title: 'a.txt' });

test('a request and the end of what comes are told once each, however often they are shown', () => {
  const { all, notifier } = told();
  for (const state of ['offered', 'offered', 'running', 'running', 'done', 'done'] as const) {
    notifier.transfer({ ...incoming, state });
  }
  expect(all).toEqual([expect.stringMatching(/: a\.txt$/), 'Roomdrop: a.txt']);
});

test('what this person sends is told of only when it fails', () => {
  const { all, notifier } = told();
  for (const state of ['offered', 'running', 'done'] as const) {
    notifier.transfer({ ...incoming, direction: 'out', state });
  }
  expect(all).toEqual([]);
  notifier.transfer({ ...incoming, direction: 'out', state: 'failed', reason: { code: 'not-enough-space' } });
  expect(all).toEqual([expect.stringMatching(/^a\.txt: ./)]);
});

test('what is offered again once it was taken off the list is told again', () => {
  const { all, notifier } = told();
  notifier.transfer({ ...incoming, state: 'offered' });
  notifier.transferGone(incoming.id);
  notifier.transfer({ ...incoming, state: 'offered' });
  expect(all).toHaveLength(2);
});
