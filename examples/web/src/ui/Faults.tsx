import type { ErrorLike } from '@apollo/client';

import { faultsOf } from '../client/faults.ts';

interface Props {
  readonly error: ErrorLike | undefined;
  readonly onRetry?: () => void;
}

export function Faults({ error, onRetry }: Props) {
  return faultsOf(error).map(({ code, message, requestId }) => (
    <div className="fault" role="alert" key={code}>
      <code>{code}</code>
      <p>
        {message}
        {requestId !== undefined && <small>Request {requestId}</small>}
      </p>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  ));
}
