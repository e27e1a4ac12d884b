/** What a write broke, without a word about the database's structure. */
export interface IntegrityViolation {
  /** `data`: a value that its column cannot hold. */
  readonly kind: 'unique' | 'foreignKey' | 'check' | 'notNull' | 'data';
  /** A sentence that may be shown to anybody. */
  readonly message: string;
  /** Name of the constraint where the database tells it: for logs, not for clients. */
  readonly constraint?: string;
}

/** How violations are put into words. */
export interface IntegrityWording {
  /** Sentences by constraint name, such as `{ uq_user_email: 'This e-mail address is taken' }`. */
  readonly messages?: Readonly<Record<string, string>>;
  /** The sentence for every other violation. Default: one for each kind. */
  readonly defaultMessage?: string;
}
