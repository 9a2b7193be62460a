import type { IngestSettings } from '@customary/sdk';
import { Radio } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { EditDrawer } from '../../forms/edit-drawer.tsx';
import { ReasonField, reasonOf } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { ingestModes } from './ingest-page.tsx';
import { ingestQuery } from './queries.ts';

type Values = { mode: IngestSettings['mode']; reason: string };
type Body = { mode: IngestSettings['mode']; reason?: string };

const bodyOf = ({ mode, reason }: Values): Body => ({ mode, ...reasonOf({ reason }) });

export function EditIngestSettings(): ReactNode {
  const { data: settings } = useSuspenseQuery(ingestQuery);
  return (
    <EditDrawer<IngestSettings, Values, Body>
      title="Usage of unknown identifiers"
      about="Holds for what is sent from now on. What is recorded stays recorded."
      parent={paths.settingsIngest()}
      permission="ingestSettings.update"
      thing={settings}
      read={() => api().ingestSettings.get()}
      valuesOf={({ mode }) => ({ mode, reason: '' })}
      bodyOf={bodyOf}
      update={({ mode = settings.mode, reason }, options) =>
        api().ingestSettings.update({ mode, ...(reason !== undefined && { reason }) }, options)
      }
      saved="The setting was saved"
    >
      {(form) => (
        <>
          <Radio.Group label="An event of an unknown key" {...form.getInputProps('mode')}>
            {Object.entries(ingestModes).map(([mode, { label, about }]) => (
              <Radio key={mode} value={mode} label={label} description={about} mt={10} />
            ))}
          </Radio.Group>
          <ReasonField {...form.getInputProps('reason')} />
        </>
      )}
    </EditDrawer>
  );
}
