import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { useRefusal } from '../lib/session.ts';
import type { Path } from '../lib/paths.ts';
import { toRouter } from './link.tsx';
import { Link as RouterLink } from '@tanstack/react-router';

type Props = ButtonProps & {
  readonly children: ReactNode;
  /** What the signed-in person needs to be allowed. */
  readonly permission?: string | undefined;
  /** Why it cannot be done now, whoever asks; null: it can. */
  readonly disabledReason?: string | null | undefined;
  readonly path?: Path | undefined;
  readonly onClick?: (() => void) | undefined;
  readonly type?: 'button' | 'submit';
  readonly 'aria-label'?: string;
};

/** A button or a link that does something. One that may not be used says why, and can still be reached by keyboard. */
export function Action({
  permission,
  disabledReason,
  path,
  onClick,
  children,
  type = 'button',
  ...rest
}: Props): ReactNode {
  const refusal = useRefusal(permission);
  const reason = refusal ?? disabledReason ?? null;
  const reasonId = useId();
  if (reason !== null) {
    return (
      <Tooltip label={reason}>
        <Button
          {...rest}
          type="button"
          data-disabled
          aria-disabled
          aria-label={typeof children === 'string' ? children : undefined}
          aria-describedby={reasonId}
          onClick={(event) => event.preventDefault()}
        >
          {children}
          <span id={reasonId} className="visually-hidden">
            {reason}
          </span>
        </Button>
      </Tooltip>
    );
  }
  if (path !== undefined) {
    return (
      <Button
        {...rest}
        renderRoot={(props) => (
          <RouterLink {...toRouter(path)} preload="intent" resetScroll={false} {...props} />
        )}
      >
        {children}
      </Button>
    );
  }
  return (
    <Button {...rest} type={type} onClick={onClick}>
      {children}
    </Button>
  );
}
