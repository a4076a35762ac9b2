import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '../../app.ts';
import { firewallWillAsk } from './firewall-rule.ts';

/** Says what Windows is about to ask before it asks, once for each installation, when the first room is entered. */
export function tellOfFirewall(application: Pick<App, 'onRoom' | 'notice'>, dataDir: string): void {
  const told = join(dataDir, 'firewall-told');
  if (!firewallWillAsk(process.platform, process.execPath, process.env) || existsSync(told)) return;
  application.onRoom(() => {
    application.notice({ code: 'firewall-will-ask' });
    try {
      writeFileSync(told, '');
    } catch {
      // It is said once more next time.
    }
  });
}
