/** Journal rows of which everything is looked at in no time. */
const FEW = 1_000;

/** Whether most of what there is came after what was proven: then going through everything is faster than picking that out. */
export function isMostNew(proven: { position: number }, latest: number): boolean {
  return latest > FEW && latest - proven.position > latest / 2;
}
