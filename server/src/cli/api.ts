import { Customary, CustomaryConnectionError, CustomaryProblem } from '@customary/sdk';
import { OperatorError, type Settings } from './settings.ts';

/** Commands that work through the API, from any machine, like any other client of it. */

export type ApiOptions = { url?: string; key?: string };

export const apiHelp = `
The server and the key:
  --url    default: http://HOST:PORT of the settings, http://127.0.0.1:8787 unless they say otherwise
  --key    default: CUSTOMARY_API_KEY of the environment, which keeps the key out of the list of processes
`;

/** A client whose server has answered. */
export async function connectApi(
  settings: Settings,
  options: ApiOptions,
  env: NodeJS.ProcessEnv,
): Promise<Customary> {
  const baseUrl = options.url ?? addressOf(settings);
  const apiKey = options.key ?? env['CUSTOMARY_API_KEY'];
  if (apiKey === undefined || apiKey.trim() === '') {
    throw new OperatorError(
      'Give an API key in CUSTOMARY_API_KEY or with --key. "customary keys create --name cli --permissions admin" makes one.',
    );
  }
  await requireServer(baseUrl);
  return new Customary({ baseUrl, apiKey });
}

export function addressOf({ host, port }: Settings): string {
  const isAny = host === '0.0.0.0' || host === '::';
  return `http://${isAny ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Nothing to wait for if no server runs: said at once, not after the client's retries. */
async function requireServer(baseUrl: string): Promise<void> {
  const address = baseUrl.replace(/\/+$/, '');
  if (!URL.canParse(address))
    throw new OperatorError(
      `--url must be an address such as http://127.0.0.1:8787, not ${address}`,
    );
  const answer = await fetch(`${address}/readyz`, { signal: AbortSignal.timeout(10_000) }).catch(
    () => null,
  );
  if (answer?.ok === true) return;
  throw new OperatorError(
    answer === null
      ? `No Customary answers at ${address}. Start one ("npm start"), or name another with --url.`
      : `What answers at ${address} is not a Customary that is ready (${answer.status} from /readyz).`,
  );
}

/** What the API refuses is for the reader, without a stack. */
export function isForReader(error: unknown): error is Error {
  return (
    error instanceof OperatorError ||
    error instanceof CustomaryProblem ||
    error instanceof CustomaryConnectionError
  );
}
