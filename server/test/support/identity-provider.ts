import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

export const CLIENT = { clientId: 'customary', clientSecret: 'a secret between the two of us' };

export type IdentityProvider = {
  issuer: string;
  /** Who is signed in there from now on. */
  user: { sub: string; email: string; emailVerified: boolean };
  /**
   * What a browser does there: follows the address that we sent it to, agrees, and answers the address that it is sent
   * back to.
   */
  visit(url: string, answer?: 'agree' | 'refuse'): Promise<URL>;
  close(): Promise<void>;
};

/** A real provider of OpenID Connect, whose user agrees to everything. */
export async function identityProvider(redirectUri: string): Promise<IdentityProvider> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const user = { sub: 'sub-ada', email: 'ada@example.com', emailVerified: true };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: [redirectUri],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['of the provider'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    findAccount: (_context, accountId) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        name: 'Ada of the Directory',
        email: user.email,
        email_verified: user.emailVerified,
      }),
    }),
  });
  const handle = provider.callback();
  server.on('request', (request, response) => {
    const isInteraction = request.url?.startsWith('/interaction/') === true;
    void (isInteraction ? interact(provider, user, request, response) : handle(request, response));
  });
  return {
    issuer,
    user,
    visit: (url, answer = 'agree') => visit(new URL(url), issuer, answer),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Exchange = Parameters<ReturnType<Provider['callback']>>;

/** Signs the user in and grants what is asked, or refuses; whatever the provider wants to know first. */
async function interact(
  provider: Provider,
  user: IdentityProvider['user'],
  request: Exchange[0],
  response: Exchange[1],
): Promise<void> {
  const { prompt, params } = await provider.interactionDetails(request, response);
  const finish = (result: Record<string, unknown>) =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  if (request.headers['x-answer'] === 'refuse')
    return finish({ error: 'access_denied', error_description: 'The user said no' });
  if (prompt.name === 'login') return finish({ login: { accountId: user.sub } });
  const grant = new provider.Grant({ accountId: user.sub, clientId: String(params['client_id']) });
  grant.addOIDCScope(String(params['scope']));
  return finish({ consent: { grantId: await grant.save() } });
}

async function visit(start: URL, issuer: string, answer: string): Promise<URL> {
  const jar = new Map<string, string>();
  let at = start;
  for (let hops = 0; at.origin === issuer && hops < 10; hops += 1) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await fetch(at, { redirect: 'manual', headers: { cookie, 'x-answer': answer } });
    for (const line of reply.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      jar.set(name, value);
    }
    const location = reply.headers.get('location');
    if (location === null) throw new Error(`The provider answers ${reply.status} at ${at.href}`);
    at = new URL(location, at);
  }
  return at;
}
