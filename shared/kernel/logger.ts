/** Where a service says what happened. Secrets never reach it. */
export interface Logger {
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, facts?: Readonly<Record<string, unknown>>): void;
}
