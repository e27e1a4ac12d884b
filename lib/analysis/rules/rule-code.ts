/** The code of a rule. Those of the original keep their numbers. */
export type RuleCode =
  | 'RLC001'
  | 'RLC002'
  | 'RLC003'
  | 'RLC005'
  | 'RLC007'
  | 'RLC008'
  | 'RLC009'
  | 'RLC010'
  | 'RLC011'
  | 'RLC012'
  | 'RLC013'
  | 'RLC014'
  | 'SCH001'
  | 'SCH002';
