import { Button, Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { Trouble } from './notice.tsx';

type Props = {
  readonly title: string;
  readonly children: ReactNode;
  readonly confirmLabel: string;
  readonly isDanger?: boolean;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
};

/** Asks before what cannot be taken back with a click, and says what it will do. */
export function Confirm({
  title,
  children,
  confirmLabel,
  isDanger = false,
  isBusy,
  error,
  onConfirm,
  onClose,
}: Props): ReactNode {
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      {children}
      {error !== null && error !== undefined && (
        <div style={{ marginTop: 12 }}>
          <Trouble error={error} />
        </div>
      )}
      <Group justify="flex-end" mt={18} gap={8}>
        <Button variant="default" size="sm" onClick={onClose}>
          Cancel
        </Button>
        <Button
          size="sm"
          loading={isBusy}
          {...(isDanger && { color: 'red.8' })}
          onClick={onConfirm}
        >
          {confirmLabel}
        </Button>
      </Group>
    </Modal>
  );
}
