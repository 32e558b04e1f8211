/** The middle one of the numbers, the higher of two. */
export function median(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}

/** To two decimals. */
export const round = (value) => Number(value.toFixed(2));

export const ratio = (one, other) => round(one / other);

export const orNull = (value) => (Number.isNaN(value) ? null : value);

/** Seconds of each step of a run; null of one that did not begin. */
export async function stepSeconds(gantry, run) {
  const { steps } = await gantry.runs.show({ run });
  return Object.fromEntries(steps.map((step) => [step.name, secondsOf(step)]));
}

function secondsOf({ startedAt, endedAt }) {
  return startedAt === null || endedAt === null
    ? null
    : round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
}
