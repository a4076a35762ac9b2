import type { BrowserContext } from 'playwright-core';

/**
 * What fits with the fonts of one machine overflows with those of another. `ROOMDROP_TEST_FONT=narrow npm test` and
 * `ROOMDROP_TEST_FONT=wide npm test` show every page as a machine with narrow or wide fonts would. No font has to be
 * installed for it: where the machine has none of the kind, its own is tightened or spread to the same mean width.
 */
export const fontWidths = ['narrow', 'wide'] as const;
export type FontWidth = (typeof fontWidths)[number];

/** Mean width of a letter in ems: that of Arial Narrow, and a little more than that of DejaVu Sans and Verdana. */
export const meanEms = { narrow: 0.45, wide: 0.62 } as const;
export const sampleText = 'the quick brown fox jumps over the lazy dog 0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ';

const families = {
  narrow: '"Arial Narrow", "Liberation Sans Narrow", "DejaVu Sans Condensed", sans-serif',
  wide: 'Verdana, "DejaVu Sans", sans-serif',
} as const;

/** What the environment asks for; null leaves the machine's own fonts. */
export function askedFontWidth(): FontWidth | null {
  const asked = process.env.ROOMDROP_TEST_FONT;
  if (asked === undefined || asked === '') return null;
  const known = fontWidths.find((width) => width === asked);
  if (!known) throw new Error(`ROOMDROP_TEST_FONT is ${fontWidths.join(' or ')}, not "${asked}"`);
  return known;
}

/** For all pages that the context will open. By a constructed style sheet, which the page's policy lets through. */
export async function forceFont(context: BrowserContext, width: FontWidth | null = askedFontWidth()): Promise<void> {
  if (width === null) return;
  await context.addInitScript(
    ({ family, mean, sample }) => {
      const measuring = new OffscreenCanvas(1, 1).getContext('2d');
      if (!measuring) throw new Error('no canvas to measure a font with');
      measuring.font = `100px ${family}`;
      const spacing = mean - measuring.measureText(sample).width / 100 / sample.length;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        `*, ::before, ::after, ::placeholder { font-family: ${family} !important; letter-spacing: ${spacing}em !important; }`,
      );
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    },
    { family: families[width], mean: meanEms[width], sample: sampleText },
  );
}
