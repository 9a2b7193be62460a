import { describe, expectTypeOf, it } from 'vitest';
import type { IdentifiedEvent } from '../src/events.ts';
import { Customary, type EventBatcher, type Pages } from '../src/index.ts';
import type { Resources } from './fixtures/generated/resources.gen.ts';
import type * as Sample from './fixtures/generated/types.gen.ts';

type Organizations = Resources['organizations'];

// Checked by `tsc -p sdk`; at run time these tests only say that the modules load.
describe('generated types', () => {
  it('have what is answered and what is asked for', () => {
    expectTypeOf<Sample.Organization['parentId']>().toEqualTypeOf<string | null>();
    expectTypeOf<Sample.Organization['billing']>().toEqualTypeOf<Sample.BillingAddress | null>();
    expectTypeOf<Sample.Organization['invoiceGrouping']>().toEqualTypeOf<
      'perPayer' | 'perSubscription'
    >();
    expectTypeOf<Sample.Organization['metadata']>().toEqualTypeOf<Record<string, string>>();
    expectTypeOf<Sample.OrganizationTree['children']>().toEqualTypeOf<Sample.OrganizationTree[]>();
    expectTypeOf<Sample.Range>().toEqualTypeOf<[string, string | null]>();
    expectTypeOf<Sample.EventInput['measures']>().toEqualTypeOf<Record<string, number | string>>();
  });

  it('need no field that has a default', () => {
    expectTypeOf<{ name: string }>().toExtend<Sample.NewOrganization>();
    expectTypeOf<{
      name: string;
      parentId: null;
      currency: undefined;
    }>().toExtend<Sample.NewOrganization>();
    expectTypeOf<{ currency: string }>().not.toExtend<Sample.NewOrganization>();
  });

  it('tell a union by its kind', () => {
    type Hop = Sample.EventTrace['hops'][number];
    expectTypeOf<Extract<Hop, { kind: 'subscription' }>['status']>().toEqualTypeOf<
      'active' | 'paused' | 'ended'
    >();
  });
});

describe('generated operations', () => {
  it('take path parameters, the body, the query, then options', () => {
    expectTypeOf<Parameters<Organizations['get']>[0]>().toEqualTypeOf<string>();
    expectTypeOf<
      Parameters<Organizations['update']>[1]
    >().toEqualTypeOf<Sample.OrganizationPatch>();
    expectTypeOf<
      Parameters<Resources['usage']['query']>[0]
    >().toEqualTypeOf<Sample.UsageQueryQuery>();
    expectTypeOf<[]>().toExtend<Parameters<Organizations['list']>>();
    expectTypeOf<[]>().not.toExtend<Parameters<Resources['usage']['query']>>();
  });

  it('take the options that they declare, and no others', () => {
    type Options<
      Method extends (...values: never[]) => unknown,
      At extends 1 | 2,
    > = keyof NonNullable<Parameters<Method>[At]>;
    type Always = 'signal' | 'timeoutMs' | 'retriesMax';
    expectTypeOf<Options<Organizations['get'], 1>>().toEqualTypeOf<Always>();
    expectTypeOf<Options<Organizations['create'], 1>>().toEqualTypeOf<Always | 'idempotencyKey'>();
    expectTypeOf<Options<Organizations['update'], 2>>().toEqualTypeOf<Always | 'ifMatch'>();
    expectTypeOf<Options<Resources['credentials']['move'], 2>>().toEqualTypeOf<
      Always | 'ifMatch' | 'idempotencyKey'
    >();
  });

  it('answer what is described', () => {
    expectTypeOf<ReturnType<Organizations['create']>>().toEqualTypeOf<
      Promise<Sample.Organization>
    >();
    expectTypeOf<ReturnType<Organizations['delete']>>().toEqualTypeOf<Promise<void>>();
    expectTypeOf<ReturnType<Resources['invoices']['pdf']>>().toEqualTypeOf<Promise<Uint8Array>>();
    expectTypeOf<ReturnType<Resources['statements']['csv']>>().toEqualTypeOf<Promise<string>>();
  });

  it('answer lists that are awaited and iterated, and other items as they are', () => {
    expectTypeOf<ReturnType<Organizations['list']>>().toEqualTypeOf<
      Pages<Sample.Organization, Sample.OrganizationPage>
    >();
    expectTypeOf<
      Awaited<ReturnType<Organizations['list']>>
    >().toEqualTypeOf<Sample.OrganizationPage>();
    expectTypeOf<ReturnType<Organizations['ancestors']>>().toEqualTypeOf<
      Promise<Sample.OrganizationsAncestorsResult>
    >();
  });
});

describe('the client', () => {
  it('has every resource, and a batcher beside the operations on events', () => {
    const { events, organizations } = new Customary({ baseUrl: '' });
    expectTypeOf(events.batcher).returns.toEqualTypeOf<EventBatcher>();
    expectTypeOf(events.ingest).toBeFunction();
    expectTypeOf(organizations.create).toBeFunction();
  });

  it('sends batched events that the API takes', () => {
    type Taken = Parameters<Customary['events']['ingest']>[0];
    type Sent = IdentifiedEvent;
    expectTypeOf<Sent[]>().toExtend<Taken>();
  });
});
