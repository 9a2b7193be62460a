import { newKey } from './key-steps.ts';
import { knownSubscribers, someFrom, standingIds } from './picks.ts';
import { post, type Simulation, take } from './simulation.ts';
import { subscribe } from './subscription-steps.ts';
import { instantOrEver, type Organization, put, since } from './world.ts';

/** Signups, and changes of parents, payers and memberships from some time on. */

export async function signUp(simulation: Simulation): Promise<void> {
  const organization = await newOrganization(simulation);
  if (organization === null) return;
  await newSubscriber(simulation, organization);
  if (simulation.random.chance(0.8)) await subscribe(simulation, organization);
  await newKey(simulation, organization);
}

/** An organization to be made, as it is sent, and as the oracle has it. */
export function newOrganizationBody(simulation: Simulation) {
  const { random, world } = simulation;
  const n = (simulation.named += 1);
  const others = standingIds(simulation);
  const twin = [...world.organizations.values()][0]?.name;
  const name = twin !== undefined && n % 9 === 0 ? twin : `Customer ${n}`;
  const externalId = random.chance(0.6) ? `ext-${n}` : null;
  const domain = random.chance(0.5) ? `customer-${n}.example` : null;
  const parentId = others.length > 0 && random.chance(0.5) ? random.pick(others) : null;
  const edges = { parents: since(parentId), payers: since(null), aliases: since(null) };
  return {
    body: { name, externalId, parentId, associatedDomains: domain === null ? [] : [domain] },
    organization: (id: string): Organization => ({
      id,
      name,
      externalId,
      domain,
      ...structuredClone(edges),
    }),
  };
}

async function newOrganization(simulation: Simulation): Promise<string | null> {
  const { body, organization } = newOrganizationBody(simulation);
  const answer = await take(simulation, {
    label: `organization ${body.name}`,
    call: () => post(simulation, 'organizations', body),
    apply: ({ organizations }, { id }) => {
      organizations.set(id, organization(id));
    },
  });
  return answer?.id ?? null;
}

async function newSubscriber(simulation: Simulation, organization: string) {
  const email = `person-${(simulation.named += 1)}@mail.example`;
  const memberships = [organization];
  if (simulation.random.chance(0.3))
    memberships.push(simulation.random.pick(standingIds(simulation)));
  const organizationIds = [...new Set(memberships)];
  await take(simulation, {
    label: `subscriber ${email}`,
    call: () => post(simulation, 'subscribers', { email, organizationIds }),
    apply: ({ subscribers }, { id }) => {
      subscribers.set(id, { id, email, memberships: since(organizationIds) });
    },
  });
}

export async function changeEdge(simulation: Simulation, edge: 'parents' | 'payers') {
  const { random } = simulation;
  const ids = standingIds(simulation);
  const id = random.pick(ids);
  const other = random.chance(0.2) ? null : random.pick(ids);
  if (other === id) return;
  const from = someFrom(simulation);
  const [verb, field] = edge === 'parents' ? ['move', 'parentId'] : ['bill-to', 'billTo'];
  await take(simulation, {
    label: `${edge} ${id} ${other} ${instantOrEver(from)}`,
    refusals: /chains of payers|cannot be its own descendant/,
    call: () =>
      post(simulation, `organizations/${id}/${verb}`, {
        [field]: other,
        from: instantOrEver(from),
      }),
    apply: ({ organizations }) => {
      const organization = organizations.get(id);
      if (organization) organization[edge] = put(organization[edge], from, other);
    },
  });
}

export async function changeMemberships(simulation: Simulation): Promise<void> {
  const { random } = simulation;
  const id = random.pick(knownSubscribers(simulation));
  const some = random.shuffle(standingIds(simulation)).slice(0, random.integer(1, 3));
  const from = someFrom(simulation);
  await take(simulation, {
    label: `memberships ${id} ${some.join()} ${instantOrEver(from)}`,
    call: () =>
      post(simulation, `subscribers/${id}/memberships`, {
        organizationIds: some,
        from: instantOrEver(from),
      }),
    apply: ({ subscribers }) => {
      const subscriber = subscribers.get(id);
      if (subscriber) subscriber.memberships = put(subscriber.memberships, from, some);
    },
  });
}
