/** What becomes of usage that is recorded after its service period was billed. */
export const latePolicies = ['adjustNextInvoice', 'creditNote', 'ignore'] as const;
export type LatePolicy = (typeof latePolicies)[number];

/** That of the subscription, or else of the payer, or else of the deployment. */
export function latePolicyOf(
  subscription: unknown,
  payer: unknown,
  deployment: LatePolicy,
): LatePolicy {
  return policyIn(subscription) ?? policyIn(payer) ?? deployment;
}

function policyIn(setting: unknown): LatePolicy | undefined {
  return (setting as { policy?: LatePolicy } | null)?.policy;
}
