import { parseArgs } from 'node:util';
import { REPORT_FORMATS, type ReportFormatName } from '../../analysis/index.js';
import { WrongUse } from './wrong-use.js';

/** What the command line asks for. */
export interface CheckArguments {
  /** The compiled file of the root module. */
  readonly file: string;
  /** Name of the export that is the root module; undefined: it is to be found. */
  readonly exportName: string | undefined;
  readonly format: ReportFormatName;
  /** Where the report goes; undefined: to standard output. */
  readonly output: string | undefined;
  /** Whether data sources connect. */
  readonly connect: boolean;
  /** Milliseconds in which the application must have been made. */
  readonly timeout: number;
}

export const USAGE = `Usage: nestjs-sqlmodel-ext check <compiled file of the root module> [options]

Makes the application without listening, reads its handlers, and reports what will fail.

  --export <name>      the export that is the root module; default: the default export, or the only module of the file
  --format <format>    text (default), json or sarif
  --output <file>      writes the report there, and text to the terminal
  --connect            lets data sources connect, for applications whose providers query while they are made
  --timeout <seconds>  how long the application may take to be made; default: 60
  --help, --version

Exit code: 0 nothing found, 1 findings, 2 wrong use or an application that cannot be made.
`;

const OPTIONS = {
  export: { type: 'string' },
  format: { type: 'string', default: 'text' },
  output: { type: 'string' },
  connect: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '60' },
} as const;

/**
 * @throws WrongUse for what the command does not know
 */
export function checkArguments(args: readonly string[]): CheckArguments {
  const { values, positionals } = parsed(args);
  const [file, ...others] = positionals;
  if (file === undefined) {
    throw new WrongUse('name the compiled file of the root module, such as ./dist/app.module.js.');
  }
  if (others.length > 0) throw new WrongUse(`takes one file, but got ${positionals.join(' and ')}.`);
  const { format } = values;
  if (!isFormat(format)) {
    throw new WrongUse(`--format must be ${Object.keys(REPORT_FORMATS).join(', ')}, but is '${format}'.`);
  }
  const seconds = Number(values.timeout);
  if (!(seconds > 0 && seconds <= 3_600)) {
    throw new WrongUse(`--timeout must be a number of seconds up to 3600, but is '${values.timeout}'.`);
  }
  return {
    file,
    exportName: values.export,
    format,
    output: values.output,
    connect: values.connect,
    timeout: seconds * 1_000,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    throw new WrongUse((error as Error).message);
  }
}

function isFormat(name: string): name is ReportFormatName {
  return Object.hasOwn(REPORT_FORMATS, name);
}
