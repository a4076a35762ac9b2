import type { Page } from 'playwright-core';
import type { Story } from './stories.ts';

/** Files over the window, as the system reports them while a person drags. */
export async function dragFiles(page: Page, selector: string, event: 'dragover' | 'drop'): Promise<void> {
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['hello'], 'hello.txt', { type: 'text/plain' }));
    return transfer;
  });
  await page.dispatchEvent(selector, event, { dataTransfer: data });
  await data.dispose();
}

/** Brings a story to the moment it is about. */
export async function act(page: Page, what: Story['act']): Promise<void> {
  switch (what) {
    case 'type-code':
      await page.getByRole('combobox').pressSequentially('camp-kitten-dino');
      break;
    case 'type-bad-code':
      await page.getByRole('combobox').pressSequentially('camp-kiten-dinosaur-');
      break;
    case 'drag-files': {
      const card = page.locator('[data-drop]');
      await dragFiles(page, (await card.count()) > 1 ? '[data-drop] >> nth=0' : 'main', 'dragover');
      break;
    }
    case 'open-settings':
      await page.getByRole('button', { name: 'Settings' }).click();
      break;
    case 'open-request':
      await page.getByText('Show what is in it').first().click();
      await page.locator('.contents summary').first().click();
      await page.locator('.contents details > ul > li').first().waitFor();
      break;
    case 'open-failed':
      await page.getByText('could not be copied').first().click();
      break;
    case 'open-status':
      await page.locator('.status-pill').click();
      break;
    case 'open-lanes':
      for (const each of await page.locator('.link-details summary').all()) await each.click();
      break;
    case 'open-renew':
      await page.getByRole('button', { name: 'New code' }).click();
      break;
    case 'open-remove':
      await page.getByRole('button', { name: 'Remove Jonas' }).click();
      break;
    case 'open-own-words':
      if ((await page.locator('.own-words').count()) === 0)
        await page.getByRole('button', { name: 'Settings' }).click();
      await page.getByText('Your six words').click();
      await page.getByText('month').waitFor();
      break;
    case 'open-same-person':
    case 'say-they-differ':
      await page.locator('.person-check button').first().click();
      await page.getByText('mushroom').waitFor();
      if (what === 'say-they-differ') await page.getByRole('button', { name: 'They differ' }).click();
      break;
    case undefined:
  }
}
