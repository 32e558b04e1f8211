/** A message to send; the body is JSON and stays as it is. */
export interface WebhookMessage {
  readonly url: string;
  /** The same at every attempt, so that the receiver can tell a second one. */
  readonly id: string;
  readonly body: string;
  /** In the form of Standard Webhooks: `whsec_` and base64. */
  readonly secret: string;
}

/** Sends signed messages to webhooks. */
export interface WebhookSender {
  /**
   * Signs and posts a message once and resolves when the receiver has taken it (2xx). Throws
   * `WebhookRefused` with the status for any other answer, `WebhookUnreachable` where there is
   * none in time, and `WebhookTargetForbidden` for a target that this installation does not send to.
   */
  send(message: WebhookMessage): Promise<void>;
}
