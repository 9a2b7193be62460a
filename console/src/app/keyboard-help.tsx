import { Kbd, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { Facts } from '../ui/page.tsx';
import { navigation } from './nav.ts';

const keys = (...names: string[]): ReactNode => (
  <span>
    {names.map((name) => (
      <Kbd key={name} mr={4}>
        {name}
      </Kbd>
    ))}
  </span>
);

export function KeyboardHelp({ onClose }: { readonly onClose: () => void }): ReactNode {
  return (
    <Modal opened onClose={onClose} title="Keyboard">
      <Facts
        of={[
          ['Find anything', keys('Ctrl / ⌘', 'K')],
          ['Next, previous row', keys('j', 'k')],
          ['Open the row', keys('Enter')],
          ['Next, previous page', keys(']', '[')],
          ['Filter', keys('/')],
          ['Close', keys('Esc')],
          ...navigation
            .flatMap(({ items }) => items)
            .map(({ label, key }) => [`Go to ${label}`, keys('g', key)] as const),
        ]}
      />
    </Modal>
  );
}
