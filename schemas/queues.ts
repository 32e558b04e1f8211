/** The task queues of an installation: light decisions and heavy streams apart (RUN-28). */
export interface TaskQueues {
  readonly control: string;
  readonly bulk: string;
}
