import { newId } from '../../src/lib/id.ts';
import { hashPassword } from '../../src/lib/passwords.ts';
import type { Role } from '../../src/access/permissions.ts';
import { insertPerson, setPassword } from '../../src/access/people-queries.ts';
import type { Called, TestApp } from './app.ts';

export const PASSWORD = 'correct horse battery staple';

/** What a page of our own sends along. */
export const OWN_PAGE = { 'x-customary-csrf': '1', 'sec-fetch-site': 'same-origin' };

export type Browser = {
  /** What is sent as `Cookie`; empty where there are none. */
  cookies(): string;
  /** Takes cookies up as a browser does, and sends those it has. */
  call(
    method: string,
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Called>;
  signIn(email: string, password?: string): Promise<Called>;
};

/** A browser with our own page open: keeps cookies, sends what such a page sends. */
export function browser(api: TestApp): Browser {
  const jar = new Map<string, string>();
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
  const call: Browser['call'] = async (method, url, body, headers = {}) => {
    const answer = await api.app.inject({
      method: method as 'GET',
      url,
      headers: {
        ...OWN_PAGE,
        ...(jar.size > 0 && { cookie: cookies() }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    const { statusCode: status, headers: received, body: text } = answer;
    const isJson = /^application\/(problem\+)?json/.test(String(received['content-type']));
    return { status, headers: received, text, body: isJson ? JSON.parse(text) : undefined };
  };
  return {
    cookies,
    call,
    signIn: (email, password = PASSWORD) => call('POST', '/auth/sign-in', { email, password }),
  };
}

let hash: Promise<string> | undefined;

/** A person who has joined; answers the id. Everybody has the same password, hashed once. */
export async function newPerson(api: TestApp, role: Role, email: string): Promise<string> {
  const known = await (hash ??= hashPassword(PASSWORD, api.deployment.passwordCost));
  return api.act(async ({ tx, now }) => {
    const id = newId('prs', now);
    const [name = email] = email.split('@');
    await insertPerson(tx, { id, name, email, role, joinedAt: now }, now);
    await setPassword(tx, { id: newId('sgn', now), personId: id, hash: known }, now);
    return id;
  });
}

/** A browser in which a new person of this role is signed in. */
export async function signedInAs(api: TestApp, role: Role): Promise<Browser> {
  const email = `${role}@people.example`;
  await newPerson(api, role, email);
  const open = browser(api);
  const answer = await open.signIn(email);
  if (answer.status !== 200) throw new Error(`${role} cannot sign in: ${answer.text}`);
  return open;
}
