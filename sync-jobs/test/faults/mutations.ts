/** What the relay must not be without; each is taken out of a worker's copy of the source as it is loaded. */
export interface Mutation {
  readonly name: string;
  /** In these files of the relay … */
  readonly files: readonly string[];
  /** … this text … */
  readonly text: string;
  /** … becomes that. */
  readonly instead: string;
  /** The faults that show it, each about as surely as the others. */
  readonly shownBy: RegExp;
  /** Takes long, and is left to the long run. */
  readonly slow?: true;
}

export const mutations: readonly Mutation[] = [
  {
    name: 'without the comparison of the checkpoint',
    files: ['applyStatement.ts', 'copy.ts', 'rowStatements.ts'],
    text: '${PLACE} = $2',
    instead: '$2::text IS NOT NULL',
    shownBy: /delivered ten times|paused beyond/,
  },
  {
    name: 'with a cursor that takes what commits late for seen',
    files: ['pollStatement.ts'],
    text: 'WHERE txid = ANY (${running})',
    instead: 'WHERE txid = ANY (${running}) AND false',
    shownBy: /stays open while/,
  },
  {
    name: 'that takes a source put back to earlier for the one it knows',
    files: ['witness.ts'],
    text: 'if (now.life === witness.life) return true;',
    instead: 'if (now.life !== "") return true;',
    shownBy: /has gone past|late commit/,
    slow: true,
  },
];
