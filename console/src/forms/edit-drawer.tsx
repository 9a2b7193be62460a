import type { UseFormReturnType } from '@mantine/form';
import type { ReactNode } from 'react';
import type { Path } from '../lib/paths.ts';
import { toast } from '../ui/toast.tsx';
import { changed } from './choices.ts';
import { Conflict } from './conflict.tsx';
import { FormDrawer, useClose } from './form-drawer.tsx';
import { useApiForm } from './use-api-form.ts';
import { useVersioned } from './use-versioned.ts';

type Thing = { version: number };
type Values = Record<string, unknown>;

type Props<T extends Thing, V extends Values, Body extends Values> = {
  readonly title: string;
  readonly about?: ReactNode;
  readonly parent: Path;
  readonly permission: string;
  /** As it is when the form is opened. */
  readonly thing: T;
  readonly read: () => Promise<T>;
  readonly valuesOf: (thing: T) => V;
  readonly bodyOf: (values: V) => Body;
  readonly validate?: (values: V) => Partial<Record<string, string>>;
  /** Is given only what differs from what the form began with. */
  readonly update: (changes: Partial<Body>, options: { ifMatch: number }) => Promise<T>;
  readonly saved: string;
  readonly children: (form: UseFormReturnType<V>) => ReactNode;
};

/** Changes a thing that others may be changing as well: `If-Match`, and a friendly 412. */
export function EditDrawer<T extends Thing, V extends Values, Body extends Values>({
  thing,
  read,
  valuesOf,
  bodyOf,
  validate,
  update,
  saved,
  children,
  ...frame
}: Props<T, V, Body>): ReactNode {
  const versioned = useVersioned<T>(thing, read);
  const close = useClose(frame.parent);
  const { form, onSubmit, isBusy, trouble, submit } = useApiForm<V, T>({
    initialValues: valuesOf(thing),
    ...(validate !== undefined && { validate }),
    submit: (values) =>
      update(changed(bodyOf(values), bodyOf(valuesOf(versioned.base))), {
        ifMatch: versioned.version,
      }),
    onConflict: versioned.look,
    onDone: () => {
      toast(saved);
      close();
    },
  });
  return (
    <FormDrawer
      {...frame}
      submitLabel="Save"
      onSubmit={onSubmit}
      isBusy={isBusy}
      trouble={trouble}
      conflict={
        <Conflict
          before={versioned.base}
          now={versioned.now}
          onKeepMine={() => {
            versioned.keepMine();
            submit();
          }}
          onTakeTheirs={() => form.setValues(valuesOf(versioned.takeTheirs()))}
        />
      }
    >
      {children(form)}
    </FormDrawer>
  );
}
