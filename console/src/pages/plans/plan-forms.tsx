import type { Plan } from '@customary/sdk';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { EditDrawer } from '../../forms/edit-drawer.tsx';
import { Picker } from '../../forms/picker.tsx';
import { VerbDrawer } from '../../forms/verb-drawer.tsx';
import { api } from '../../lib/api.ts';
import { productSource } from '../../lib/choices.ts';
import { paths } from '../../lib/paths.ts';
import { useGo } from '../../ui/link.tsx';
import { PlanFields } from './plan-fields.tsx';
import { bodyOf, emptyPlan, valuesOf, type PlanValues } from './plan-values.ts';
import { planQuery } from './queries.ts';
import { newPlanRoute, planRoute } from './routes.ts';

const check = ({ name }: PlanValues) => (name.trim() === '' ? { name: 'Enter a name.' } : {});

export function NewPlan(): ReactNode {
  const { productId = null } = newPlanRoute.useSearch();
  const go = useGo();
  return (
    <VerbDrawer<PlanValues, Plan>
      title="New plan"
      parent={paths.plans()}
      submitLabel="Create"
      permission="plans.create"
      initialValues={{ ...emptyPlan, productId }}
      validate={(values) => ({
        ...check(values),
        ...(values.productId === null && { productId: 'Pick a product.' }),
      })}
      submit={(values) =>
        api().plans.create({ productId: values.productId ?? '', ...bodyOf(values) })
      }
      fieldNames={{ 'interval.count': 'count' }}
      done={({ name }) => `${name} was created`}
      onDone={({ id }) => go(paths.plan(id), { replace: true })}
    >
      {(form) => (
        <>
          <Picker
            source={productSource}
            label="Product"
            required
            field="productId"
            {...form.getInputProps('productId')}
          />
          <PlanFields form={form} />
        </>
      )}
    </VerbDrawer>
  );
}

export function EditPlan(): ReactNode {
  const { planId } = planRoute.useParams();
  const { data: plan } = useSuspenseQuery(planQuery(planId));
  return (
    <EditDrawer<Plan, PlanValues, ReturnType<typeof bodyOf>>
      title={`Edit ${plan.name}`}
      about="A change of currency, interval, fees or charges is a new version. Subscriptions stay on theirs until their plan is changed."
      parent={paths.plan(planId)}
      permission="plans.update"
      thing={plan}
      read={() => api().plans.get(planId)}
      valuesOf={valuesOf}
      bodyOf={bodyOf}
      validate={check}
      update={(changes, options) => api().plans.update(planId, changes, options)}
      saved="The plan was saved"
    >
      {(form) => <PlanFields form={form} />}
    </EditDrawer>
  );
}
