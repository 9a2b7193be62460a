import type { Customary } from '@customary/sdk';
import type { Sample } from './sample.ts';

/** Every page of the console, as `routes.test.ts` looks at it: add yours here. */
export type Route = { readonly name: string; readonly path: string };

export async function routesOf(api: Customary, sample: Sample): Promise<Route[]> {
  const [first] = (await api.organizations.list({ externalId: 'sample-globex', limit: 1 })).items;
  const organization = first?.id ?? [...sample.organizations.values()][0] ?? '';
  return [{ name: 'overview', path: '/' }, ...organizationRoutes(organization)];
}

function organizationRoutes(id: string): Route[] {
  const one = `/customers/organizations/${id}`;
  return [
    { name: 'organizations', path: '/customers/organizations' },
    { name: 'organizations-none', path: '/customers/organizations?name=nobody' },
    { name: 'organization-new', path: '/customers/organizations/new' },
    { name: 'organization-tree', path: `/customers/tree?focus=${id}` },
    { name: 'organization', path: one },
    { name: 'organization-below', path: `${one}/tree` },
    { name: 'organization-history', path: `${one}/history` },
    { name: 'organization-edit', path: `${one}/edit` },
    { name: 'organization-move', path: `${one}/move` },
    { name: 'organization-bill-to', path: `${one}/bill-to` },
    { name: 'not-found', path: '/nowhere' },
  ];
}
