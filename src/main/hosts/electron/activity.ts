export interface Activity {
  readonly transferring: boolean;
  /** 0 to 1, or null when unknown. */
  readonly fraction: number | null;
}

/** What `BrowserWindow.setProgressBar` wants: negative for none, above 1 for "no end known". */
export function progressBar({ transferring, fraction }: Activity): number {
  if (!transferring) return -1;
  return fraction === null ? 2 : Math.min(1, Math.max(0, fraction));
}
