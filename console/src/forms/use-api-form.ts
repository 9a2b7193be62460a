import { useForm, type UseFormReturnType } from '@mantine/form';
import { CustomaryProblem } from '@customary/sdk';
import { useState, type FormEvent } from 'react';
import { existingIdOf, fieldOf, isConflict } from '../lib/problems.ts';
import { useWrite } from '../lib/write.ts';

type Values = Record<string, unknown>;

type Options<V extends Values, Result> = {
  readonly initialValues: V;
  /** What must be so before it is worth asking the server; everything else the server judges. */
  readonly validate?: (values: V) => Partial<Record<string, string>>;
  readonly submit: (values: V) => Promise<Result>;
  readonly onDone: (result: Result) => void | Promise<void>;
  /** Brings fields into view, such as the step they are on, before the first of them is focused. */
  readonly onErrors?: (fields: readonly string[]) => void;
  /** Somebody else has changed the thing meanwhile. */
  readonly onConflict?: () => void;
  /** Where the API calls a field by another name than the form: `credentialId` → `key`. */
  readonly fieldNames?: Readonly<Record<string, string>>;
};

export type ApiForm<V extends Values> = {
  readonly form: UseFormReturnType<V>;
  readonly onSubmit: (event?: FormEvent<HTMLFormElement>) => void;
  /** The same, from code. */
  readonly submit: () => void;
  readonly isBusy: boolean;
  /** What no field of the form can show. */
  readonly trouble: unknown;
  /** The whole of what went wrong, if the last attempt did. */
  readonly error: unknown;
};

/** A form whose errors come from the API: each beside the field that its pointer names, the rest above them all. */
export function useApiForm<V extends Values, Result>({
  initialValues,
  validate,
  submit,
  onDone,
  onErrors,
  onConflict,
  fieldNames = {},
}: Options<V, Result>): ApiForm<V> {
  const form = useForm<V>({
    initialValues,
    ...(validate && { validate: (values: V) => validate(values) }),
  });
  const [trouble, setTrouble] = useState<unknown>(null);
  const write = useWrite(submit, onDone);
  const reveal = (fields: readonly string[]) => {
    onErrors?.(fields);
    // What is to be focused may have to be drawn first.
    requestAnimationFrame(() => focusField(form, fields));
  };
  const onSubmit = form.onSubmit(
    (values) => {
      setTrouble(null);
      write.mutate(values, {
        onError: (error) => {
          const { fields, isComplete } = showErrors(error, form, fieldNames);
          // What exists already can be gone to: the field alone could not say where.
          if (!isComplete || existingIdOf(error) !== null) setTrouble(error);
          if (isConflict(error)) onConflict?.();
          reveal(fields);
        },
      });
    },
    (errors) => reveal(Object.keys(errors)),
  );
  return {
    form,
    onSubmit,
    submit: () => onSubmit(),
    isBusy: write.isPending,
    trouble,
    error: write.error,
  };
}

/** Puts errors beside their fields. Answers which, and whether every error has one. */
function showErrors<V extends Values>(
  error: unknown,
  form: UseFormReturnType<V>,
  fieldNames: Readonly<Record<string, string>>,
): { fields: string[]; isComplete: boolean } {
  if (!(error instanceof CustomaryProblem) || error.errors.length === 0)
    return { fields: [], isComplete: false };
  const found: Record<string, string> = {};
  let isComplete = true;
  for (const { pointer, detail } of error.errors) {
    const named = fieldOf(pointer);
    const field = fieldNames[named] ?? named;
    const place = placeOf(form, field);
    if (place === null) isComplete = false;
    else found[place] = detail;
  }
  form.setErrors(found);
  return { fields: Object.keys(found), isComplete };
}

/** The nearest field that the form shows: an error of `/tags/2` belongs to `tags`. */
function placeOf<V extends Values>(form: UseFormReturnType<V>, field: string): string | null {
  for (let name = field; name !== ''; name = name.replace(/\.?[^.]*$/, '')) {
    if (form.getInputNode(name) !== null) return name;
    const element = document.querySelector(`[data-field="${CSS.escape(name)}"]`);
    if (element !== null) return name;
  }
  return null;
}

function focusField<V extends Values>(form: UseFormReturnType<V>, fields: readonly string[]): void {
  const [first] = fields;
  if (first === undefined) return;
  const node =
    form.getInputNode(first) ??
    document.querySelector<HTMLElement>(`[data-field="${CSS.escape(first)}"] input`);
  node?.focus();
}
