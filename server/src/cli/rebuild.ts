import type { Command } from 'commander';
import { foldUsage, rebuildUsage } from '../usage/fold-actions.ts';
import { openDeployment } from './open.ts';
import { type Out, plural } from './output.ts';
import type { Settings } from './settings.ts';

const help = `
Usage by the hour is derived from events; this makes it anew from them, a day at a time, while the server goes on
running. Whatever it is asked meanwhile is answered exactly. Nothing that was right is written again, so the last line
says whether anything was wrong.

Example:
  customary rebuild
`;

export function addRebuildCommand(customary: Command, settings: () => Settings): void {
  customary
    .command('rebuild')
    .description('make usage by the hour anew from events')
    .addHelpText('after', help)
    .action(() => runRebuild(settings(), process.stdout));
}

async function runRebuild(settings: Settings, out: Out): Promise<void> {
  const say = (line: string) => void out.write(`${line}\n`);
  const opened = await openDeployment({ settings, say, mayJoin: true, connectionsMax: 2 });
  try {
    const { database } = opened.deployment;
    await foldUsage(database);
    const { days, rowsMended } = await rebuildUsage(database, (day, mended) => {
      if (mended > 0) say(`  ${day.slice(0, 10)}: made ${plural(mended, 'row')} right`);
    });
    say(
      rowsMended === 0
        ? `Went through ${plural(days, 'day')} of usage; nothing was wrong.`
        : `Went through ${plural(days, 'day')} of usage and made ${plural(rowsMended, 'row')} right.`,
    );
  } finally {
    await opened.close();
  }
}
