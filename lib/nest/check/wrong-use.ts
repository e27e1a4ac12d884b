/** The command cannot do what it was asked for: its message goes to the terminal, with the cause below it. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse';
}
