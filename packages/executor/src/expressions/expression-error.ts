import { SisyphusError } from '@sisyphus-state/schema';

/** `EXPRESSION_LIMIT`: it asked for more work, memory or nesting than one expression may have. `EXPRESSION_FAILED`: anything else. */
export type ExpressionErrorCode = 'EXPRESSION_FAILED' | 'EXPRESSION_LIMIT';

/** What went wrong and where, for an `ExpressionError`. */
export interface ExpressionFailure {
  readonly code: ExpressionErrorCode;
  /** The expression without its `${{ }}`. */
  readonly expression: string;
  /** Where it stands: `with.args[1] of step "log"`. */
  readonly where: string;
  readonly reason: string;
  readonly cause?: unknown;
}

/**
 * A `${{ … }}` expression could not be evaluated.
 *
 * Evaluating it again over the same values fails again, so a retry is of no use.
 */
export class ExpressionError extends SisyphusError {
  readonly code: ExpressionErrorCode;
  readonly retryable = false;
  readonly expression: string;
  readonly where: string;

  constructor(failure: ExpressionFailure) {
    const { code, expression, where, reason } = failure;
    super(`The expression \${{ ${shorten(expression)} }} in ${where} failed: ${reason}`, {
      details: { expression: shorten(expression), where, reason },
      cause: failure.cause,
    });
    this.code = code;
    this.expression = expression;
    this.where = where;
  }
}

function shorten(expression: string): string {
  const text = expression.trim();
  return text.length <= 200 ? text : `${text.slice(0, 197)}…`;
}
