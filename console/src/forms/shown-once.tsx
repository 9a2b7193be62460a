import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { Action } from '../ui/action.tsx';
import { Copyable } from '../ui/values.tsx';

/** A secret that is shown once: in no address, in no cache, and gone when it is closed. */
export function ShownOnce({
  title,
  secret,
  children,
  onClose,
}: {
  readonly title: string;
  readonly secret: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
}): ReactNode {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p style={{ marginTop: 0 }}>{children}</p>
      <Copyable value={secret} shown={secret} label="Copy" />
      <div style={{ marginTop: 18, textAlign: 'right' }}>
        <Action size="sm" onClick={onClose}>
          I have kept it
        </Action>
      </div>
    </Modal>
  );
}
