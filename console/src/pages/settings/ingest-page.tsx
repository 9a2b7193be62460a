import { useSuspenseQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { paths } from '../../lib/paths.ts';
import { Action } from '../../ui/action.tsx';
import { Link } from '../../ui/link.tsx';
import { CurlExample } from '../../ui/notice.tsx';
import { Card, CardGrid, Facts, Page, Section } from '../../ui/page.tsx';
import { ingestQuery } from './queries.ts';
import { settingsCrumbs, settingsTabs } from './tabs.ts';

export const ingestModes = {
  provision: {
    label: 'Record it',
    about:
      'Where a rule says so, what is unknown is made; else the usage is recorded and waits in the unclassified queue.',
  },
  strict: {
    label: 'Refuse it',
    about: 'The event is refused and kept, so that it can be sent again once the customer exists.',
  },
} as const;

/** What happens to usage that nobody can be found for. */
export function IngestSettingsPage(): ReactNode {
  const { data: settings } = useSuspenseQuery(ingestQuery);
  const mode = ingestModes[settings.mode];
  return (
    <Page
      title="Ingest"
      crumbs={settingsCrumbs}
      tabs={settingsTabs}
      about="What happens to usage whose key, subscriber or organization is unknown."
    >
      <CardGrid min={340}>
        <Card>
          <Section
            title="Unknown identifiers"
            actions={
              <Action
                variant="default"
                path={paths.settingsIngestEdit()}
                permission="ingestSettings.update"
              >
                Edit
              </Action>
            }
          >
            <Facts
              of={[
                ['Usage of an unknown key', mode.label],
                ['That means', mode.about],
                [
                  'Look at',
                  settings.mode === 'strict' ? (
                    <Link key="look" path={paths.rejects({ replayed: 'false' })}>
                      Refused events
                    </Link>
                  ) : (
                    <Link key="look" path={paths.unclassified()}>
                      Unclassified usage
                    </Link>
                  ),
                ],
              ]}
            />
          </Section>
        </Card>
        <Card>
          <CurlExample method="PATCH" path="/v1/ingest-settings" body={{ mode: 'strict' }} />
        </Card>
      </CardGrid>
      <Outlet />
    </Page>
  );
}
