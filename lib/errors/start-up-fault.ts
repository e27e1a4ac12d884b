/** A fault that the start-up analysis has found, as its error carries it. */
export interface StartUpFault {
  /** Code of the rule, such as `RLC003`. */
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly fix: string;
  /** The method, function or entity where it is: `ArticleService.show`. */
  readonly place: string;
  /** The handlers from which the analysis came there: `ArticleController.read`. */
  readonly handlers: readonly string[];
  /** Line of the source; undefined: nobody knows. */
  readonly location: { readonly file: string; readonly line: number } | undefined;
}
