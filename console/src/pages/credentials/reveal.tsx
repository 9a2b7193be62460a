import type { CredentialSecrets } from '@customary/sdk';
import { Button, Modal, TextInput } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { useWrite } from '../../lib/write.ts';
import { Facts } from '../../ui/page.tsx';
import { Trouble, Warning } from '../../ui/notice.tsx';
import { Copyable, Dash } from '../../ui/values.tsx';

const shownMs = 30_000;

/** Shows what is masked everywhere else: on purpose, recorded, and not for long. */
export function Reveal({
  id,
  onClose,
}: {
  readonly id: string;
  readonly onClose: () => void;
}): ReactNode {
  // Kept here alone, and gone with the dialog.
  const [secrets, setSecrets] = useState<CredentialSecrets | null>(null);
  const [reason, setReason] = useState('');
  const reveal = useWrite(
    () => api().credentials.reveal(id, reason.trim() === '' ? null : { reason: reason.trim() }),
    setSecrets,
  );
  useEffect(() => {
    if (secrets === null) return undefined;
    const timer = setTimeout(onClose, shownMs);
    return () => clearTimeout(timer);
  }, [secrets, onClose]);
  return (
    <Modal
      opened
      onClose={onClose}
      title="Reveal the credential ID"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {secrets === null ? (
        <>
          <Warning title="It may be a live key">
            Whoever sees it can use it. That you looked is recorded in the audit log.
          </Warning>
          <TextInput
            mt={12}
            label="Reason"
            description="Kept in the history."
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
          {reveal.error !== null && <Trouble error={reveal.error} />}
          <Button
            mt={16}
            size="sm"
            fullWidth
            loading={reveal.isPending}
            onClick={() => reveal.mutate(undefined)}
          >
            Reveal for half a minute
          </Button>
        </>
      ) : (
        <Facts
          of={[
            [
              'Credential ID',
              <Copyable
                key="id"
                value={secrets.credentialId}
                shown={secrets.credentialId}
                label="Copy the credential ID"
              />,
            ],
            [
              'External Secret',
              secrets.externalSecret === null ? (
                <Dash key="none" />
              ) : (
                <Copyable key="secret" value={secrets.externalSecret} label="Copy the secret" />
              ),
            ],
          ]}
        />
      )}
    </Modal>
  );
}
