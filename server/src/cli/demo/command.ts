import { type Command, InvalidArgumentError } from 'commander';
import type { Settings } from '../settings.ts';
import { demo } from './demo.ts';

const help = `
Starts a server on a throw-away database, fills it through the API with a sample company – customers with departments
of their own, people with several keys, one payer for several of them, a month of LLM requests, some of which nobody
owns, and what came since – bills the month, records payments, and prints the whole chain: who is who, one request
followed to the statement it ends on, what nobody owns yet, invoices, what everybody owes, and the proof. Then it keeps
serving, for you to look around.

It touches nothing that is there: its own database in a temporary folder, gone when it stops, and a free port
unless PORT is set.

Examples:
  customary demo
  PORT=8788 customary demo
`;

const EVENTS = 8_000;
const EVENTS_MAX = 1_000_000;

export function addDemoCommand(customary: Command, settings: () => Settings): void {
  customary
    .command('demo')
    .description('show the whole chain on a sample company, on a throw-away database')
    .option('--once', 'stop when everything is shown')
    .option('--events <n>', 'requests to make up for a month', wholeNumber, EVENTS)
    .addHelpText('after', help)
    .action(async (given: { once?: true; events: number }) => {
      const portIsSet = (process.env['PORT'] ?? '').trim() !== '';
      await demo(
        settings(),
        { once: given.once === true, events: given.events, portIsSet },
        process.stdout,
        process.env,
      );
    });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 100 && value <= EVENTS_MAX) return value;
  throw new InvalidArgumentError(`Expected a whole number from 100 to ${EVENTS_MAX}.`);
}
