import type { Attribution, Reason, Rule, UnbilledReason } from './outcome.ts';

const decided: Record<Rule, string> = {
  credential_binding: 'The credential was bound to this organization when the event occurred.',
  credential_auto_created:
    'The credential was unknown and was created for the subscription that the event names.',
  subscription: 'The event names the subscription, and the subscription is of this organization.',
  subscriber_organization:
    'The event names the subscriber and an organization that the subscriber was a member of.',
  subscriber_primary:
    'The event names the subscriber, and this was the subscriber’s primary organization.',
  subscriber_domain:
    'The subscriber was unknown and was created in the organization that the domain of its e-mail is associated with.',
  organization_id: 'The event names the organization by its id.',
  organization_external_id: 'The event names the organization by its external id.',
  organization_name:
    'The event names the organization by its name, which only one organization has.',
  unclassified: 'Nothing in the event leads to a customer.',
  reattributed: 'It was given to this organization by hand, whatever its identifiers say.',
};

const passedOver: Record<Reason, string> = {
  no_identifier: 'It carries no identifier at all.',
  unknown_credential: 'Its credential is not known.',
  credential_ended: 'Its credential had ended by then.',
  credential_not_started: 'Its credential was not yet bound then.',
  credential_unclassified: 'Its credential is bound to UNCLASSIFIED.',
  unknown_subscription: 'Its subscription is not known.',
  unknown_subscriber: 'Its subscriber is not known.',
  subscriber_not_member: 'Its subscriber was not a member of that organization.',
  subscriber_unclassified: 'Its subscriber belonged to no organization then.',
  ambiguous_domain: 'Several organizations are associated with the domain of its e-mail.',
  unknown_organization: 'Its organization is not known.',
  ambiguous_name: 'Several organizations have that name.',
};

const unbilled: Record<UnbilledReason, string> = {
  unclassified: '',
  no_subscription:
    'Not billed: neither it nor an organization above it had an active subscription that prices this usage.',
  several_subscriptions:
    'Not billed: several active subscriptions price this usage; bind the credential to one of them.',
  subscription_not_started: 'Not billed: the subscription had not started.',
  subscription_paused: 'Not billed: the subscription was paused.',
  subscription_ended: 'Not billed: the subscription had ended.',
};

type Said = Pick<Attribution, 'rule' | 'reasons' | 'unbilledReason' | 'claimConflicts'>;

/** The sentences said so far: there are only so many, and events by the million. */
const known = new Map<string, string>();

/** Why it is so, for people; kept with the event. */
export function sentenceOf(attribution: Said, isMerged = false): string {
  const { rule, reasons, unbilledReason, claimConflicts } = attribution;
  const key = `${rule} ${reasons.join()} ${unbilledReason} ${claimConflicts.join()} ${isMerged}`;
  let sentence = known.get(key);
  if (sentence === undefined) known.set(key, (sentence = compose(attribution, isMerged)));
  return sentence;
}

function compose(attribution: Said, isMerged: boolean): string {
  const conflicts = attribution.claimConflicts;
  return [
    decided[attribution.rule],
    isMerged ? 'What that leads to had been merged into this organization.' : '',
    ...attribution.reasons.map((reason) => passedOver[reason]),
    attribution.unbilledReason === null ? '' : unbilled[attribution.unbilledReason],
    conflicts.length === 0
      ? ''
      : `The event claims another ${conflicts.join(', another ')}; that was not obeyed.`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** The same of usage that a re-attribution has given to somebody. */
export function sentenceOfAssignment(id: string, unbilledReason: UnbilledReason | null): string {
  const sentence = `${id} gave it to this organization, whatever its identifiers say.`;
  return unbilledReason === null ? sentence : `${sentence} ${unbilled[unbilledReason]}`;
}
