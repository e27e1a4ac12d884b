import type { DataSource } from 'typeorm';

/** How repeated statements of a data source are found. */
export interface Detection {
  /** How often a shape may run without being reported; `false`: nothing is counted. */
  readonly threshold: number | false;
  /** Takes the text of a report. */
  readonly warn: (message: string) => void;
}

const DEFAULT_THRESHOLD = 5;

const known = new WeakMap<DataSource, Detection>();

/** How repeated statements of a data source are found; without `forRoot()`: by the defaults. */
export function detectionOf(dataSource: DataSource): Detection {
  return known.get(dataSource) ?? withDefaults({});
}

/** Notes how repeated statements of a data source are found. What is left out has its default. */
export function configureDetection(dataSource: DataSource, detection: Partial<Detection>): void {
  known.set(dataSource, withDefaults(detection));
}

function withDefaults({ threshold, warn }: Partial<Detection>): Detection {
  return {
    threshold: threshold ?? (process.env.NODE_ENV === 'production' ? false : DEFAULT_THRESHOLD),
    warn:
      warn ??
      ((message) => {
        process.emitWarning(message, 'SqlModelExtWarning');
      }),
  };
}
