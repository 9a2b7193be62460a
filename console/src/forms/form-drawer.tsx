import { Button, Drawer } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useCallback, type FormEvent, type ReactNode } from 'react';
import type { Path } from '../lib/paths.ts';
import { isConflict } from '../lib/problems.ts';
import { useRefusal } from '../lib/session.ts';
import { useGo } from '../ui/link.tsx';
import { Trouble } from '../ui/notice.tsx';
import classes from './form.module.css';

type Props = {
  readonly title: string;
  readonly about?: ReactNode;
  /** Where one is once it is closed, if one did not come from there. */
  readonly parent: Path;
  readonly submitLabel: string;
  readonly onSubmit: (event?: FormEvent<HTMLFormElement>) => void;
  readonly isBusy: boolean;
  readonly trouble: unknown;
  /** In place of the trouble where somebody else has changed the thing meanwhile. */
  readonly conflict?: ReactNode;
  readonly permission?: string;
  /** Beside the button that submits. */
  readonly extraActions?: ReactNode;
  readonly children: ReactNode;
};

/** A form beside the page that it belongs to. It is a route: an address opens it, and back closes it. */
export function FormDrawer({
  title,
  about,
  parent,
  submitLabel,
  onSubmit,
  isBusy,
  trouble,
  conflict,
  permission,
  extraActions,
  children,
}: Props): ReactNode {
  const close = useClose(parent);
  const reason = useRefusal(permission);
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={480}
      title={title}
      classNames={{ content: classes.content ?? '', body: classes.drawerBody ?? '' }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <form className={classes.form} onSubmit={onSubmit} noValidate aria-label={title}>
        <div className={classes.fields}>
          {about !== undefined && <p className={classes.about}>{about}</p>}
          {trouble !== null &&
            (isConflict(trouble) && conflict !== undefined ? (
              conflict
            ) : (
              <Trouble error={trouble} />
            ))}
          {children}
        </div>
        <div className={classes.foot}>
          {reason !== null && <span className={classes.reason}>{reason}</span>}
          <Button variant="default" size="sm" onClick={close}>
            Cancel
          </Button>
          {extraActions}
          <Button type="submit" size="sm" loading={isBusy} disabled={reason !== null}>
            {submitLabel}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}

/** Back to where it was opened from, with its filters and scroll position; else to the parent page. */
export function useClose(parent: Path): () => void {
  const router = useRouter();
  const go = useGo();
  return useCallback(() => {
    if (router.history.canGoBack()) router.history.back();
    else go(parent, { replace: true, inPlace: true });
  }, [router, go, parent]);
}
