import type { Caller, Identity } from '@metatron/platform/identity';

import type { Answer } from '../src/pipeline/answer.ts';
import type { Arrival, Asked } from '../src/pipeline/flow.ts';
import type { Pipeline } from '../src/pipeline/pipeline.ts';
import type { GraphQLError } from '../../platform/test/kit.ts';

export interface PipelineAnswer extends Answer {
  readonly data: Record<string, unknown> | null | undefined;
  readonly errors: readonly GraphQLError[] | undefined;
}

export const callerFor = (identity: Identity, requestId = 'a-request'): Caller => ({
  ...{ identity, requestId, address: '203.0.113.9', userAgent: 'Test/1.0' },
});

/** Sends one operation through a pipeline, past HTTP. */
export async function askPipeline(
  pipeline: Pick<Pipeline, 'answer'>,
  caller: Caller,
  asked: Partial<Asked>,
  arrival: Partial<Arrival> = {},
): Promise<PipelineAnswer> {
  const whole: Asked = { query: undefined, operationName: undefined, variables: {}, extensions: {}, ...asked };
  const answer = await pipeline.answer({
    ...{
      requestId: caller.requestId,
      startedAt: performance.now(),
      isReadOnly: false,
      explains: false,
      credentials: '',
    },
    signal: new AbortController().signal,
    receive: () => Promise.resolve(whole),
    identify: () => Promise.resolve(caller),
    ...arrival,
  });
  return { ...answer, ...(JSON.parse(answer.text) as Pick<PipelineAnswer, 'data' | 'errors'>) };
}
