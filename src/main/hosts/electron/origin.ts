/** The page's own address. `app` is a standard scheme here, so it has an origin of its own. */
export const pageScheme = 'app';
export const pageOrigin = `${pageScheme}://roomdrop`;
export const pageUrl = `${pageOrigin}/index.html`;

/** A URL of our page, or its bare origin, which Chromium gives with and without the slash. */
export function isOwnUrl(url: string): boolean {
  return url === pageOrigin || url.startsWith(`${pageOrigin}/`);
}
