import type { ReactNode } from 'react';
import { save } from '../lib/download.ts';
import { useMutation } from '@tanstack/react-query';
import { Action } from './action.tsx';
import { IconDownload } from './icons.ts';
import { Trouble } from './notice.tsx';

type Props = {
  readonly label: string;
  readonly fileName: string;
  readonly read: () => Promise<Uint8Array | string>;
  readonly permission?: string;
  readonly disabledReason?: string | null;
};

const mediaTypes: Record<string, string> = { pdf: 'application/pdf', csv: 'text/csv' };

/** Saves a document of the API. */
export function DownloadButton({
  label,
  fileName,
  read,
  permission,
  disabledReason,
}: Props): ReactNode {
  const download = useMutation({
    mutationFn: read,
    onSuccess: (content) => {
      const mediaType = mediaTypes[fileName.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      save(content, fileName, mediaType);
    },
  });
  return (
    <>
      <Action
        variant="default"
        leftSection={<IconDownload size={15} />}
        loading={download.isPending}
        permission={permission}
        disabledReason={disabledReason}
        onClick={() => download.mutate()}
      >
        {label}
      </Action>
      {download.error !== null && <Trouble error={download.error} />}
    </>
  );
}
