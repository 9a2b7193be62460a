import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Picker } from '../../forms/picker.tsx';
import { organizationSource } from '../../lib/choices.ts';
import { plural } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { today } from '../../lib/times.ts';
import { Link } from '../../ui/link.tsx';
import { Facts } from '../../ui/page.tsx';
import { Time } from '../../ui/values.tsx';
import { UpcomingInvoices } from '../invoices/upcoming.tsx';
import { invoicesQuery } from '../invoices/queries.ts';
import { unclassifiedQuery } from '../unclassified/queries.ts';
import { billingRunsQuery } from './queries.ts';

/** What to know before a run of a month is started: what it finds, and what it would write for a customer. */
export function RunPreview({ period }: { readonly period: string }): ReactNode {
  const runs = useQuery({ ...billingRunsQuery({ period })(undefined), enabled: period !== '' });
  const drafts = useQuery({
    ...invoicesQuery({ period, status: 'draft' })(undefined),
    enabled: period !== '',
  });
  const unclassified = useQuery(unclassifiedQuery({})(undefined));
  const [payerId, setPayerId] = useState<string | null>(null);
  const last = runs.data?.items[0];
  return (
    <>
      <Facts
        of={[
          ['The month', monthText(period)],
          [
            'Last run of it',
            last === undefined ? (
              'none'
            ) : (
              <Link key="last" path={paths.billingRun(last.id)}>
                <Time value={last.createdAt} />
              </Link>
            ),
          ],
          ['Drafts of it', counted(drafts.data, 'draft', 'brought up to date')],
          ['Unclassified', counted(unclassified.data, 'identifier', 'left out until claimed')],
        ]}
      />
      <Picker
        source={organizationSource}
        label="Look at a customer first"
        description="What its running cycle would come to, if it ended now."
        value={payerId}
        onChange={setPayerId}
      />
      {payerId !== null && <UpcomingInvoices organizationId={payerId} />}
    </>
  );
}

function monthText(period: string): string {
  const now = today().slice(0, period.length);
  if (period === now) return 'is running: cycles that have not ended are left out';
  return period > now ? 'has not begun' : 'has ended';
}

type Counted = { readonly items: readonly unknown[]; readonly nextCursor: string | null };

function counted(page: Counted | undefined, one: string, what: string): string {
  if (page === undefined) return '…';
  const { length } = page.items;
  if (length === 0) return 'none';
  return `${page.nextCursor === null ? '' : 'more than '}${plural(length, one)}, ${what}`;
}
