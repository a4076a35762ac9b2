/**
 * Whether Windows' firewall asks when the app first listens. The installer for all users, which puts the app below
 * `Program Files`, has the right to add a rule and does (`build/installer.nsh`); the one for one user has not.
 */
export function firewallWillAsk(
  platform: NodeJS.Platform,
  program: string,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  if (platform !== 'win32') return false;
  const folders = [environment.ProgramFiles, environment['ProgramFiles(x86)'], environment.ProgramW6432];
  return !folders.some((folder) => folder && program.toLowerCase().startsWith(`${folder.toLowerCase()}\\`));
}
