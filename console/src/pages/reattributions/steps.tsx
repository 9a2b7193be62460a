import { useState, type ReactNode } from 'react';
import { useWrite } from '../../lib/write.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { toast } from '../../ui/toast.tsx';

export type RepairVerb = 'apply' | 'undo';

/** How a step is asked about, and what is said when it is done. */
export type Asks = Record<
  RepairVerb,
  { readonly title: string; readonly label: string; readonly done: string; readonly about: string }
>;

/** Asks before a repair is applied or undone; the dialog is shown once somebody has asked for the step. */
export function useRepairSteps(
  asks: Asks,
  run: (verb: RepairVerb) => Promise<unknown>,
): { readonly ask: (verb: RepairVerb) => void; readonly dialog: ReactNode } {
  const [verb, setVerb] = useState<RepairVerb | null>(null);
  const close = () => setVerb(null);
  return {
    ask: setVerb,
    dialog: verb !== null && <Ask of={asks[verb]} run={() => run(verb)} onClose={close} />,
  };
}

function Ask({
  of: { title, label, done, about },
  run,
  onClose,
}: {
  readonly of: Asks[RepairVerb];
  readonly run: () => Promise<unknown>;
  readonly onClose: () => void;
}): ReactNode {
  const write = useWrite(run, () => {
    toast(done);
    onClose();
  });
  return (
    <Confirm
      title={title}
      confirmLabel={label}
      isBusy={write.isPending}
      error={write.error}
      onConfirm={() => write.mutate(undefined)}
      onClose={onClose}
    >
      {about}
    </Confirm>
  );
}
