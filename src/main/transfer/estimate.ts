import type { TransferView } from '../../shared/views.ts';

/** Files of less than this on average cost the time of a file, not of their bytes. */
const smallFileBytes = 32 * 1024;

export interface Pace {
  /** Bytes a second. */
  readonly rate: number;
  /** Files a second. */
  readonly filesRate: number;
  readonly leftBytes: number;
  readonly leftFiles: number;
}

/**
 * How long the rest takes. While small files go, their bytes say nothing: two hundred a second may be 80 bytes a second.
 * Then the files count, as long as what is left is of the same kind; if larger ones are to come nobody can tell.
 */
export function estimate(pace: Pace): Pick<TransferView, 'rate' | 'filesRate' | 'secondsLeft'> {
  const { rate, filesRate, leftBytes, leftFiles } = pace;
  if (filesRate > 0 && rate / filesRate < smallFileBytes) {
    const alike = leftBytes / Math.max(1, leftFiles) < smallFileBytes;
    return { rate, filesRate, secondsLeft: alike ? leftFiles / filesRate : null };
  }
  return { rate, filesRate: 0, secondsLeft: rate > 0 ? leftBytes / rate : null };
}
