/** A stage of a pipeline, as the JSON of the pipeline's row holds it. */
export type Stage = Readonly<{
  id: string;
  name: string;
  order: number;
  probability: number;
  kind: 'open' | 'won' | 'lost';
}>;

export const stage = (name: string, order: number, probability: number, kind: Stage['kind'] = 'open'): Stage => ({
  id: name,
  name,
  order,
  probability,
  kind,
});

/** The stages of the pipeline that a tenant gets when it has none. What is closed is won, so a loss has one of its own. */
export const standardStages: readonly Stage[] = [
  stage('prospect', 1, 10),
  stage('qualified', 2, 25),
  stage('proposal', 3, 50),
  stage('negotiation', 4, 75),
  stage('closed', 5, 100, 'won'),
  stage('lost', 6, 0, 'lost'),
];
