import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributeNames } from '../../schemas/messages';

const status = defineSearchAttributeKey(searchAttributeNames.status, SearchAttributeType.KEYWORD);
const step = defineSearchAttributeKey(searchAttributeNames.step, SearchAttributeType.KEYWORD);

/** Makes a run findable by what it does: `GantryStatus = "parked" and GantryStep = "upload"`. */
export function publishStatus(values: { readonly status: string; readonly step: string }): void {
  upsertSearchAttributes([
    { key: status, value: values.status },
    { key: step, value: values.step },
  ]);
}
