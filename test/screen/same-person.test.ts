import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { asked, createUiStage, refuseNext } from '../support/ui-stage.ts';
import { jonas, mira, ownWords, stranger, theirWords } from '../support/ui-stories/people.ts';

const stage = createUiStage();
let page: Page;

afterEach(() => page.context().close());

const button = (name: string | RegExp) => page.getByRole('button', { name });
const dialog = () => page.getByRole('dialog', { name: 'The same person?' });
const card = (session: string) => page.locator(`[data-session="${session}"]`);

/** What main does with a mark, since there is no main here. */
async function nowKnown(...known: { key: string; name: string }[]): Promise<void> {
  await page.evaluate((people) => {
    const { app } = window.store.get();
    if (app) window.store.set({ app: { ...app, known: people } });
  }, known);
}

describe('comparing words', () => {
  test('the card leads to their words and one’s own, which are made only then', async () => {
    page = await stage.show('room-two');
    expect(await asked(page)).toEqual([]);
    await button('Same person? Compare words with Mira Okafor').press('Enter');
    const theirs = dialog().getByRole('list', { name: 'Mira Okafor reads to you' });
    await expect.poll(() => theirs.getByRole('listitem').allInnerTexts()).toEqual(theirWords);
    const own = dialog().getByRole('list', { name: 'You read to them' });
    await expect.poll(() => own.getByRole('listitem').allInnerTexts()).toEqual(ownWords);
    await dialog().getByText('Read yours to each other by phone: if they match, nobody sits between.').waitFor();
    expect(await asked(page)).toEqual([
      ['personWords', mira.key],
      ['personWords', 'own-key'],
    ]);
  });

  test('when they match, the key is known and the card carries a mark', async () => {
    page = await stage.show('room-two');
    await button(/^Same person\?/).click();
    await button('They match').click();
    await dialog().waitFor({ state: 'detached' });
    expect((await asked(page)).at(-1)).toEqual(['know', mira.key, mira.name]);
    expect(await button(/^Same person\?/).evaluate((check) => check === document.activeElement)).toBe(true);
    await nowKnown({ key: mira.key ?? '', name: mira.name });
    await button('Compared You have compared words with Mira Okafor').waitFor();
  });

  test('when they differ, it says not to send, and nothing is remembered', async () => {
    page = await stage.show('room-two');
    await button(/^Same person\?/).click();
    await button('They differ').click();
    await dialog().getByRole('alert').getByText('Do not send anything to Mira Okafor.').waitFor();
    expect(await button('They match').count()).toBe(0);
    expect((await asked(page)).flat()).not.toContain('know');
    await page.keyboard.press('Enter');
    await dialog().waitFor({ state: 'detached' });
  });

  test('a mark can be taken off, and goes when the words turn out to differ', async () => {
    page = await stage.show('room-known');
    for (const answer of ['Take the mark off', 'They differ']) {
      await card(mira.session)
        .getByRole('button', { name: /^Compared/ })
        .click();
      await button(answer).click();
      await expect.poll(async () => (await asked(page)).at(-1)).toEqual(['unknow', mira.key]);
      if (answer === 'They differ') await dialog().getByRole('alert').getByText('Do not send').waitFor();
      else await dialog().waitFor({ state: 'detached' });
    }
  });

  test('words that cannot be made, and a mark that cannot be kept, are told in the dialog', async () => {
    page = await stage.show('room-two');
    await refuseNext(page, 'internal-error');
    await button(/^Same person\?/).click();
    await dialog().getByRole('alert').first().waitFor();
    expect(await button('They match').isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await button(/^Same person\?/).click();
    await dialog().getByText('mushroom').waitFor();
    await refuseNext(page, 'too-many-known');
    await button('They match').click();
    await dialog().getByText('Roomdrop remembers 1,000 compared people').waitFor();
  });

  test('of two people with one name, the one who is marked keeps the name that is theirs', async () => {
    page = await stage.show('room-namesakes');
    await button(/^Same person\?/)
      .first()
      .click();
    await dialog()
      .getByText(/^Ann · .* reads to you$/)
      .waitFor();
    await button('They match').click();
    await expect.poll(async () => (await asked(page)).at(-1)).toEqual(['know', 'key-ann-1', 'Ann']);
  });

  test('the dialog stays when the other one reloads', async () => {
    page = await stage.show('room-two');
    await button(/^Same person\?/).click();
    await dialog().getByText('mushroom').waitFor();
    await page.evaluate(() => {
      const { network } = window.store.get();
      const members = network.members.map((each) => ({ ...each, session: 'another', key: null }));
      window.store.set({ network: { ...network, members } });
    });
    await page.locator('[data-session="another"]').waitFor();
    await button('They match').click();
    await expect.poll(async () => (await asked(page)).at(-1)).toEqual(['know', mira.key, mira.name]);
  });
});

describe('who is known', () => {
  test('by another name now, says by which before', async () => {
    page = await stage.show('room-known');
    await card(jonas.session).getByText('Known as Jonas Lindqvist').waitFor();
  });

  test('has no second self: another key under that name is loud, on its card and for a screen reader', async () => {
    page = await stage.show('room-known');
    await card(stranger.session).getByText('Not the one you know by this name.').waitFor();
    await card(stranger.session).getByText('Same person?').waitFor();
    expect(await page.getByText('Not the one you know').count()).toBe(1);
    await page.evaluate((key) => {
      const { network } = window.store.get();
      const members = network.members.map((each) => (each.key === key ? { ...each, name: 'MIRA Okafor' } : each));
      window.store.set({ network: { ...network, members } });
    }, stranger.key);
    await page.getByRole('log').getByText('Careful: this is not the MIRA Okafor').waitFor({ state: 'attached' });
  });
});

test('one’s own words stand under the own name, when asked for', async () => {
  page = await stage.show('welcome');
  await page.locator('summary', { hasText: 'Your six words' }).press('Enter');
  const words = page.getByRole('list', { name: 'Your six words' });
  await expect.poll(() => words.getByRole('listitem').allInnerTexts()).toEqual(ownWords);
  await page.context().close();
  page = await stage.show('room-two');
  await button('Settings').click();
  const settings = page.getByRole('dialog', { name: 'Settings' });
  await settings.getByText('Your six words').click();
  await settings.getByText('month').waitFor();
  expect(await asked(page)).toEqual([['personWords', 'own-key']]);
});
