import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../test/support/chromium.ts';

/** Every picture of the app's icon, from `build/icon.svg` and `build/tray/tray.svg`: `npm run icons`. */
const folder = join(import.meta.dirname, '../build');

/** Where Linux' icon themes look; `hicolor` knows none larger. */
const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512];
const windowsTraySizes = [16, 20, 24, 32, 48];

async function draw(browser: Browser, svg: string, size: number): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const picture = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
  await page.setContent(`<style>*{margin:0}</style><img src="${picture}" width="${size}" height="${size}">`);
  await page.locator('img').evaluate(async (image) => {
    if (image instanceof HTMLImageElement) await image.decode();
  });
  const drawn = await page.screenshot({ omitBackground: true });
  await page.close();
  return drawn;
}

/** An `.ico` that holds PNGs, as Windows reads since Vista. https://en.wikipedia.org/wiki/ICO_(file_format) */
function ico(pictures: readonly { size: number; png: Buffer }[]): Buffer {
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let at = head.length;
  for (const [index, { size, png }] of pictures.entries()) {
    const entry = 6 + 16 * index;
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(png.length, entry + 8);
    head.writeUInt32LE(at, entry + 12);
    at += png.length;
  }
  return Buffer.concat([head, ...pictures.map(({ png }) => png)]);
}

const [svg, traySvg] = await Promise.all(
  ['icon.svg', 'tray/tray.svg'].map((name) => readFile(join(folder, name), 'utf8')),
);
if (!svg || !traySvg) throw new Error('no pictures to draw');
const browser = await launchChromium();
try {
  await mkdir(join(folder, 'icons'), { recursive: true });
  await writeFile(join(folder, 'icon.png'), await draw(browser, svg, 1024));
  for (const size of linuxSizes) {
    await writeFile(join(folder, `icons/${size}x${size}.png`), await draw(browser, svg, size));
  }
  await writeFile(join(folder, 'tray/tray.png'), await draw(browser, svg, 24));
  // macOS colors a template itself: its shape is all that counts.
  await writeFile(join(folder, 'tray/trayTemplate.png'), await draw(browser, traySvg, 18));
  await writeFile(join(folder, 'tray/trayTemplate@2x.png'), await draw(browser, traySvg, 36));
  const pictures: { size: number; png: Buffer }[] = [];
  for (const size of windowsTraySizes) pictures.push({ size, png: await draw(browser, svg, size) });
  await writeFile(join(folder, 'tray/tray.ico'), ico(pictures));
} finally {
  await browser.close();
}
