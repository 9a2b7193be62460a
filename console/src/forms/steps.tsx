import type { ReactNode } from 'react';
import classes from './steps.module.css';

export type Step = {
  readonly label: string;
  readonly content: ReactNode;
  /** Whether a field belongs to this step. */
  readonly has: (field: string) => boolean;
};

type Props = {
  readonly steps: readonly Step[];
  readonly current: number;
  readonly onChange: (step: number) => void;
  /** The fields that have an error. */
  readonly invalid: readonly string[];
};

/** The steps of a form. All of them stay drawn, so that an error finds its field on whichever step it is. */
export function Steps({ steps, current, onChange, invalid }: Props): ReactNode {
  return (
    <>
      <ol className={classes.steps}>
        {steps.map(({ label, has }, index) => (
          <li key={label}>
            <button
              type="button"
              className={classes.step}
              aria-current={index === current ? 'step' : undefined}
              data-invalid={invalid.some(has) ? '' : undefined}
              onClick={() => onChange(index)}
            >
              {index + 1}. {label}
            </button>
          </li>
        ))}
      </ol>
      {steps.map(({ label, content }, index) => (
        <div
          key={label}
          role="group"
          aria-label={label}
          className={classes.panel}
          hidden={index !== current}
        >
          {content}
        </div>
      ))}
    </>
  );
}

/** The first step with a field that is wrong. */
export function stepOf(steps: readonly Step[], fields: readonly string[]): number {
  return Math.max(
    0,
    steps.findIndex(({ has }) => fields.some(has)),
  );
}
