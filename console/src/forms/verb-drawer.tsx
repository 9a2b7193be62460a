import type { UseFormReturnType } from '@mantine/form';
import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Path } from '../lib/paths.ts';
import { toast } from '../ui/toast.tsx';
import { FormDrawer, useClose } from './form-drawer.tsx';
import { useApiForm } from './use-api-form.ts';

type Values = Record<string, unknown>;

type Props<V extends Values, Result> = {
  readonly title: string;
  readonly about?: ReactNode;
  readonly parent: Path;
  readonly submitLabel: string;
  readonly permission: string;
  readonly initialValues: V;
  readonly validate?: (values: V) => Partial<Record<string, string>>;
  readonly submit: (values: V) => Promise<Result>;
  /** What is said once it is done. */
  readonly done: string | ((result: Result) => string);
  /** In place of closing. */
  readonly onDone?: (result: Result) => void;
  readonly fieldNames?: Readonly<Record<string, string>>;
  readonly children: (form: UseFormReturnType<V>) => ReactNode;
};

/** One verb of the API as a form over the page: its fields, what it does, and what is said afterwards. */
export function VerbDrawer<V extends Values, Result>({
  initialValues,
  validate,
  submit,
  done,
  onDone,
  fieldNames,
  children,
  ...frame
}: Props<V, Result>): ReactNode {
  const close = useClose(frame.parent);
  const { form, onSubmit, isBusy, trouble } = useApiForm<V, Result>({
    initialValues,
    submit,
    ...(validate !== undefined && { validate }),
    ...(fieldNames !== undefined && { fieldNames }),
    onDone: (result) => {
      toast(typeof done === 'string' ? done : done(result));
      if (onDone === undefined) close();
      else onDone(result);
    },
  });
  return (
    <FormDrawer {...frame} onSubmit={onSubmit} isBusy={isBusy} trouble={trouble}>
      {children(form)}
    </FormDrawer>
  );
}

/** Why: kept in the history of what is changed. */
export function ReasonField({
  description = 'Kept in the history.',
  ...rest
}: {
  readonly description?: string;
  readonly value?: string;
  readonly error?: ReactNode;
}): ReactNode {
  return <TextInput label="Reason" description={description} {...rest} />;
}

/** The reason for a body: left out where none is given. */
export function reasonOf({ reason }: { reason: string }): { reason?: string } {
  return reason.trim() === '' ? {} : { reason: reason.trim() };
}
