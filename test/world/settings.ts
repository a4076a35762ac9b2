/** What a person has set about the ways to others. */
export interface WorldSettings {
  /** There may be direct lanes. */
  readonly direct: boolean;
}

/** As an app is set at first. */
export const usualSettings: WorldSettings = { direct: true };
