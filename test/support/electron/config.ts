/** What the test tells a stand-in that it starts, in its environment. */
export interface StandInConfig {
  /** The built `out/main/electron.js`; absolute. */
  readonly main: string;
  /** Chromium's executable and the switches that every test uses. */
  readonly chromium: string;
  readonly flags: readonly string[];
  readonly packaged: boolean;
  readonly args: readonly string[];
  /** Events of `app` before `ready`, as macOS sends them to an app that it opens a file with. */
  readonly early: readonly (readonly ['open-file' | 'open-url', string])[];
}

const variable = 'ROOMDROP_STAND_IN';

export function toEnvironment(config: StandInConfig): Record<string, string> {
  return { [variable]: JSON.stringify(config) };
}

export const config: StandInConfig = JSON.parse(process.env[variable] ?? '{}');

/** What a stand-in tells its test, over Node's channel between parent and child. */
export type ToTest =
  | { kind: 'chromium'; endpoint: string }
  | { kind: 'evaluated'; id: number; value: unknown }
  | { kind: 'failed'; id: number; message: string };
/** `source` is a function of the `electron` module and one argument, as Playwright's `ElectronApplication.evaluate`. */
export type ToStandIn = { kind: 'evaluate'; id: number; source: string; argument: unknown };

export function tellTest(message: ToTest): void {
  process.send?.(message);
}
