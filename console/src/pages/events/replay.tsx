import type { RejectReplay, RejectReplayResult } from '@customary/sdk';
import type { ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { plural, quantity } from '../../lib/numbers.ts';
import { useWrite } from '../../lib/write.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { toast } from '../../ui/toast.tsx';

/** Sends refused events again, as they were sent. */
export function Replay({
  what,
  onClose,
}: {
  readonly what: RejectReplay;
  readonly onClose: () => void;
}): ReactNode {
  const replay = useWrite(
    () => api().rejects.replay(what),
    (result) => {
      toast(said(result));
      onClose();
    },
  );
  const isOne = what.ids !== undefined;
  return (
    <Confirm
      title={isOne ? 'Send it again?' : 'Send them again?'}
      confirmLabel="Send again"
      isBusy={replay.isPending}
      error={replay.error}
      onConfirm={() => replay.mutate(undefined)}
      onClose={onClose}
    >
      {isOne ? 'It is' : 'All that match and are refused still are'} recorded as{' '}
      {isOne ? 'it was' : 'they were'} sent, with the time of usage that they carry. What is refused
      again stays here.
    </Confirm>
  );
}

function said(result: RejectReplayResult): string {
  const { accepted, duplicates, conflicts, rejected, remaining } = result;
  const parts = [
    `${quantity(accepted)} got through`,
    duplicates > 0 && `${quantity(duplicates)} were recorded already`,
    conflicts > 0 && plural(conflicts, 'conflict'),
    rejected > 0 && `${quantity(rejected)} refused again`,
    remaining > 0 && `${quantity(remaining)} are left: send again`,
  ];
  return parts.filter((part) => part !== false).join(', ');
}
