import type { ApiKeyCreate, CreatedApiKey } from '@customary/sdk';
import { MultiSelect, TextInput } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { FromField } from '../../forms/from-field.tsx';
import { VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { paths } from '../../lib/paths.ts';
import { useMe } from '../../lib/session.ts';
import { fromLocalInput } from '../../lib/times.ts';
import { useGo } from '../../ui/link.tsx';
import { ShownOnce } from '../../forms/shown-once.tsx';
import { apiKeysQuery } from './queries.ts';
import { newApiKeyRoute } from './routes.ts';

const bundles = ['admin', 'billing', 'support', 'statements', 'developer', 'ingest', 'read'];

type Values = { name: string; permissions: string[]; expiresAt: string };

export function NewApiKey(): ReactNode {
  const me = useMe();
  const { like } = newApiKeyRoute.useSearch();
  const { data: known } = useSuspenseQuery(apiKeysQuery({})(undefined));
  const old = known.items.find(({ id }) => id === like);
  const go = useGo();
  const [made, setMade] = useState<CreatedApiKey | null>(null);
  if (made !== null && made.key !== null)
    return (
      <ShownOnce
        title={`The key of ${made.name}`}
        secret={made.key}
        onClose={() => go(paths.settingsApiKeys(), { replace: true, inPlace: true })}
      >
        Copy it now: it is shown once, and kept here as a hash only.
        {old !== undefined &&
          ` ${old.name} (${old.hint}) works until you revoke it: do so once the program uses this one.`}
      </ShownOnce>
    );
  return (
    <VerbDrawer<Values, CreatedApiKey>
      title={old === undefined ? 'New API key' : `Replace ${old.name}`}
      {...(old !== undefined && {
        about: `Another key that may do the same. ${old.name} (${old.hint}) works until you revoke it.`,
      })}
      parent={paths.settingsApiKeys()}
      submitLabel="Create"
      permission="apiKeys.create"
      initialValues={{
        name: old?.name ?? '',
        permissions: old?.permissions ?? [],
        expiresAt: '',
      }}
      validate={({ name, permissions }) => ({
        ...(name.trim() === '' && { name: 'Enter a name.' }),
        ...(permissions.length === 0 && { permissions: 'Pick what it may do.' }),
      })}
      submit={({ name, permissions, expiresAt }) =>
        api().apiKeys.create({
          name: name.trim(),
          permissions: permissions as ApiKeyCreate['permissions'],
          expiresAt: fromLocalInput(expiresAt),
        })
      }
      done="The key was created"
      onDone={setMade}
    >
      {(form) => (
        <>
          <TextInput
            label="Name"
            description="The program that uses it."
            required
            data-autofocus
            {...form.getInputProps('name')}
          />
          <div data-field="permissions">
            <MultiSelect
              label="Permissions"
              description="Bundles or single permissions, none that you lack yourself."
              searchable
              withAsterisk
              hidePickedOptions
              data={[
                { group: 'Bundles', items: bundles },
                { group: 'Permissions', items: [...me.permissions].toSorted() },
              ]}
              {...form.getInputProps('permissions')}
            />
          </div>
          <FromField
            label="Expires"
            description="Empty: never."
            {...form.getInputProps('expiresAt')}
          />
        </>
      )}
    </VerbDrawer>
  );
}
