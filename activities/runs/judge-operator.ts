import type { ControlActivities } from '../../schemas/activities';
import { judgeOperator } from '../../store/runs/judge-operator';
import type { Dependencies } from '../dependencies';

/** Says whether an operator may do what they ask (RUN-3, RUN-21). Twice: a second audit row, no other change. */
export function judgeOperatorActivity({
  database,
}: Dependencies): ControlActivities['judgeOperator'] {
  return (request) => database.transaction((trx) => judgeOperator(trx, request));
}
