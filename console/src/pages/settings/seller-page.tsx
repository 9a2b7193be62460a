import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { plural } from '../../lib/numbers.ts';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { Card, CardGrid, Facts, Page, Section } from '../../ui/page.tsx';
import { OrDash } from '../../ui/values.tsx';
import { logoQuery, sellerQuery } from './queries.ts';
import { settingsCrumbs, settingsTabs } from './tabs.ts';

/** Who makes out the invoices, and what they say unless a customer has its own. */
export function SellerPage(): ReactNode {
  const { data: seller } = useSuspenseQuery(sellerQuery);
  return (
    <Page
      title="Seller"
      crumbs={settingsCrumbs}
      tabs={settingsTabs}
      about="Who makes out the invoices. What is issued keeps what it said on its day."
      actions={
        <Action path={paths.settingsSellerEdit()} permission="seller.update">
          Edit
        </Action>
      }
    >
      <CardGrid min={340}>
        <Card>
          <Facts
            of={[
              ['Name', seller.name],
              ['Legal name', <OrDash key="legal">{seller.legalName}</OrDash>],
              ['Address', <OrDash key="address">{seller.address.join(', ')}</OrDash>],
              ['Country', <OrDash key="country">{seller.country}</OrDash>],
              ['Tax ID', <OrDash key="tax">{seller.taxId}</OrDash>],
              ['E-mail', <OrDash key="mail">{seller.email}</OrDash>],
              ['Website', <OrDash key="web">{seller.website}</OrDash>],
              ['How to pay', <OrDash key="pay">{seller.remittanceInstructions}</OrDash>],
              [
                'Logo',
                seller.logo === null ? (
                  <OrDash key="logo">{null}</OrDash>
                ) : (
                  <Logo key="logo" {...seller.logo} />
                ),
              ],
            ]}
          />
        </Card>
        <Card>
          <Facts
            of={[
              ['Next invoice', `${seller.invoicePrefix}${pad(seller.nextInvoiceNumber)}`],
              ['Next credit note', `${seller.creditNotePrefix}${pad(seller.nextCreditNoteNumber)}`],
              ['Payment terms', plural(seller.defaultPaymentTermsDays, 'day')],
              ['Currency', seller.defaultCurrency],
              ['Time zone', seller.defaultTimeZone],
              ['Break down by', seller.defaultBreakdown],
              ['Dates and numbers', seller.locale],
              ['Paper', seller.paper],
            ]}
          />
        </Card>
      </CardGrid>
      <Section title="Where it is used">
        <p className="dim" style={{ margin: 0 }}>
          Terms, currency and time zone are those of organizations that are created without their
          own; those that exist keep theirs.
        </p>
      </Section>
      <Outlet />
    </Page>
  );
}

const numberDigits = 6;

const pad = (number: number) => String(number).padStart(numberDigits, '0');

/** The picture needs the session, or the key: it is fetched like anything else. */
function Logo({
  hash,
  mediaType,
}: {
  readonly hash: string;
  readonly mediaType: string;
}): ReactNode {
  const { data: url } = useQuery(logoQuery(hash, mediaType));
  return (
    <span style={{ display: 'inline-block', minHeight: 48 }}>
      {url !== undefined && <img src={url} alt="Logo" style={{ maxHeight: 48, maxWidth: 180 }} />}
    </span>
  );
}
