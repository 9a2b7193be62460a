import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { refusal, useMe } from '../lib/session.ts';
import type { Path } from '../lib/paths.ts';
import { IconDots } from './icons.ts';
import { useGo } from './link.tsx';

export type MenuAction = {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly permission?: string;
  /** Why it cannot be done now; null: it can. */
  readonly disabledReason?: string | null;
  readonly path?: Path;
  readonly onClick?: () => void;
  readonly isDanger?: boolean;
};

/** Further things that can be done. What cannot says why. */
export function ActionMenu({
  label,
  actions,
}: {
  readonly label: string;
  readonly actions: readonly MenuAction[];
}): ReactNode {
  const me = useMe();
  const ids = useId();
  const go = useGo();
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={label}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map((action, index) => {
          const refused = action.permission === undefined ? null : refusal(me, action.permission);
          const reason = refused ?? action.disabledReason ?? null;
          const run = () => {
            if (action.path !== undefined) go(action.path, { inPlace: true });
            action.onClick?.();
          };
          const item = (
            <Menu.Item
              key={action.label}
              leftSection={action.icon}
              {...(action.isDanger === true && { color: 'red' })}
              {...(reason === null
                ? { onClick: run }
                : {
                    'aria-disabled': true,
                    'aria-label': action.label,
                    'aria-describedby': `${ids}-${index}`,
                    'data-disabled': true,
                    closeMenuOnClick: false,
                  })}
            >
              {action.label}
              {reason !== null && (
                <span id={`${ids}-${index}`} className="visually-hidden">
                  {reason}
                </span>
              )}
            </Menu.Item>
          );
          return reason === null ? (
            item
          ) : (
            <Tooltip key={action.label} label={reason} position="left">
              {item}
            </Tooltip>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
